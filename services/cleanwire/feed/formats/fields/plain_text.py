"""What does a title or a name say as plain text?"""

import html
import re

from cleanwire.feed import limits

# Only elements that occur inside a title: "1 < 2 > 0" and "List<String>" are text.
_TAG = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|li|mark|nobr|ol|p|q|s|small|span"
    r"|strike|strong|sub|sup|tt|u|ul|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"</?(?:br|div|p|li|h[1-6])\b[^<>]*>", re.IGNORECASE)


def from_html(text: str | None) -> str | None:
    """Return `text` without markup and character references, in one line; None when nothing is left."""
    if text is None:
        return None
    cut = text[: limits.MAX_FIELD]
    if "<" in cut:
        cut = _TAG.sub("", _BREAK.sub(" ", cut))
    if "&" in cut:
        cut = html.unescape(cut)
        if "<" in cut:
            cut = _TAG.sub("", _BREAK.sub(" ", cut))
    return from_text(cut)


def from_text(text: str | None) -> str | None:
    """Return `text` in one line; None when nothing is left."""
    if text is None:
        return None
    return " ".join(text[: limits.MAX_FIELD].split()) or None
