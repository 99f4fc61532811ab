"""Which characters are a page's bytes? WHATWG HTML §13.2.3.2: byte order mark, header, meta, then the bytes."""

import re
from dataclasses import dataclass
from enum import StrEnum

import webencodings

PRESCAN_BYTES = 16 * 1024
"""The standard looks at 1,024 bytes; pages in the wild put scripts first and lose their charset to it."""

DEFAULT = "windows-1252"

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_HEADER = re.compile(r"charset\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s;\"']+))", re.IGNORECASE)
_IN_CONTENT = re.compile(
    rb"charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"([^\"]*)\"|'([^']*)'|([^\t\n\f\r ;\"']+))", re.IGNORECASE
)
_XML = re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
_SPACE = b"\t\n\f\r "
_TAG = re.compile(
    rb"<(?:(?P<comment>!--)|(?P<meta>meta)(?=[\t\n\f\r /])|/?(?P<tag>[a-z])|(?P<other>[!/?]))", re.IGNORECASE
)
_NAME_END = re.compile(rb"[\t\n\f\r >]")
_ATTRIBUTE = re.compile(
    rb"[\t\n\f\r /]*(?P<name>[^\t\n\f\r />=]?[^\t\n\f\r />=]*)[\t\n\f\r ]*"
    rb"(?:=[\t\n\f\r ]*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\t\n\f\r >\"'][^\t\n\f\r >]*)|(?=>)))?"
)
_NON_ASCII = re.compile(rb"[\x80-\xff]")
_SINGLE_BYTE = ("windows-", "iso-8859-", "koi8-", "macintosh", "x-mac-", "ibm866")
_UNREADABLE = frozenset({"replacement", "x-user-defined"})  # hz-gb-2312, iso-2022-kr …: the standard reads none of them
_STATEFUL = "iso-2022"  # its text is ASCII bytes
_SURE_BYTES = 6
"""Bytes by which UTF-8 is longer than its characters that are no accident: of GB 2312 one character in seven passes for
two bytes of UTF-8. Three curly quotes or six accented letters are enough."""
_MAX_BROKEN = 0.02  # broken bytes to each of those: pages are cut, and other encodings are pasted into them


class EncodingSource(StrEnum):
    BOM = "bom"
    HEADER = "header"
    META = "meta"
    BYTES = "bytes"  # they are valid in it, and could hardly be so by chance
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """`name` is the WHATWG name in lower case."""

    name: str
    source: EncodingSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text without byte order mark; `replaced` characters could not be read and became U+FFFD."""

    text: str
    name: str
    source: EncodingSource
    replaced: int


def name_of(label: str) -> str | None:
    """Return the WHATWG name of the encoding that `label` stands for, None when it stands for none."""
    found = webencodings.lookup(label)
    return None if found is None else str(found.name)


def readable_name(label: str) -> str | None:
    """Return the same of an encoding that text can be read in: for some labels the standard reads nothing."""
    name = name_of(label)
    return None if name in _UNREADABLE else name


def codec_of(name: str) -> str:
    """Return Python's name of the encoding that has this WHATWG name."""
    return str(webencodings.lookup(name).codec_info.name)


def sniff(body: bytes, content_type: str | None = None) -> Sniffed:
    """Return the encoding of `body` by what is said about it, and by its bytes when nothing is."""
    for mark, marked in _BOMS:
        if body.startswith(mark):
            return Sniffed(name=marked, source=EncodingSource.BOM)
    if (header := _HEADER.search(content_type or "")) and (
        name := readable_name(header[1] or header[2] or header[3] or "")
    ):
        return Sniffed(name=name, source=EncodingSource.HEADER)
    if declared := declared_name(body[:PRESCAN_BYTES]):
        return Sniffed(name=declared, source=EncodingSource.META)
    return _by_bytes(body)


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Return `body` as text. Never fails.

    What is UTF-8 beyond ASCII is read as UTF-8, whatever is declared: the bytes of another encoding pass for UTF-8
    only by a rare chance, while wrong declarations are common.
    """
    found = sniff(body, content_type)
    if found.source in (EncodingSource.HEADER, EncodingSource.META) and is_utf8_after_all(body, found.name):
        found = Sniffed(name="utf-8", source=EncodingSource.BYTES)
    return decode_as(body, found)


def decode_as(body: bytes, found: Sniffed) -> Decoded:
    """Return `body` as text in the encoding `found`. Never fails."""
    text = body.decode(codec_of(found.name), "replace").removeprefix("\ufeff")
    replaced = text.count("\ufffd") - (body.count(b"\xef\xbf\xbd") if found.name == "utf-8" else 0)
    return Decoded(text=text, name=found.name, source=found.source, replaced=max(0, replaced))


def declared_name(start: bytes) -> str | None:
    """Return the encoding that a page's `start` declares by meta element or XML declaration (the prescan)."""
    if (xml := _XML.match(start)) and (name := name_of(xml.group(1).decode("ascii"))):
        return _readable(name)
    at = 0
    while (tag := _TAG.search(start, at)) is not None:
        if tag["comment"]:
            end = start.find(b"-->", tag.start() + 2)
            at = end + 3 if end >= 0 else len(start)
        elif tag["meta"]:
            attributes, at = _attributes(start, tag.end())
            if name := _meta_name(attributes):
                return name
        elif tag["tag"]:
            name_end = _NAME_END.search(start, tag.end())
            at = _attributes(start, name_end.start())[1] if name_end else len(start)
        else:
            end = start.find(b">", tag.end())
            at = end + 1 if end >= 0 else len(start)
    return None


def _attributes(start: bytes, at: int) -> tuple[dict[bytes, bytes], int]:
    """Return the attributes of a tag from `at` on (the first of a name counts) and where the tag ends."""
    found: dict[bytes, bytes] = {}
    while at < len(start):
        part = _ATTRIBUTE.match(start, at)
        if part is None or part.end() == at or not part["name"]:
            end = at if part is None else part.end()
            return found, end + 1
        value = part["double"] or part["single"] or part["bare"] or b""
        found.setdefault(part["name"].lower(), value)
        at = part.end()
    return {}, len(start)  # the tag is not finished


def _meta_name(attributes: dict[bytes, bytes]) -> str | None:
    if b"charset" in attributes:
        label = attributes[b"charset"].strip(_SPACE)
    elif attributes.get(b"http-equiv", b"").lower() == b"content-type":
        found = _IN_CONTENT.search(attributes.get(b"content", b""))
        label = (found[1] or found[2] or found[3] or b"") if found else b""
    else:
        return None
    name = name_of(label.decode("latin-1"))
    return None if name is None else _readable(name)


def _readable(name: str) -> str | None:
    """A page whose declaration could be read byte by byte is not UTF-16."""
    if name.startswith("utf-16"):
        return "utf-8"
    if name == "x-user-defined":
        return DEFAULT
    return None if name in _UNREADABLE else name


def _by_bytes(body: bytes) -> Sniffed:
    if _NON_ASCII.search(body) and _is_utf8(body):
        return Sniffed(name="utf-8", source=EncodingSource.BYTES)
    return Sniffed(name=DEFAULT, source=EncodingSource.DEFAULT)


def is_utf8_after_all(body: bytes, declared: str) -> bool:
    """Whether `body` is UTF-8 although `declared`, a WHATWG name, is another encoding."""
    if declared == "utf-8" or declared.startswith(_STATEFUL):
        return False
    if declared.startswith("utf-16"):
        return b"\0" not in body and _is_utf8(body)  # every other byte of markup in UTF-16 is one
    if _NON_ASCII.search(body) is None:
        return False
    if declared.startswith(_SINGLE_BYTE) and _is_utf8(body):
        return True
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    longer = (len(body) - broken) - len(text.replace("\ufffd", ""))  # a byte for each beyond the first of a character
    return longer >= _SURE_BYTES and broken <= _MAX_BROKEN * longer


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        # A page cut off at our size limit may end inside a character.
        return error.reason == "unexpected end of data" and error.start > len(body) - 4
    return True
