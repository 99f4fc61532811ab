"""How well does the product clean real pages? Writes what `../shared/data/quality/score.py` judges.

    python bench/quality.py --data ../shared/data/quality --out outputs.jsonl [--only fund,aeb] [--sample 10] [--jobs 2]
    python bench/quality.py --data ../shared/data/quality --out warm.jsonl --warm
    python bench/quality.py --data ../shared/data/quality --out unseen.jsonl --judges tests/quality --fold 3
    python ../shared/data/quality/score.py --data ../shared/data/quality --outputs outputs.jsonl --by set

Of `truth.jsonl` only id, set, site and url are read. *Cold*: pages of one site are cleaned in the order of the file,
as the owner of the site would; each sees what was learned of the pages before it. *Warm*, with `--warm`: each sees what
all other pages of its site teach, the steady state of a running service.

The shipped judge has learned from some of these pages. `--judges DIR` takes, for every site, the one that has not
(`bench/train_judge.py`): only those figures say how well sites do that nobody has seen. `--without-judge` shows what
the rules and the site's template do alone. `--without SET` takes the judge that learned nothing from SET nor from its
sites, on the pages of SET alone: what a source is worth that nobody has seen anything of. `--against trafilatura` tells
beside each set's loss what that of trafilatura is, and which pages miss over 30 % of the text that it has.
"""

import argparse
import gzip
import json
import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np

import rival
import train_judge
from cleanwire.article import clean
from cleanwire.article.article import Article, Instant, Refusal
from cleanwire.article.page import Page
from cleanwire.article.verdict import template
from cleanwire.article.verdict.judge import model
from cleanwire.records.document import Precision, ZoneSource

Row = dict[str, str]


