"""Which characters are a page's bytes, where nothing is said about them or what is said cannot be?"""

from dataclasses import replace

from cleanwire import characters
from cleanwire.text import encoding, likely_encoding
from cleanwire.text.encoding import Decoded, EncodingSource, Sniffed

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
_FEW = 0.05  # share of bytes beyond ASCII below which a text with accents is some Western one
_BEYOND_ASCII = bytes(range(0x80, 0x100))
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Return `body` as text, as `encoding.decode` does; where that has to assume, the bytes are looked at.

    So they are where the text would hardly be one of any language: read as something else, it may.
    Characters that XML cannot hold are gone, also where a reference stands for one: the extractor gives up a page
    that has one.
    """
    decoded = _decoded(body, content_type)
    text = decoded.text
    is_raw = (
        len(body.translate(None, _CONTROLS)) != len(body)  # a third of the search's time
        or "\ufffe" in text
        or "\uffff" in text
    )
    if is_raw or "&#" in text:
        return replace(decoded, text=characters.in_markup(text, raw=is_raw))
    return decoded


def _decoded(body: bytes, content_type: str | None) -> Decoded:
    decoded = encoding.decode(body, content_type)
    if decoded.source is EncodingSource.DEFAULT:
        return _by_look(body) or decoded
    if decoded.source is EncodingSource.BOM or not _is_doubtful(body, decoded):
        return decoded
    return _as_declared_elsewhere(body, decoded) or _by_script(body) or _by_letters(body) or decoded


def _is_doubtful(body: bytes, decoded: Decoded) -> bool:
    """Whether most of `decoded` beyond ASCII is broken or hardly reads like a language."""
    if decoded.replaced and decoded.replaced > likely_encoding.MAX_DAMAGE * _beyond_ascii(body):
        return True
    return likely_encoding.is_doubtful(body[: likely_encoding.SAMPLE_BYTES], decoded.name)


def _as_declared_elsewhere(body: bytes, decoded: Decoded) -> Decoded | None:
    """Return `body` as its own markup declares it, if that is another encoding than the header's and reads well."""
    declared = encoding.declared_name(body[: encoding.PRESCAN_BYTES])
    if declared is None or declared == decoded.name:
        return None
    other = encoding.decode_as(body, Sniffed(name=declared, source=EncodingSource.META))
    return None if _is_doubtful(body, other) else other


def _by_look(body: bytes) -> Decoded | None:
    """Return `body`, of which nothing is said, as it looks; None when it may well be the usual Western encoding."""
    sample = body[: likely_encoding.SAMPLE_BYTES]
    if not likely_encoding.is_in_words(sample) and _beyond_ascii(sample) < _FEW * len(sample):
        return None
    if (found := _by_script(body)) is not None:
        return found
    import charset_normalizer  # most bytes say what they are

    best = charset_normalizer.from_bytes(sample, cp_isolation=_CANDIDATES).best()
    return None if best is None else _found(body, best.encoding)


def _by_script(body: bytes) -> Decoded | None:
    found = likely_encoding.find(body[: likely_encoding.SAMPLE_BYTES])
    return None if found is None else _found(body, found)


def _by_letters(body: bytes) -> Decoded | None:
    found = likely_encoding.find_latin(body[: likely_encoding.SAMPLE_BYTES])
    return None if found is None else _found(body, found)


def _found(body: bytes, name: str) -> Decoded | None:
    """Return `body` in the encoding of that name, Python's or the web's: `euc_jp` is `euc-jp` there."""
    known = encoding.name_of(name) or encoding.name_of(name.replace("_", "-"))
    return None if known is None else encoding.decode_as(body, Sniffed(name=known, source=EncodingSource.BYTES))


def _beyond_ascii(body: bytes) -> int:
    return len(body) - len(body.translate(None, _BEYOND_ASCII))
