"""Which strings make a regular expression slow? Made from what the expression itself repeats.

An engine that backtracks takes more than linear time in three ways: a repeat inside a repeat, two repeats side by side
that may share their characters, and a repeat that is begun anew at each place of a search. In each the string is a long
run of what a repeat takes, after what stands before the repeat, and before something that fails. See
https://swtch.com/~rsc/regexp/regexp1.html; https://www.usenix.org/conference/usenixsecurity18/presentation/davis.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Node = tuple[Any, Any]

_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_ALPHABET = "a1 \t\n.,-_:;/|<>&#=\"'()[]{}@+*%!?Zz0éßя中あ한ا٣\u3000\x0b\xa0–“©"
_NAMED = (sre.LITERAL, sre.RANGE)
_LONG = 8  # a repeat of at most so many is no repeat
_MANY = 24  # pumps that are tried after any head
_MOST = 40  # pumps that are made of a pattern's own repeats


@dataclass(frozen=True)
class Attack:
    """`head`, then `pump` again and again, then `tail`."""

    head: str
    pump: str
    tail: str

    def text(self, size: int) -> str:
        return self.head + self.pump * max(1, size // max(1, len(self.pump))) + self.tail


def attacks(pattern: re.Pattern[str]) -> list[Attack]:
    """Return strings that may hurt `pattern`, without repetitions."""
    flags = pattern.flags
    tree = list(parser.parse(pattern.pattern, flags))
    repeats = list(_repeats(tree, []))
    if not repeats:
        return []  # at each place it looks at a few characters
    each = max(1, min(5, _MOST // len(repeats)))
    found: dict[Attack, None] = {}
    heads: dict[str, None] = {"": None}
    pumps: dict[str, None] = dict.fromkeys([*" a1-.,\n<_;=", "a ", "1 ", "a.", "A ", ", ", "\n ", "中"])
    for before, repeated, after in repeats:
        head, tail = _sample(before, flags), _sample(after, flags)
        heads[head[-60:]] = None
        for pump in islice(_members(repeated, flags), each):
            pumps[pump] = None
            for start in dict.fromkeys((head, "")):
                for end in ("", "\n\x00", tail[:20] + "\x00"):
                    found[Attack(start, pump, end)] = None
            found[Attack("", head + pump, "\x00")] = None
            found[Attack("", pump + tail[:20], "\x00")] = None
            found[Attack("", head + pump + tail[:-1], "\x00")] = None
        if head:
            found[Attack("", head, "\x00")] = None
            found[Attack("", head[-30:], "\x00")] = None
            found[Attack("", head[:1], "\x00")] = None
    for pump in islice(pumps, _MANY):
        for start in islice(heads, 3):
            found[Attack(start, pump, "\x00")] = None
    return [attack for attack in found if attack.pump]


def _repeats(tree: list[Node], before: list[Node]) -> Iterator[tuple[list[Node], list[Node], list[Node]]]:
    """Yield each long repeat with what must stand before it and after it."""
    for at, (op, argument) in enumerate(tree):
        here, after = [*before, *tree[:at]], list(tree[at + 1 :])
        if op in _REPEATS:
            _, most, inner = argument
            if most == sre.MAXREPEAT or most > _LONG:
                yield here, list(inner), after
            yield from _repeats(list(inner), here)
        else:
            for branch in _branches(op, argument):
                yield from ((b, r, [*a, *after]) for b, r, a in _repeats(branch, here))


def _branches(op: Any, argument: Any) -> list[list[Node]]:
    if op is sre.BRANCH:
        return [list(branch) for branch in argument[1]]
    if op is sre.SUBPATTERN:
        return [list(argument[3])]
    if op is sre.ATOMIC_GROUP:
        return [list(argument)]
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        return [list(argument[1])]
    if op is sre.GROUPREF_EXISTS:
        return [list(part) for part in argument[1:] if part is not None]
    return []


def _members(tree: list[Node], flags: int) -> Iterator[str]:
    """Yield different short texts that `tree` matches."""
    if len(tree) == 1 and tree[0][0] in (sre.IN, sre.ANY, sre.NOT_LITERAL, sre.LITERAL, sre.CATEGORY):
        yield from _characters(tree[0], flags)
        return
    for choice in range(6):
        if text := _sample(tree, flags, choice):
            yield text


def _sample(tree: list[Node], flags: int, choice: int = 0) -> str:
    """Return one text that `tree` matches, as far as can be told without trying; `choice` picks others."""
    return "".join(_one(node, flags, choice) for node in tree)


def _one(node: Node, flags: int, choice: int) -> str:
    op, argument = node
    if op in _REPEATS:
        least, most, inner = argument
        return _sample(list(inner), flags, choice) * max(least, min(most, 1 + choice % 2))
    if op is sre.BRANCH:
        branches = argument[1]
        return _sample(list(branches[choice % len(branches)]), flags, choice)
    if op in (sre.SUBPATTERN, sre.ATOMIC_GROUP):
        return _sample(_branches(op, argument)[0], flags, choice)
    if op is sre.ASSERT and argument[0] < 0:  # what a lookbehind asks for
        return ""
    if op in (sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY, sre.CATEGORY):
        characters = list(_characters(node, flags))
        return characters[choice % len(characters)] if characters else ""
    return ""


def _characters(node: Node, flags: int) -> Iterator[str]:
    """Yield characters that `node` takes, the usual ones first."""
    op, argument = node
    if op is sre.LITERAL:
        yield chr(argument)
        return
    extra = ""
    if op is sre.IN:
        named = [value if kind is sre.LITERAL else value[0] for kind, value in argument if kind in _NAMED]
        extra = "".join(map(chr, named))
    one = re.compile(_written(node), flags & (re.I | re.S | re.A))
    yield from (char for char in dict.fromkeys(_ALPHABET + extra) if one.fullmatch(char))


def _written(node: Node) -> str:
    op, argument = node
    if op is sre.ANY:
        return "."
    if op is sre.NOT_LITERAL:
        return f"[^{re.escape(chr(argument))}]"
    if op is sre.CATEGORY:
        return _CATEGORIES[argument]
    parts = []
    for kind, value in argument:
        if kind is sre.NEGATE:
            parts.append("^")
        elif kind is sre.LITERAL:
            parts.append(re.escape(chr(value)))
        elif kind is sre.RANGE:
            parts.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        else:
            parts.append(_CATEGORIES[value])
    return f"[{''.join(parts)}]"


_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}
