"""A module's name says what it answers: no two have one name unless they are one idea, and no room is crowded."""

from collections import defaultdict
from pathlib import Path

HOUSE = Path(__file__).parent.parent.parent / "services/cleanwire"
MOST_ENTRIES = 16  # more than that nobody takes in at a glance

ONE_IDEA = {
    "bounds": "how much is taken: of an entry, of what the ops page holds",
    "clean": "the command is called as what it shows",
    "document": "the record, and how the ops page shows it",
    "explain": "the command is called as what it shows",
    "feeds": "the command, what the ops page holds, and how it shows them",
    "sites": "what the ops page holds of them, and how it shows them",
    "site": "the command is called as what it shows",
    "topics": "the command is called as what it shows",
    "health": "the command asks what the ops page answers",
    "guard": "addresses that are refused: as written, and as looked up",
    "limits": "how large something may be: a feed, a record",
    "pages": "what each address of a web server of ours answers",
    "page": "a page before it is read, and how a reply becomes one",
    "pool": "the pool of pages is the sandbox's, with the bounds of pages",
    "robots": "robots.txt: what it allows, and who asks for it",
    "tdmrep": "tdmrep.json: what it reserves, and who asks for it",
    "service": "each stage, read top to bottom",
    "writing": "each stage's records and what is told of them",
}


def names() -> dict[str, list[str]]:
    """Return where each module's name stands."""
    found = defaultdict(list)
    for path in HOUSE.rglob("*.py"):
        if not path.name.startswith("__"):
            found[path.stem].append(path.relative_to(HOUSE).as_posix())
    return found


def test_modules_of_one_name_are_one_idea() -> None:
    twice = {name: sorted(paths) for name, paths in names().items() if len(paths) > 1}
    assert sorted(twice) == sorted(ONE_IDEA), {
        name: twice.get(name, "stands once: take it off the list") for name in twice.keys() ^ ONE_IDEA.keys()
    }


def entries(room: Path) -> list[Path]:
    return [path for path in room.iterdir() if not path.name.startswith("__") and path.suffix in ("", ".py")]


def test_no_room_is_crowded() -> None:
    rooms = [path for path in HOUSE.rglob("*") if path.is_dir() and path.name != "__pycache__"]
    assert {room.relative_to(HOUSE).as_posix() for room in rooms if len(entries(room)) > MOST_ENTRIES} == set()
