"""Which lines of pages with a known true text do line rules cut?"""

import gzip
import json
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from cleanwire import Article, Cleaner
from cleanwire.text import folding
from cleanwire.text.boilerplate.rules import RuleSet

_FEW_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TruePage:
    """A page, and what of it is the article as far as somebody told."""

    name: str
    path: Path
    url: str
    truth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A line that a rule cut; `lost` when the true text has it."""

    rule: str
    page: str
    text: str
    lost: bool


def rule_set(sources: Mapping[str, Sequence[bytes]]) -> RuleSet:
    """Return the rules of all files by language, the first of each language first."""
    found = RuleSet({language: bodies[0] for language, bodies in sources.items()}, later=True)
    for language, bodies in sorted(sources.items()):
        for body in bodies[1:]:
            found.add(language, body)
    return found


def pages(root: Path, data: Path, language: str, sample: int) -> list[TruePage]:
    """Return our own pages and texts, and every `sample`-th of those in `data` that may be in `language`."""
    others = [
        TruePage(
            name=row["id"],
            path=data / "pages" / f"{row['id']}.html.gz",
            url=row["url"],
            truth="\n".join([row.get("text") or "", *row.get("optional", ()), *row.get("with", ())]),
        )
        for row in _rows(data / "truth.jsonl")
        if language in {"any", "en"} or row.get("lang") in {language, None}
    ]
    ours = [*_own_pages(root / "tests" / "corpus"), *_own_texts(root / "tests" / "plain" / "cases")]
    return ours + others[::sample]


def _own_pages(folder: Path) -> Iterator[TruePage]:
    for path in sorted(folder.glob("*/page.html")):
        expected = json.loads((path.parent / "expected.json").read_text(encoding="utf-8"))
        truth = "\n".join(expected.get("body", ()))
        yield TruePage(name=path.parent.name, path=path, url=expected["url"], truth=truth)


def _own_texts(folder: Path) -> Iterator[TruePage]:
    for path in sorted(folder.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        truth = "\n".join(line[2:] for line in lines if line.startswith(("P|", "p|")))
        yield TruePage(name=path.stem, path=path, url="", truth=truth)


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def cuts(
    pages: Sequence[TruePage], sources: Mapping[str, Sequence[bytes]], wanted: frozenset[str], jobs: int
) -> dict[str, list[Cut]]:
    """Return what the rules with these ids cut, by id. Each page is cleaned alone, as the first one of its site."""
    found: defaultdict[str, list[Cut]] = defaultdict(list)
    fresh = get_context("spawn")  # a fork of a process with threads may never return
    with fresh.Pool(jobs, _prepare, (sources,)) as pool:
        for of_page in pool.imap(_cuts_of, pages, chunksize=8):
            for cut in of_page:
                if cut.rule in wanted:
                    found[cut.rule].append(cut)
    return found


_rules: RuleSet  # of this process


def _prepare(sources: Mapping[str, Sequence[bytes]]) -> None:
    global _rules
    logging.disable(logging.CRITICAL)
    _rules = rule_set(sources)


def _cuts_of(page: TruePage) -> list[Cut]:
    article = Cleaner(rules=_rules, min_words=1).clean(_body(page), url=page.url)
    if not isinstance(article, Article):
        return []
    return [
        Cut(rule=cut.rule, page=page.name, text=cut.text, lost=is_in(cut.text, page.truth)) for cut in article.removed
    ]


def _body(page: TruePage) -> bytes:
    if page.path.suffix == ".gz":
        return gzip.decompress(page.path.read_bytes())
    if page.path.suffix == ".html":
        return page.path.read_bytes()
    lines = page.path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line[2:] for line in lines if not line.startswith("# ")).encode()


def is_in(text: str, truth: str) -> bool:
    """Tell whether `truth` has these words: a line of few words as a line of its own, a longer one anywhere."""
    words = folding.normalise(text)
    if folding.count_words(text, words) <= _FEW_WORDS:
        return any(folding.normalise(line) == words for line in truth.splitlines())
    return f" {words}" in f" {folding.normalise(truth)}"
