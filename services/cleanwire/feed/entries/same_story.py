"""Which stories of a site were passed on lately? The same words under another address and id are the same article.

Publishers change an article's address and id together (a new slug after a new headline), and list one article in two
section feeds under two addresses. Articles with the same generic title must not be lost for that, so much has to agree:
see `Stories.told`.
"""

import struct
from collections.abc import Iterable

WINDOW_S = 86_400
"""How long a story is remembered, counted from its publication."""
CLOSE_S = 1800
"""How far apart the same article's two times of publication may be."""
CAP = 200
"""Stories remembered of one feed; the oldest go first."""

_RECORD = struct.Struct(">8sI")  # hash of title and summary, time of publication


class Stories:
    """Stories with the time of their publication, epoch seconds."""

    def __init__(self, packed: Iterable[bytes] = ()) -> None:
        self._at: dict[bytes, int] = {}
        for part in packed:
            self.add(part)

    def __len__(self) -> int:
        return len(self._at)

    def add(self, packed: bytes) -> None:
        """Take in what one feed remembers."""
        whole = len(packed) - len(packed) % _RECORD.size
        for story, at in _RECORD.iter_unpack(packed[:whole]):
            self._at[story] = max(at, self._at.get(story, 0))

    def packed(self) -> bytes:
        """Return them as `add` takes them."""
        return b"".join(_RECORD.pack(story, at) for story, at in self._at.items())

    def told(self, story: bytes | None, published: float | None) -> bool:
        """Return whether `story` was passed on before as an article published at about the same time.

        Without a story hash (too common a title) or a time it never counts as told.
        """
        if story is None or published is None:
            return False
        at = self._at.get(story)
        return at is not None and abs(published - at) <= CLOSE_S

    def forget(self, now: float) -> None:
        """Drop what is older than the window."""
        self._at = {story: at for story, at in self._at.items() if now - at < WINDOW_S}


def remember(packed: bytes, new: Iterable[tuple[bytes, float]], now: float) -> bytes:
    """Return a feed's memory `packed` with the `new` stories and their times, oldest first, within the bounds."""
    known = dict(_RECORD.iter_unpack(packed[: len(packed) - len(packed) % _RECORD.size]))
    known |= {story: int(at) for story, at in new if 0 <= at <= now}
    recent = sorted(((at, story) for story, at in known.items() if now - at < WINDOW_S))
    return b"".join(_RECORD.pack(story, at) for at, story in recent[-CAP:])
