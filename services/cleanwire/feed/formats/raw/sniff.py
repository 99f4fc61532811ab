"""What kind of thing is this body, whatever its content type says?"""

import re
from enum import Enum


class Kind(Enum):
    EMPTY = "empty"
    XML = "xml"
    JSON = "json"
    HTML = "html"
    OTHER = "other"


_SKIPPED = re.compile(rb"(?:\s|\x00|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(rss|feed|rdf)\b", re.IGNORECASE)
_HTML = re.compile(
    rb"(?:<!doctype\s+html|<html\b|<head\b|<body\b|<script\b|<meta\b|<title\b|<div\b|<p\b)", re.IGNORECASE
)
WINDOW = 64 * 1024
"""How much of a body is looked at, in bytes or characters."""


def kind(text: bytes) -> Kind:
    """Return what `text` (ASCII-compatible bytes) begins with, byte order mark, comments and declarations skipped."""
    start = text[:WINDOW].removeprefix(b"\xef\xbb\xbf").lstrip(b"\x00 \t\r\n\f\v")
    if not start:
        return Kind.EMPTY
    if start[:1] in (b"{", b"["):
        return Kind.JSON
    skipped = _SKIPPED.match(start)
    begin = start[skipped.end() if skipped else 0 :]
    root = _ROOT.search(start)
    page = _HTML.match(begin)
    if page is not None and (root is None or _is_inside_page(start, page, root)):
        return Kind.HTML
    if root is not None or begin.startswith(b"<"):
        return Kind.XML
    return Kind.OTHER


def _is_inside_page(start: bytes, page: re.Match[bytes], root: re.Match[bytes]) -> bool:
    """A page may mention a feed element far inside; a feed may carry a wrong doctype before its root."""
    return not page.group().lower().startswith(b"<!doctype") or b"<html" in start[: root.start()].lower()
