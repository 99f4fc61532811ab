"""Which characters are a feed's bytes? RFC 7303 §3: byte order mark, header, declaration, then the bytes themselves."""

import codecs
import re

from cleanwire.text import encoding, likely_encoding

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How `<?` looks in encodings that are not a superset of ASCII, XML 1.0 appendix F
_UNMARKED = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_FALLBACK = "cp1252"


def decode(body: bytes, content_type: str | None) -> str:
    """Return `body` as text without byte order mark and XML declaration. Never fails: what is broken becomes U+FFFD.

    A charset that header or declaration names loses to bytes that are UTF-8 beyond ASCII: those are no accident, while
    servers' default charsets are. A few broken bytes do not make the rest another encoding.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _without_declaration(body[len(mark) :].decode(codec, "replace"))
    for start, codec in _UNMARKED:
        if body.startswith(start):
            return _without_declaration(body.decode(codec, "replace"))
    return _without_declaration(_decode_named(body, _named(body, content_type)))


def _named(body: bytes, content_type: str | None) -> list[str]:
    labels: list[str] = []
    if found := _HEADER.search(content_type or ""):
        labels.append(found.group(1))
    if declared := _DECLARED.search(body[:1024]):
        labels.append(declared.group(1).decode("ascii"))
    names = (encoding.readable_name(label) for label in labels)
    return [encoding.codec_of(name) for name in names if name is not None and not name.startswith("utf-16")]


def _decode_named(body: bytes, codecs_named: list[str]) -> str:
    order = ("utf-8", *codecs_named) if _may_be_utf8(codecs_named) else (*codecs_named, "utf-8")
    for codec in order:
        try:
            return body.decode(codec)
        except UnicodeDecodeError:
            continue
    return body.decode(_least_bad(body, codecs_named), "replace")


def _least_bad(body: bytes, codecs_named: list[str]) -> str:
    """Return the encoding of `body`, which is broken in all that it may be said to be in."""
    if encoding.is_utf8_after_all(body, _FALLBACK):
        return "utf-8"
    other = next((name for name in codecs_named if name != "utf-8"), None)
    if other is not None:
        return other
    sample = body[: likely_encoding.SAMPLE_BYTES]
    found = likely_encoding.find(sample) or likely_encoding.find_latin(sample)
    return _FALLBACK if found is None else encoding.codec_of(found)


def _may_be_utf8(codecs_named: list[str]) -> bool:
    """ISO-2022 text is ASCII bytes, so it would pass for UTF-8."""
    return not any(name.startswith(("iso2022", "iso-2022")) for name in codecs_named)


def _without_declaration(text: str) -> str:
    found = _DECLARATION.match(text)
    return text[found.end() :] if found else text
