"""Which cases does a batch hold, and what is wrong with what comes out of each?

    PYTHONPATH=tests python -m field.cases tests/field/first.toml [--show] [TEXT ...]

prints a line for each case that is wrong, and how many are right of each kind; with TEXT those whose id holds it, or
whose kind it is.
"""

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleanwire.article import clean
from cleanwire.article.article import Article, Refusal
from cleanwire.article.page import Page
from field import pages

FETCHED_AT = 1_790_000_000.0
KEYS = frozenset(
    {"kind", "id", "language", "open", "skin", "title", "stated", "json_ld", "at", "line", "lines", "inside", "below"}
    | {"after", "whole", "bytes", "meta", "header", "stays", "has", "lacks", "lacks_block"}
)
"""What a case may have; `open` says why it is not right yet."""


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the cases in the file: those written out, and one for each line, label, talk and encoding."""
    batch = tomllib.loads(path.read_text("utf-8"))
    for language, lines in batch.get("lines", {}).items():
        for number, line in enumerate(lines.get("stays", ())):
            yield _case("sentence", "stay", language, number, line=line, stays=[line])
        for number, line in enumerate(lines.get("goes", ())):
            yield _case("sentence", "go", language, number, line=line, lacks=[line])
    for kind in ("talk", "dialogue"):
        for language, lines in batch.get(kind, {}).items():
            yield _case("answer", kind, language, 0, lines=lines, stays=lines)
    for language, labels in batch.get("labels", {}).items():
        for number, label in enumerate(labels):
            yield _case("answer", "label", language, number, line=label, lacks_block=label)
    for number, (language, encoding, meta, header) in enumerate(batch.get("bytes", {}).get("list", ())):
        yield _case("bytes", encoding, language, number, bytes=encoding, meta=meta, header=header)
    for case in batch.get("case", ()):
        yield {"kind": "boilerplate"} | case


def _case(kind: str, name: str, language: str, number: int, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "id": f"{name}-{language}-{number}", "language": language, **more}


def cleaned(case: dict[str, Any]) -> Article | Refusal:
    body = pages.page_of(case)
    if "bytes" in case:
        meta = f'<meta charset="{case["meta"]}">' if case["meta"] else ""
        body = body.decode().replace('<meta charset="utf-8">', meta).encode(case["bytes"], "xmlcharrefreplace")
    page = Page(url=pages.address(case), body=body, fetched_at=FETCHED_AT, content_type=case.get("header") or None)
    return clean.clean(page)


def complaints(case: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong: paragraphs that are missing or out of order, text that is there and must not be."""
    found = cleaned(case)
    if isinstance(found, Refusal):
        yield f"refused: {found.reason}"
        return
    texts = [" ".join(block.text.split()) for block in found.blocks]
    yield from _missing(texts, case)
    body = " ".join(texts)
    if case.get("lacks_block") in texts:
        yield f"leaks: {case['lacks_block']!r}"
    yield from (f"missing: {text!r}" for text in case.get("has", ()) if text not in body)
    yield from (f"leaks: {text!r}" for text in case.get("lacks", ()) if text in body)


def _missing(texts: list[str], case: dict[str, Any]) -> Iterator[str]:
    story, at = pages.paragraphs_of(case), case.get("at", 3)
    place = 0
    for text in [*story[:at], *case.get("stays", ()), *story[at:]]:
        here = next((number for number in range(place, len(texts)) if texts[number] == text), None)
        if here is None:
            yield f"missing or not in order: {text[:60]!r}"
        else:
            place = here + 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("batch", type=Path)
    parser.add_argument("only", nargs="*")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    right, of = Counter[str](), Counter[str]()
    for case in read(options.batch):
        if options.only and not any(text in case["id"] or text == case["kind"] for text in options.only):
            continue
        wrong = list(complaints(case))
        of[case["kind"]] += 1
        right[case["kind"]] += not wrong
        if wrong:
            print(f"{case['kind']} {case['id']}: {'; '.join(wrong[:3])}")
        if options.show and wrong:
            show(cleaned(case))
    for kind, count in of.items():
        print(f"{kind}: {right[kind]} of {count}")


def show(found: Article | Refusal) -> None:
    if isinstance(found, Article):
        for block in found.blocks:
            print("    +", block.text[:110])
        for cut in found.removed:
            print("    -", cut.rule, cut.reason, cut.score, cut.text[:110])


if __name__ == "__main__":
    main()
