"""What has trafilatura of a page that we have not?

Its text of every page is taken once and kept in a file, so that a comparison costs what cleaning does.
"""

import gzip
import importlib.util
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata as distributions
from pathlib import Path
from types import ModuleType
from typing import Any

from trafilatura import bare_extraction

MIN_WORDS = 5  # of a paragraph that counts, as the scorer has it
MAX_GONE = 0.3  # of the true text's words


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A page of which much is gone that the rival has."""

    page: str
    share: float  # of the words in the true text's paragraphs
    paragraphs: tuple[str, ...]


def scorer(data: Path) -> ModuleType:
    """Return the scorer that lies beside the pages."""
    spec = importlib.util.spec_from_file_location("score", data / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"no score.py in {data}: nothing was compared")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def texts(data: Path, wanted: Iterable[dict[str, str]], kept: Path) -> dict[str, str]:
    """Return trafilatura's text by page id; `kept` holds those of earlier calls, and gets the new ones.

    Texts of another version of trafilatura are taken anew.
    """
    version = distributions.version("trafilatura")
    known: dict[str, str] = {}
    if kept.exists():
        with kept.open(encoding="utf-8") as lines:
            known = {row["id"]: row["text"] for row in map(json.loads, lines) if row["version"] == version}
    with kept.open("a", encoding="utf-8") as out:
        for row in wanted:
            if row["id"] not in known:
                known[row["id"]] = _text(data, row)
                told = {"id": row["id"], "version": version, "text": known[row["id"]]}
                out.write(json.dumps(told, ensure_ascii=False) + "\n")
    return known


def _text(data: Path, row: dict[str, str]) -> str:
    markup = gzip.decompress((data / "pages" / f"{row['id']}.html.gz").read_bytes())
    try:
        found = bare_extraction(markup, url=row["url"], with_metadata=True, include_comments=False)
    except Exception as error:  # noqa: BLE001 - a rival that fails on a page has no text of it
        print(f"trafilatura fails on {row['id']}: {type(error).__name__}")
        return ""
    return "" if found is None or isinstance(found, dict) else found.text or ""


def gone(score: Any, truth: dict[str, Any], ours: str, theirs: str) -> Gone | None:
    """Return what the rival has of the true text and we have not; None when it is `MAX_GONE` of it or less."""
    paragraphs = [(line, score.toks(line)) for line in score.lines(truth.get("text"))]
    paragraphs = [(line, words) for line, words in paragraphs if len(words) >= MIN_WORDS]
    our, their = score.Ref(ours), score.Ref(theirs)
    only_theirs = [(line, words) for line, words in paragraphs if our.cover(words) < 0.5 <= their.cover(words)]
    share = sum(len(words) for _, words in only_theirs) / max(1, sum(len(words) for _, words in paragraphs))
    if share <= MAX_GONE:
        return None
    return Gone(page=truth["id"], share=share, paragraphs=tuple(line for line, _ in only_theirs))


def compare(score: Any, truths: Sequence[dict[str, Any]], ours: dict[str, Any], theirs: dict[str, str]) -> str:
    """Return a table of losses by set, ours and theirs, and each page of which much is gone that they have."""
    with_text = [truth for truth in truths if truth.get("text") and truth["id"] in ours]
    losses: dict[str, list[tuple[float, float]]] = {}
    found = []
    for truth in with_text:
        our, their = ours[truth["id"]].get("text") or "", theirs[truth["id"]]
        pair = tuple(score.page(truth, {"text": text})["loss"] for text in (our, their))
        losses.setdefault(truth["set"], []).append((pair[0], pair[1]))
        if (lost := gone(score, truth, our, their)) is not None:
            found.append(lost)
    rows = [f"{'set':8}{'pages':>7}{'loss':>8}{'theirs':>8}"]
    for name, pairs in sorted(losses.items()):
        our_mean, their_mean = (sum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1))
        rows.append(f"{name:8}{len(pairs):7}{our_mean:8.3f}{their_mean:8.3f}")
    rows.append(f"{len(found)} pages of which over {MAX_GONE:.0%} is gone that they have")
    rows += [
        f"{page.share:5.0%} {page.page} {' / '.join(text[:60] for text in page.paragraphs[:3])}"
        for page in sorted(found, key=lambda page: -page.share)
    ]
    return "\n".join(rows)
