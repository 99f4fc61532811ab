"""What does a transferred body decode to, and does it stay within bounds?

Libraries decode whole chunks at once, and 1.6 KB of brotli make one chunk of a gigabyte. So we ask for gzip and
deflate only, and inflate no more than the caller has room for.
"""

import zlib

from cleanwire.fetch.outcome import FetchError, FetchFailure

ACCEPT_ENCODING = "gzip, deflate"

# "Content-Encoding: utf-8" and "none" are seen in the wild; browsers ignore such words too.
_PLAIN = frozenset({"", "identity", "none", "utf-8", "utf8", "binary", "7bit", "8bit"})
_GZIP = frozenset({"gzip", "x-gzip"})  # RFC 9110 §8.4.1.3
_MAX_MEMBERS = 1000  # members of one gzip body; block-wise compressors write one for each 64 KB
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW, _ZLIB_WINDOW, _RAW_WINDOW = 31, 15, -15


class BodyDecoder:
    """Decodes a body piece by piece into at most `limit_bytes`."""

    def __init__(self, content_encoding: str | None, *, limit_bytes: int) -> None:
        """`content_encoding` is the header's value.

        Raises:
            Failure: BAD_ENCODING, it is none that was asked for, or more than one.
        """
        self._coding = _coding(content_encoding)
        self._room = limit_bytes
        self._parts: list[bytes] = []
        self._held = b""  # the first bytes, until there are enough to tell zlib from raw deflate
        self._inflater = zlib.decompressobj(_GZIP_WINDOW) if self._coding == "gzip" else None
        self._members = 1
        self._idle = True  # no byte of the current member was seen
        self._done = False
        self.full = False
        """Whether the body is longer than the limit; what lies beyond it is dropped."""

    def feed(self, chunk: bytes) -> None:
        """Take in the next piece.

        Raises:
            Failure: BAD_ENCODING, the data is damaged.
        """
        if self._coding == "identity":
            self._keep(chunk)
        elif self._coding == "gzip":
            self._feed_gzip(chunk)
        else:
            self._feed_deflate(chunk)

    def so_far(self) -> bytes:
        """Return what was decoded until now."""
        return b"".join(self._parts)

    def finish(self) -> bytes:
        """Return the whole body.

        Raises:
            Failure: BAD_ENCODING, the data ends early.
        """
        if not self._complete():
            raise FetchError(FetchFailure.BAD_ENCODING, f"{self._coding} data ends early")
        return self.so_far()

    def _complete(self) -> bool:
        if self._coding == "identity" or self._done:
            return True
        return self._idle and not self._held  # nothing at all was sent, or only whole members

    def _feed_gzip(self, chunk: bytes) -> None:
        while chunk and not self._done and not self.full:
            if self._idle and self._members > 1 and not _starts_member(chunk):
                self._done = True  # padding after the last member, ignored as gzip itself does
                return
            chunk = self._inflate(chunk)

    def _feed_deflate(self, chunk: bytes) -> None:
        if self._inflater is None:
            self._held += chunk
            if len(self._held) < 2:
                return
            chunk, self._held = self._held, b""
            self._inflater = zlib.decompressobj(_ZLIB_WINDOW if _starts_zlib(chunk) else _RAW_WINDOW)
        if not self._done and not self.full:
            self._inflate(chunk)

    def _inflate(self, chunk: bytes) -> bytes:
        """Inflate `chunk` and return what lies behind the end of the member, if it ended."""
        assert self._inflater is not None
        self._idle = False
        try:
            out = self._inflater.decompress(chunk, self._room + 1)  # one more than fits tells "full" from "just fits"
        except zlib.error as exc:
            raise FetchError(FetchFailure.BAD_ENCODING, f"{self._coding} data is damaged") from exc
        self._keep(out)
        return self._end_member() if self._inflater.eof else b""

    def _end_member(self) -> bytes:
        assert self._inflater is not None
        rest = self._inflater.unused_data
        if self._coding == "deflate":
            self._done = True
            return b""
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise FetchError(FetchFailure.BAD_ENCODING, f"more than {_MAX_MEMBERS} gzip members")
        self._inflater, self._idle = zlib.decompressobj(_GZIP_WINDOW), True
        return rest

    def _keep(self, out: bytes) -> None:
        if len(out) > self._room:
            self.full = True
            out = out[: self._room]
        self._room -= len(out)
        if out:
            self._parts.append(out)


def _coding(content_encoding: str | None) -> str:
    codings = [word.strip().lower() for word in (content_encoding or "").split(",")]
    real = [word for word in codings if word not in _PLAIN]
    if not real:
        return "identity"
    if len(real) == 1 and real[0] in _GZIP:
        return "gzip"
    if real == ["deflate"]:
        return "deflate"
    raise FetchError(FetchFailure.BAD_ENCODING, f"content encoding {', '.join(real)[:60]!r}")


def _starts_member(data: bytes) -> bool:
    return data[:2] == _GZIP_MAGIC[: len(data)]


def _starts_zlib(head: bytes) -> bool:
    """Tell a zlib header (RFC 1950 §2.2) from raw deflate, which many servers send under the same name."""
    return head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0
