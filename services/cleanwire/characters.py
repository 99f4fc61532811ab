"""Which characters may not stand in markup, in a name, on a terminal, or at the beginning of a table's cell?

Strangers write titles and texts. A terminal obeys control characters (ECMA-48), every viewer obeys marks that turn the
reading direction (Unicode Standard Annex 9), a spreadsheet computes what looks like a formula.
"""

import re
from collections.abc import Mapping

_CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029"  # C0, DEL, C1; separators of lines and paragraphs
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# Zero-width marks, fillers that look empty, annotations, tags and further selectors of variants: text nobody sees.
_HIDDEN = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff"
)
_JOINERS = "\u200c\u200d"

_NOT_XML = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
"""What no XML may hold, https://www.w3.org/TR/xml/#charsets. libxml2 and what is built on it give up at it."""


def _windows_1252() -> dict[int, str | None]:
    """C1 by what was meant: in texts these are always bytes of windows-1252 that were taken for Latin-1."""
    return {code: bytes((code,)).decode("windows-1252", "ignore") or None for code in range(0x80, 0xA0)}


IN_NAMES: Mapping[int, str | None] = {
    **dict.fromkeys([*range(0x20), 0x7F, 0x2028, 0x2029], " "),
    **_windows_1252(),
    **dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFFFE, 0xFFFF]),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
"""For `str.translate`: what a name holds in place of controls and direction marks. Joiners stay, scripts need them."""

_IN_NAMES = re.compile(f"[{_CONTROLS}{_DIRECTIONS}\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = f"[{_DIRECTIONS}{_HIDDEN}{_JOINERS}\ud800-\udfff]"
_UNPRINTABLE = re.compile(f"[{_CONTROLS}]+|{_INVISIBLE}")
_UNPRINTABLE_IN_LINES = re.compile(f"(?:(?![\\n\\t])[{_CONTROLS}])+|{_INVISIBLE}")
_IN_JSON = re.compile(f"[\x7f-\x9f\u2028\u2029{_DIRECTIONS}{_HIDDEN}]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?")
_RAW_NOT_XML = re.compile(f"[{_NOT_XML}]")
_LAST_CODE_POINT = 0x10FFFF
_MAX_DIGITS = 7  # of the last code point
_FORMULA = re.compile(r"['\"\s\u200b\ufeff]*+[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_QUOTED_FORMULA = re.compile(rf"'(?={_FORMULA.pattern})")


def name(text: str) -> str:
    """Return `text` as a name or title of one line: without controls and direction marks, white space squeezed."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join((text.translate(IN_NAMES) if _IN_NAMES.search(text) else text).split())


def name_or_none(text: str | None) -> str | None:
    """Return `name`, None when nothing is left of it."""
    return (name(text) or None) if text else None


def printable(text: str, *, lines: bool = False) -> str:
    """Return `text` without what a terminal obeys, or shows as something else than it is.

    With `lines` it keeps its line feeds and tabs; without, it is one line.
    """
    if text.isascii() and text.isprintable():
        return text
    if lines:
        return _UNPRINTABLE_IN_LINES.sub(_printed, text.replace("\r\n", "\n"))
    return _UNPRINTABLE.sub(_printed, text)


def json(written: str) -> str:
    """Return `written`, which is JSON, with the same values, but nothing in it that `printable` would take out."""
    return _IN_JSON.sub(_escaped, written)


def in_markup(text: str, *, raw: bool = True) -> str:
    """Return `text` without what XML cannot hold, written as such or as a numeric reference; all else is as it was.

    References to the two halves of a character beyond the first 65,536 become that character. What stood on both sides
    of something that goes makes no reference of its own. Without `raw` only references are looked for.
    """
    if raw:
        text = _RAW_NOT_XML.sub(lambda found: " " if found[0] in "\v\f" else "", text)
    if "&#" in text:
        text = _HALVES.sub(_whole, text)
        text = _REFERENCE.sub(_reference, text)
    return text


def cell(text: str) -> str:
    """Return `text` as a cell of a table that no spreadsheet computes; `cell_text` takes it back."""
    return f"'{text}" if _FORMULA.match(text) else text


def cell_text(written: str) -> str:
    """Return the text of which `cell` made `written`."""
    return written[1:] if _QUOTED_FORMULA.match(written) else written


def _printed(found: re.Match[str]) -> str:
    character = found[0][0]
    if character in _JOINERS:
        text, at = found.string, found.start()
        inside = 0 < at < len(text) - 1 and text[at - 1] > "\x7f" and text[at + 1] > "\x7f"
        return character if inside and not text[at + 1].isspace() and text[at + 1] not in _JOINERS else ""
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"
    return " " if character < "\xa0" or character in "\u2028\u2029" else ""


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


_HALVES = re.compile(
    r"&#(?:[xX]0*+([dD][89abAB][0-9a-fA-F]{2})|0*+(5[56]\d{3}));"
    r"&#(?:[xX]0*+([dD][c-fC-F][0-9a-fA-F]{2})|0*+(5[67]\d{3}));"
)


def _whole(found: re.Match[str]) -> str:
    high, low = (int(found[at], 16) if found[at] else int(found[at + 1]) for at in (1, 3))
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
    return found[0]


def _reference(found: re.Match[str]) -> str:
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    digits = digits.lstrip("0") or "0"
    code = int(digits, base) if len(digits) <= _MAX_DIGITS else _LAST_CODE_POINT + 1
    text, start, end = found.string, found.start(), found.end()
    character = chr(code) if code <= _LAST_CODE_POINT else "\uffff"
    if _RAW_NOT_XML.match(character):
        opened = text.endswith(("&", "&#", "&#x", "&#X"), max(start - 3, 0), start)
        return " " if opened or character in "\v\f" else ""
    return f"{found[0]};" if found[0][-1] != ";" and text.startswith("&#", end) else found[0]
