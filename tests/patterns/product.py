"""Which regular expressions does the product hold? All of them, wherever they are compiled."""

import ast
import importlib
import itertools
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType

import cleanwire
from cleanwire.article.metadata.dates import publication
from cleanwire.text import language
from cleanwire.text.boilerplate import rules
from cleanwire.text.dates import datelines
from cleanwire.urls import tracking, tracking_parameters

USES = frozenset({"search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"})
FUNCTIONS = USES | {"compile"}
_SCALARS = (str, bytes, int, float, complex, type(None), range, ModuleType)


@dataclass
class Found:
    """One pattern: where it lies, and by which methods it is used there."""

    pattern: re.Pattern[str] | re.Pattern[bytes]
    places: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)


Key = tuple[str | bytes, int]


def modules() -> list[ModuleType]:
    """Return every module of the product, imported."""
    names = [info.name for info in pkgutil.walk_packages(cleanwire.__path__, "cleanwire.")]
    return [importlib.import_module(name) for name in sorted(names) if not name.endswith("__main__")]


def patterns() -> dict[Key, Found]:
    """Return every pattern by text and flags: what modules hold, what rules are made of, what functions compile."""
    found: dict[Key, Found] = {}
    for module in modules():
        uses = _uses(module)
        for name, value in vars(module).items():
            for pattern in _inside(value, set()):
                _note(found, pattern, f"{module.__name__}.{name}", uses.get(name, set()))
    for place, pattern, use in _compiled_in_functions():
        _note(found, pattern, place, {use})
    for place, value, uses in _made_when_needed():
        for pattern in _inside(value, set()):
            _note(found, pattern, place, uses)
    return found


def _note(found: dict[Key, Found], pattern: re.Pattern[str] | re.Pattern[bytes], place: str, uses: set[str]) -> None:
    each = found.setdefault((pattern.pattern, pattern.flags), Found(pattern))
    each.places.add(place)
    each.uses |= uses


def _inside(value: object, seen: set[int]) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    """Yield the patterns in `value`, at any depth of containers, classes and objects of ours."""
    if isinstance(value, re.Pattern):
        yield value
        return
    if isinstance(value, _SCALARS) or id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, Mapping):
        parts: list[object] = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        parts = list(value)
    elif isinstance(value, type):
        parts = list(vars(value).values()) if value.__module__.startswith("cleanwire") else []
    elif type(value).__module__.startswith("cleanwire"):
        slots = (getattr(value, name, None) for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ()))
        parts = [*getattr(value, "__dict__", {}).values(), *slots]
    else:
        defaults = getattr(value, "__defaults__", None) or ()
        parts = [*defaults, *(getattr(value, "__kwdefaults__", None) or {}).values()]
    for part in parts:
        yield from _inside(part, seen)


def _uses(module: ModuleType) -> dict[str, set[str]]:
    """Return by which methods the module uses each of its globals: `_NAME.search(…)`, also as `_NAME.search`."""
    uses: defaultdict[str, set[str]] = defaultdict(set)
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in USES:
            uses[node.value.id].add(node.attr)
    return uses


def _compiled_in_functions() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes], str]]:
    """Yield what functions hand to `re` as a literal."""
    for module in modules():
        for node in _calls(module):
            text = node.args[0]
            if isinstance(text, ast.Constant) and _function(node) != "compile":
                others = [*node.args[1:], *(keyword.value for keyword in node.keywords)]
                pattern = re.compile(text.value, sum(map(_flags, others)))  # type: ignore[type-var]
                yield f"{module.__name__}:{node.lineno}", pattern, _function(node)


def unknown() -> list[str]:
    """Return which functions hand something else than a literal to `re`: what they make must be looked at."""
    return [
        f"{module.__name__}.{name}"
        for module in modules()
        for name, function in _functions(module)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and _is_of_re(node) and not isinstance(node.args[0], ast.Constant)
    ]


def _functions(module: ModuleType) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node


def _calls(module: ModuleType) -> Iterator[ast.Call]:
    return (node for node in ast.walk(_tree(module)) if isinstance(node, ast.Call) and _is_of_re(node))


def _is_of_re(node: ast.Call) -> bool:
    func = node.func
    return (
        isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Name)
        and func.value.id == "re"
        and func.attr in FUNCTIONS
    )


def _function(node: ast.Call) -> str:
    assert isinstance(node.func, ast.Attribute)
    return node.func.attr


def _flags(node: ast.expr) -> int:
    names = [part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)]
    return sum(getattr(re, name) for name in names if isinstance(getattr(re, name, None), re.RegexFlag))


@cache
def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))


def _made_when_needed() -> Iterator[tuple[str, object, set[str]]]:
    """Yield what functions make of rules, of words and of lists, with the methods it is used by."""
    for index in rules.load()._all():
        for table in index.tables.values():
            for phrase, _ in itertools.chain(*table.starting.values(), *table.inside.values()):
                _ = phrase.pattern  # compiled when a line first asks
    yield "rules", rules.load(), {"fullmatch", "match"}
    yield "scripts", [language._script(characters) for _, characters, _ in language._SCRIPTS], {"search", "findall"}
    yield "any script", language._script("|".join(characters for _, characters, _ in language._SCRIPTS)), {"search"}
    yield "beyond Latin", language._beyond_latin(), {"search"}
    yield "tracking everywhere", tracking._everywhere(), {"fullmatch"}
    yield "a day", publication._day("2026-07-14"), {"search"}
    labels = datelines._patterns()
    made = [name for name, value in vars(type(labels)).items() if isinstance(value, cached_property)]
    yield "date labels", [getattr(labels, name) for name in made], {"match"}
    for name in (*tracking_parameters.BY_SITE, *(f"{label}.example" for label in tracking_parameters.BY_LABEL)):
        yield f"tracking of {name}", tracking._pattern_of(name), {"fullmatch"}


COVERED = frozenset(
    {
        "cleanwire.article.metadata.dates.publication._day",
        "cleanwire.text.boilerplate.phrases.pattern",  # in rules.load()
        "cleanwire.text.dates.datelines._relative",
        "cleanwire.text.language._script",
        "cleanwire.text.dates.datelines._label",
        "cleanwire.urls.tracking._compiled",
    }
)
"""Functions that hand to `re` what they have made: it is in `_made_when_needed`, or no stranger's matter."""
