"""Which elements does a CSS selector mean, said in XPath 1.0?

The small part of CSS that finds one place on a page: `tag`, `.class`, `#id`, `[name]`, `[name="value"]` (also `^=`,
`$=` and `*=`), one inside the other (a blank) or directly inside it (`>`), and alternatives behind a comma.
"""

import re

MAX_CHARS = 300

_TAG = re.compile(r"[A-Za-z][A-Za-z0-9-]*|\*")
_NAMED = re.compile(r"([.#])(-?[^\W\d][\w-]*)")
_ATTRIBUTE = re.compile(
    r"""\[\s*(?P<name>[A-Za-z_][\w:.-]*)\s*(?:(?P<test>[\^$*]?=)\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|"""
    r"""(?P<bare>[\w-]+))\s*)?\]"""
)
_COMBINATOR = re.compile(r"\s*>\s*|\s+")
_COMMA = re.compile(r"\s*,\s*")


def xpath(selector: str) -> str:
    """Return the XPath expression for `selector`, for trees whose tags and attribute names are lower case.

    Raises:
        ValueError: the selector is empty, too long, or has something in it that is not understood; tells what.
    """
    text = selector.strip()
    if not text or len(text) > MAX_CHARS:
        raise ValueError(f"a selector has 1 to {MAX_CHARS} characters")
    path, at = "", 0
    axis = "//"
    while True:
        step, at = _compound(text, at)
        path += axis + step
        if at == len(text):
            return path
        if comma := _COMMA.match(text, at):
            axis, at = " | //", comma.end()
        elif combinator := _COMBINATOR.match(text, at):
            axis, at = "/" if ">" in combinator[0] else "//", combinator.end()
        else:
            raise ValueError(f"not understood: {text[at : at + 40]!r}")


def _compound(text: str, at: int) -> tuple[str, int]:
    """Return the step for the tag, classes, id and attributes that begin at `at`, and where they end."""
    tag = _TAG.match(text, at)
    end = tag.end() if tag else at
    conditions = ""
    while True:
        if named := _NAMED.match(text, end):
            conditions, end = conditions + _named(named[1], named[2]), named.end()
        elif attribute := _ATTRIBUTE.match(text, end):
            conditions, end = conditions + _attribute(attribute), attribute.end()
        else:
            break
    if end == at:
        raise ValueError(f"not understood: {text[at : at + 40]!r}" if at < len(text) else "it ends in the middle")
    return (tag[0].lower() if tag else "*") + conditions, end


def _named(mark: str, name: str) -> str:
    if mark == "#":
        return f"[@id='{name}']"
    return f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"


def _attribute(found: re.Match[str]) -> str:
    name = f"@*[name()='{found['name'].lower()}']" if ":" in found["name"] else f"@{found['name'].lower()}"
    if found["test"] is None:
        return f"[{name}]"
    value = next(given for given in (found["double"], found["single"], found["bare"]) if given is not None)
    quoted = f"'{value}'" if '"' in value else f'"{value}"'
    if '"' in value and "'" in value:  # cannot be: a value is closed by the first quote of its own kind
        raise ValueError(f"both kinds of quotes in {value!r}")
    if found["test"] == "=":
        return f"[{name}={quoted}]"
    if not value:
        raise ValueError(f"nothing to look for in {found[0]}")
    if found["test"] == "^=":
        return f"[starts-with({name}, {quoted})]"
    if found["test"] == "*=":
        return f"[contains({name}, {quoted})]"
    return f"[substring({name}, string-length({name}) - {len(value) - 1})={quoted}]"