def rows(data: Path, only: set[str], sample: int, fold: int | None = None) -> list[Row]:
    """Return id, set, site and url of every `sample`-th page, of the sets in `only` if there are any.

    With `fold`, only of the sites that this fold's judge has not learned from.
    """
    with (data / "truth.jsonl").open(encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    wanted = [{key: row[key] for key in ("id", "set", "site", "url")} for row in read]
    unseen = [row for row in wanted if fold is None or train_judge.fold_of(row["site"]) == fold]
    return [row for row in unseen if not only or row["set"] in only][::sample]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The pages of one site, and how to clean them."""

    data: Path
    pages: list[Row]
    judge: Path | None
    judged: bool
    warm: bool

    def read(self, row: Row) -> Page:
        body = gzip.decompress((self.data / "pages" / f"{row['id']}.html.gz").read_bytes())
        return Page(url=row["url"], body=body, fetched_at=time.time())


_NOTHING = np.empty((0, 0), np.float32)


class NoJudge:
    """Believes the extractor: what it took is the article, what it left out is not."""

    version = "none"

    def judge(self, rows: Sequence[object], signatures: Sequence[object], extracted: Sequence[bool]) -> model.Judgement:
        return model.Judgement(doubts=[0.0 if own else 1.0 for own in extracted], model=self, table=_NOTHING)  # type: ignore[arg-type]


def outputs(
    data: Path,
    wanted: list[Row],
    jobs: int,
    judges: Path | None = None,
    *,
    judged: bool = True,
    warm: bool = False,
    without: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield one output per page, sites in any order."""
    sites: defaultdict[str, list[Row]] = defaultdict(list)
    for row in wanted:
        sites[row["site"]].append(row)
    work = [
        Site(
            data=data,
            pages=pages,
            judge=judges and judges / f"{train_judge.without(without) if without else train_judge.fold_of(site)}.bin",
            judged=judged,
            warm=warm,
        )
        for site, pages in sorted(sites.items(), key=lambda item: len(item[1]), reverse=True)
    ]
    with Pool(jobs) as pool:
        for found in pool.imap_unordered(_clean_site, work):
            yield from found


def _clean_site(site: Site) -> list[dict[str, Any]]:
    logging.disable(logging.CRITICAL)
    return _warm(site, _judge(site)) if site.warm else _cold(site, _judge(site))


def _judge(site: Site) -> model.Judge:
    if not site.judged:
        return NoJudge()
    return model.load() if site.judge is None else model.Model(model.decode(site.judge.read_bytes()))


def _cold(site: Site, judge: model.Judge) -> list[dict[str, Any]]:
    found = []
    memory: bytes | None = None
    for row in site.pages:
        article = clean.clean(site.read(row), min_words=1, memory=memory, judge=judge)
        found.append(_output(row["id"], article))
        memory = (article.template if isinstance(article, Article) else None) or memory
    return found


def _warm(site: Site, judge: model.Judge) -> list[dict[str, Any]]:
    """Clean each page twice: for what it teaches, and with what all others have taught."""
    first = [clean.clean(site.read(row), min_words=1, judge=judge) for row in site.pages]
    lessons = [
        page
        for article in first
        for page in template.decode(article.template if isinstance(article, Article) else None).pages or (None,)
    ]
    found = []
    for at, row in enumerate(site.pages):
        others = [lesson for other, lesson in enumerate(lessons) if other != at and lesson is not None]
        memory: bytes | None = None
        for lesson in others:
            memory = template.learn(template.decode(memory), lesson) or memory
        article = clean.clean(site.read(row), min_words=1, memory=memory, judge=judge) if others else first[at]
        found.append(_output(row["id"], article))
    return found


def _output(page_id: str, article: Article | Refusal) -> dict[str, Any]:
    if isinstance(article, Refusal):
        return {"id": page_id, "text": "", "refused": article.reason, "detail": article.detail}
    return {
        "id": page_id,
        "text": article.body,
        "title": article.title,
        "authors": [author.name for author in article.authors],
        "published": _iso(article.published),
        "language": article.language,
        "removed": [(cut.rule, cut.text) for cut in article.removed],
        "source": article.published.stated.source if article.published else None,
    }


def _iso(instant: Instant | None) -> str | None:
    """Return the time as ISO 8601: with offset when the zone is known, else the wall clock or the day as written."""
    if instant is None:
        return None
    local = datetime.fromisoformat(instant.stated.local)
    if instant.stated.precision is Precision.DAY:
        return local.date().isoformat()
    if instant.stated.zone is ZoneSource.ASSUMED:
        return local.isoformat()
    return local.replace(tzinfo=timezone(local - instant.at.replace(tzinfo=None))).isoformat()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="comma list of sets")
    parser.add_argument("--sample", type=int, default=1, help="every N-th page")
    parser.add_argument("--judges", type=Path, help="folder of judges, one per fold")
    parser.add_argument("--without-judge", action="store_true")
    parser.add_argument("--fold", type=int, help="only the sites that the judge of this number has not learned from")
    parser.add_argument("--without", metavar="SET", help="only the pages of SET, with the judge that knows none of it")
    parser.add_argument("--against", choices=["trafilatura"], help="tell what it has that we have not")
    parser.add_argument("--theirs", type=Path, help="where its texts are kept; beside the outputs unless told")
    parser.add_argument("--warm", action="store_true", help="with what all other pages of the site teach")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if not (options.data / "truth.jsonl").exists():
        raise SystemExit(f"no data in {options.data}: nothing was measured")
    if options.without and options.judges is None:
        raise SystemExit("--without asks for --judges: the shipped one has learned from every set")
    only = {options.without} if options.without else set(filter(None, options.only.split(",")))
    wanted = rows(options.data, only, options.sample, options.fold)
    ours = {}
    with options.out.open("w", encoding="utf-8") as out:
        for output in outputs(
            options.data,
            wanted,
            options.jobs,
            options.judges,
            judged=not options.without_judge,
            warm=options.warm,
            without=options.without,
        ):
            out.write(json.dumps(output, ensure_ascii=False) + "\n")
            ours[output["id"]] = output
    print(f"{len(wanted)} pages")
    if options.against:
        kept = options.theirs or options.out.with_name(f"{options.against}.jsonl")
        theirs = rival.texts(options.data, wanted, kept)
        with (options.data / "truth.jsonl").open(encoding="utf-8") as lines:
            truths = [json.loads(line) for line in lines]
        print(rival.compare(rival.scorer(options.data), truths, ours, theirs))


if __name__ == "__main__":
    main()
