"""How is a plain-text case written down?

Each line carries a mark: T headline, S site name, D date, A byline, P paragraph, p its wrapped continuation,
x junk, blank. `# key: value` lines state what no mark tells.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    text: str
    facts: dict[str, str]
    title: str | None
    publisher: str | None
    paragraphs: tuple[str, ...]
    junk: tuple[str, ...]


def load(path: Path) -> Case:
    """Return the case in `path`: the text as a reader would get it, and what must come out."""
    facts: dict[str, str] = {}
    lines: list[tuple[str, str]] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("# "):
            key, _, value = line[2:].partition(":")
            facts[key.strip()] = value.strip()
        else:
            lines.append((line[:1], line[2:]))
    paragraphs: list[str] = []
    for mark, content in lines:
        if mark == "P":
            paragraphs.append(content.strip())
        elif mark == "p":
            paragraphs[-1] += " " + content.strip()
    text = ("\r\n" if "crlf" in facts else "\n").join(content for _, content in lines)
    return Case(
        text=("\ufeff" if "bom" in facts else "") + text,
        facts=facts,
        title=facts.get("title", next((content for mark, content in lines if mark == "T"), None)),
        publisher=facts.get("publisher", next((content for mark, content in lines if mark == "S"), None)),
        paragraphs=tuple(paragraphs),
        junk=tuple(content for mark, content in lines if mark == "x"),
    )
