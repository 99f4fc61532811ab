"""What is kept of articles that were forgotten, so that none is ever published as new a second time?

About 200 bytes each, where an article with a look to come takes 2,900.
"""

import struct
from collections.abc import Iterator

from cleanwire.records.article_state import ArticleState, ArticleStatus

_PACKED = struct.Struct("<dHB16s16s")  # listed_at, revision, flags, body hash, title hash
_CANCELED, _HAS_BODY, _HAS_TITLE = 1, 2, 4


class Archive:
    """Forgotten articles by id, those forgotten first first."""

    def __init__(self) -> None:
        self._packed: dict[bytes | str, bytes] = {}

    def __len__(self) -> int:
        return len(self._packed)

    def put(self, state: ArticleState) -> None:
        """Keep what matters of `state`; it counts as forgotten last."""
        self.drop(state.id)
        body, title = _digest(state.body_hash), _digest(state.title_hash)
        flags = _CANCELED * state.canceled | _HAS_BODY * (body is not None) | _HAS_TITLE * (title is not None)
        self._packed[_key(state.id)] = _PACKED.pack(
            state.listed_at, min(state.revision, 0xFFFF), flags, body or b"", title or b""
        )

    def get(self, article_id: str) -> ArticleState | None:
        packed = self._packed.get(_key(article_id))
        return None if packed is None else _state(article_id, packed)

    def drop(self, article_id: str) -> None:
        self._packed.pop(_key(article_id), None)

    def older_than(self, listed_before: float, limit: int) -> list[str]:
        """Return the ids of up to `limit` articles that were last listed before that time.

        It stops at the first that is younger: they were forgotten in nearly the order in which they were listed.
        """
        return list(self._oldest(listed_before, limit))

    def _oldest(self, listed_before: float, limit: int) -> Iterator[str]:
        for _, (key, packed) in zip(range(limit), self._packed.items(), strict=False):
            if _PACKED.unpack(packed)[0] >= listed_before:
                return
            yield key if isinstance(key, str) else key.hex()


def slim(state: ArticleState) -> ArticleState:
    """Return what is written of `state` when it is forgotten."""
    return ArticleState(
        id=state.id,
        site="",
        url="",
        status=ArticleStatus.FORGOTTEN,
        listed_at=state.listed_at,
        revision=state.revision,
        canceled=state.canceled,
        body_hash=state.body_hash,
        title_hash=state.title_hash,
    )


_ID_BYTES = 16


def _key(article_id: str) -> bytes | str:
    """Return an id of ours as its bytes, one that another program made up as it is."""
    digest = _digest(article_id)
    return article_id if digest is None else digest


def _digest(text: str | None) -> bytes | None:
    """Return the 16 bytes that 32 lower-case hex digits stand for; None for all else."""
    try:
        value = bytes.fromhex(text or "")
    except ValueError:
        return None
    return value if len(value) == _ID_BYTES and value.hex() == text else None


def _state(article_id: str, packed: bytes) -> ArticleState:
    listed_at, revision, flags, body, title = _PACKED.unpack(packed)
    return ArticleState(
        id=article_id,
        site="",
        url="",
        status=ArticleStatus.FORGOTTEN,
        listed_at=listed_at,
        revision=revision,
        canceled=bool(flags & _CANCELED),
        body_hash=body.hex() if flags & _HAS_BODY else None,
        title_hash=title.hex() if flags & _HAS_TITLE else None,
    )
