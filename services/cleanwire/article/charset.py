"""Which characters are bytes of which nothing is said, and which are no UTF-8?"""

import charset_normalizer

from cleanwire.text import encoding
from cleanwire.text.encoding import Decoded, EncodingSource

# Encodings that pages without a declaration were found in; windows-1252 is what remains.
_CANDIDATES = [
    "gb18030",
    "big5",
    "shift_jis",
    "euc_jp",
    "euc_kr",
    "windows-1251",
    "koi8_r",
    "windows-1253",
    "windows-1250",
]
_SAMPLE_BYTES = 40_000
_FEW = 0.05  # share of bytes beyond ASCII below which a text is some Latin one


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Return `body` as text, as `encoding.decode` does; where that has to assume, the bytes are looked at."""
    decoded = encoding.decode(body, content_type)
    if decoded.source is not EncodingSource.DEFAULT:
        return decoded
    sample = body[:_SAMPLE_BYTES]
    if sum(byte > 127 for byte in sample) < _FEW * len(sample):
        return decoded
    best = charset_normalizer.from_bytes(sample, cp_isolation=_CANDIDATES).best()
    if best is None:
        return decoded
    text = body.decode(best.encoding, "replace")
    name = encoding.name_of(best.encoding) or best.encoding
    return Decoded(text=text, name=name, source=EncodingSource.BYTES, replaced=text.count("\ufffd"))
