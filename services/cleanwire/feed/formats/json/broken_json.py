"""What does a JSON Feed say that is not well-formed, or was cut off in the middle?

Mended is what is unambiguous: raw control characters and unknown escapes in strings, half surrogate pairs, commas
before a closing bracket, junk after the end. Where it cannot be read on, what came before counts: a feed that was cut
off still lists its first items.
"""

import json
import re
from contextlib import suppress
from typing import Any

from cleanwire.feed import limits

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)'
_STRING_OR_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.DOTALL)
_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|)')
_BETWEEN = re.compile(r"[\s,]*")
_COLON = re.compile(r"\s*:\s*")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)


def read(text: str) -> dict[str, Any]:
    """Return the whole members of the object in `text`, and of its list `items` the whole items. Never raises."""
    text = _STRING_OR_COMMA.sub(r"\1", text[: limits.MAX_TOLERANT_JSON])
    mended = _ESCAPE.sub(lambda found: found[0] if found[1] else r"\\", text)
    members: dict[str, Any] = {}
    with suppress(ValueError, RecursionError):  # the end of what can be read
        _object(mended, mended.index("{") + 1, members)
    try:
        clean: dict[str, Any] = json.loads(_HALF_PAIR.sub("\ufffd", json.dumps(members, ensure_ascii=False)))
    except RecursionError:
        return {}
    return clean


def _object(text: str, at: int, members: dict[str, Any]) -> None:
    while text.startswith('"', at := _next(text, at)):
        name, at = _DECODER.raw_decode(text, at)
        colon = _COLON.match(text, at)
        at = at if colon is None else colon.end()
        if name == "items" and text.startswith("[", at):
            members[name] = []
            at = _list(text, at + 1, members[name])
        else:
            members[name], at = _DECODER.raw_decode(text, at)


def _list(text: str, at: int, items: list[Any]) -> int:
    while len(items) < limits.MAX_TOLERANT_ENTRIES and not text.startswith("]", at := _next(text, at)):
        item, at = _DECODER.raw_decode(text, at)
        items.append(item)
    return at + 1


def _next(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return at if found is None else found.end()
