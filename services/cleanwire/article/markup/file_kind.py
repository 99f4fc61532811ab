"""Is this a page at all? Files of other kinds are told by how they begin, whatever their declared type."""

import re

_MAIL_TYPE = "message/rfc822"
_HEAD_BYTES = 64 * 1024
_FIELDS = re.compile(
    rb"(?:From [^\r\n]{5,200}\r?\n)?(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]{0,2000}\n(?:[ \t][^\n]{0,2000}\n){0,200}){3,}+"
)
_MIME = re.compile(rb"^mime-version:|^content-type:[ \t]*(?:text|multipart)/", re.I | re.M)
_OF_MAIL = re.compile(rb"^(?:from|date|subject|received|message-id):", re.I | re.M)
_LOOK_BYTES = 2048
_BEGINNINGS = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip file",
    b"\x1f\x8b": "a gzip file",
    b"\x89PNG": "a PNG image",
    b"GIF8": "a GIF image",
    b"\xff\xd8\xff": "a JPEG image",
    b"RIFF": "an image, sound or film",
    b"OggS": "sound or film",
    b"ID3": "sound",
    b"\x1aE\xdf\xa3": "a film",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"{\\rtf": "an RTF document",
    b"%!PS": "PostScript",
}
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")  # UTF-16 is full of NUL bytes
_TAGS = (b"<!doctype", b"<html", b"<head", b"<body", b"<title", b"<div", b"<p>")
_OTHER_TYPES = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/json")


def not_a_page(body: bytes, content_type: str | None) -> str | None:
    """Return what `body` is instead of a page or a plain text, for people to read; None when it may be one."""
    start = body[:_LOOK_BYTES].lstrip(b" \t\r\n")
    for beginning, kind in _BEGINNINGS.items():
        if start.startswith(beginning):
            return kind
    if b"\0" in start and not start.startswith(_WIDE_MARKS) and not _looks_like_markup(start):
        return "binary data"
    declared = (content_type or "").strip().lower()
    if declared.startswith(_OTHER_TYPES) and b"<" not in start:
        return declared.partition(";")[0]
    return None


def _looks_like_markup(start: bytes) -> bool:
    """A page may hold a stray NUL byte, and in UTF-16 every other byte is one."""
    letters = start.replace(b"\0", b"").lower()
    return any(tag in letters for tag in _TAGS)


def is_mail(body: bytes, content_type: str | None) -> bool:
    """Tell whether a page is a mail with its headers: it is sent as one, or its headers are those of MIME."""
    fields = _FIELDS.match(body[:_HEAD_BYTES].lstrip(b" \t\r\n"))
    if fields is None or _OF_MAIL.search(fields[0]) is None:
        return False
    declared = (content_type or "").strip().lower()
    return declared.startswith(_MAIL_TYPE) or _MIME.search(fields[0]) is not None
