"""What is inside a gzip file? Sitemaps are published as such, whatever the server's headers say."""

import zlib

from cleanwire.feed import limits


def unpacked(body: bytes) -> bytes:
    """Return the content as far as it is intact and within `limits.MAX_BYTES`; what is no gzip file stays as it is."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, limits.MAX_BYTES)
    except zlib.error:
        return b""
