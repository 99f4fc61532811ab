"""docs/architecture.md names modules and classes that are there; a class that has a name twice is told of."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
HOUSE = ROOT / "services/cleanwire"
HOW_BUILT = (ROOT / "docs/architecture.md").read_text("utf-8")
GLOSSARY = HOW_BUILT.partition("## Glossary")[2]


def classes() -> dict[str, set[str]]:
    """Return the modules of each public class by its name."""
    found = defaultdict(set)
    for path in HOUSE.rglob("*.py"):
        for name in re.findall(r"^class ([A-Za-z]\w*)", path.read_text("utf-8"), re.MULTILINE):
            found[name].add(path.relative_to(HOUSE).as_posix())
    return found


def test_each_module_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`([a-z_0-9/]+\.(?:py|toml))`", HOW_BUILT))
    assert len(named) > 20
    assert {path for path in named if not (HOUSE / path).exists()} == set()


def test_each_class_of_the_glossary_stands_in_its_module() -> None:
    known = classes()
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", GLOSSARY, re.MULTILINE)
    assert len(rows) > 15
    for name, told in rows:
        assert set(re.findall(r"`([^`]+)`", told)) <= known[name], name


def test_a_name_that_stands_twice_is_explained() -> None:
    twice = {name for name, modules in classes().items() if len(modules) > 1}
    explained = set(re.findall(r"`(\w+)`", GLOSSARY.partition("Names that stand twice")[2]))
    assert twice == explained, "rename the class, or tell in the glossary why both have one name"
