"""Prints the index of decisions, docs/decisions/README.md: `make docs` writes it.

A decision's line is the heading of its page, so a heading says what was decided.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
_HEADING = re.compile(r"# 0*(\d+)[.:] (.+)")
_HEAD = """\
# Decisions

What was chosen, why, and what it costs; one page each, in the order they were made. A page is changed while its choice
grows, and replaced by a later one that says so. A new page takes the next number, and its heading says what was
decided; `make docs` writes this index from the headings.

| | |
|---|---|
"""


def headings() -> dict[int, tuple[str, str]]:
    """Return file name and heading of each page by its number.

    Raises:
        ValueError: a page has no heading, or another number there than in its name, or a number stands twice.
    """
    found: dict[int, tuple[str, str]] = {}
    for path in sorted(FOLDER.glob("[0-9]*.md")):
        number = int(path.name[:4])
        with path.open(encoding="utf-8") as lines:
            heading = _HEADING.fullmatch(next(lines).strip())
        if heading is None or int(heading[1]) != number:
            raise ValueError(f"{path.name}: its first line must be '# {number}. What was decided'")
        if number in found:
            raise ValueError(f"{path.name}: {found[number][0]} has the same number")
        found[number] = path.name, heading[2]
    return found


def index() -> str:
    """Return the whole page."""
    known = headings()
    rows = "".join(f"| {number} | [{told}]({name}) |\n" for number, (name, told) in sorted(known.items()))
    holes = [str(number) for number in range(1, max(known)) if number not in known]
    left = f"\nNever used, no page was withdrawn: {', '.join(holes)}.\n" if holes else ""
    return _HEAD + rows + left


if __name__ == "__main__":
    print(index(), end="")
