"""Public pages with their true texts, in the layout that `bench/quality.py` and `bench/rule_check.py` read.

    python bench/quality_data.py --out ../quality-data                        (fetches the repositories with git)
    python bench/quality_data.py --out ../quality-data --only aeb,feval
    python bench/quality_data.py --out ../quality-data --from ~/repositories  (folders named aeb, feval, …)

`--out` gets `truth.jsonl`, a row a page, and `pages/<id>.html.gz`. Each set comes from a repository at a known commit
(`SETS`); with `--from` it is read from a folder of the set's name, a clone or an unpacked archive. The pages belong to
their publishers, the annotations are under the repositories' licences: keep both to yourself, never commit them.

All pages of a repository are taken. The figures in docs/quality.md are over a sample of them, so compare runs over one
folder with each other, not with those figures.
"""

import argparse
import gzip
import hashlib
import html
import json
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Row = dict[str, Any]
Found = Iterator[tuple[bytes, Row]]
"""A page as the server sent it, and what is true of it."""


def aeb(folder: Path) -> Found:
    """Bodies written by hand."""
    for name, told in _json(folder / "ground-truth.json").items():
        page = _page(folder / "html", name)
        if page is not None:
            yield page, {"id": name[:12], "url": told["url"], "text": told["articleBody"]}


def feval(folder: Path) -> Found:
    """Lists of paragraphs; in brackets those that may be missing."""
    for name, told in _json(folder / "dataset" / "ground_truth.json").items():
        page = _page(folder / "dataset" / "html", name)
        if page is not None:
            optional = [text.strip("[]") for text in told["body"] if text.startswith("[")]
            text = "\n".join(text for text in told["body"] if not text.startswith("["))
            yield page, {"id": _stem(name), "url": told["url"], "text": text, "optional": optional}


def fund(folder: Path) -> Found:
    """What parsers made for one publisher each find; standfirsts may be missing."""
    for meta in sorted(folder.glob("tests/resources/parser/test_data/*/meta.info")):
        for name, told in _json(meta).items():
            publisher = name.partition("_")[0]
            truth = meta.parent / f"{publisher}.json"
            page = _page(meta.parent, name)
            if page is None or not truth.exists():
                continue
            article = _json(truth)
            article = article[max(article)]  # of the newest version of the parser
            body = article.get("body") or {}
            if len(_versions(meta, publisher)) > 1 or not body.get("sections"):
                continue  # which page which version of the parser read is not told
            lines = [text for part in body["sections"] for text in (*part.get("headline", ()), *part["paragraphs"])]
            yield (
                page,
                {
                    "id": f"{meta.parent.name}-{_stem(name)}",
                    "url": told["url"],
                    "text": "\n".join(lines),
                    "optional": list(body.get("summary", ())),
                    "title": article.get("title"),
                    "authors": article.get("authors"),
                    "published": article.get("publishing_date"),
                    "published_precision": "instant",
                },
            )


def wcxb(folder: Path) -> Found:
    """Bodies and phrases that must or must not be there, articles only where the type of page is told."""
    for path in sorted(folder.glob("*/ground-truth/*.json")):
        told = _json(path)
        truth = told["ground_truth"]
        kind = told.get("page_type") or (told.get("_internal") or {}).get("page_type") or "article"
        if isinstance(kind, dict):
            kind = kind.get("primary", "article")
        page = _page(path.parent.parent / "html", f"{path.stem}.html")
        if page is not None and kind == "article":
            yield (
                page,
                {
                    "id": f"{path.parent.parent.name}{path.stem}",
                    "url": told["url"],
                    "text": re.sub(r"\n+", "\n", truth.get("main_content") or ""),
                    "with": truth.get("with"),
                    "without": truth.get("without"),
                    "title": truth.get("title"),
                    "authors": [truth["author"]] if truth.get("author") else None,
                    "published": truth.get("publish_date"),
                    "published_precision": "day",
                },
            )


def dan(folder: Path) -> Found:
    """Bodies corrected by hand, many pages a site."""
    known = folder / "Corpus" / "doc_lg.json"
    languages = _json(known) if known.exists() else {}
    for path in sorted((folder / "Corpus" / "reference").glob("*")):
        page = _page(folder / "Corpus" / "html", path.name)
        day, _, rest = path.name.partition("_")
        host = rest.rpartition("_")[0]
        if page is None or not host:
            continue
        raw = path.read_text(encoding="utf-8", errors="replace")
        text = "\n".join(html.unescape(part).strip() for part in re.split(r"<[^<>]{1,200}>|\n", raw) if part.strip())
        language = languages.get(path.name) if isinstance(languages, dict) else None
        yield (
            page,
            {
                "id": f"{day}-{_digest(path.name)}",
                "url": f"http://{host}/{day}",
                "text": text,
                "lang": _LANGUAGES.get(str(language).lower()),
            },
        )


def traf(folder: Path) -> Found:
    """Segments that must or must not be there."""
    names = _by_name(folder / "tests")
    for url, told in _json(folder / "tests" / "evaldata.json").items():
        if (path := names.get(told["file"])) is not None:
            yield (
                path.read_bytes(),
                {
                    "id": _digest(url),
                    "url": url,
                    "with": told.get("with"),
                    "without": told.get("without"),
                    "title": told.get("title"),
                    "authors": [told["author"]] if told.get("author") else None,
                    "published": told.get("date"),
                    "published_precision": "day",
                },
            )


def hdate(folder: Path) -> Found:
    """Days of publication."""
    names = _by_name(folder / "tests")
    for url, told in _json(folder / "tests" / "eval_mediacloud_2020.json").items():
        if (path := names.get(told["file"])) is not None:
            row = {"id": _digest(url), "url": url, "published": told["date"], "published_precision": "day"}
            yield path.read_bytes(), row


@dataclass(frozen=True, slots=True)
class Source:
    """Where a set comes from."""

    repository: str
    commit: str
    licence: str
    read: Callable[[Path], Found]


SETS = {
    "aeb": Source("scrapinghub/article-extraction-benchmark", "4a3bc979f76c", "MIT", aeb),
    "dan": Source("rundimeco/waddle", "be875ce12ad9", "GPL-3.0", dan),
    "feval": Source("dobbersc/fundus-evaluation", "d43db54b2b39", "MIT", feval),
    "fund": Source("flairNLP/fundus", "18da6e53592f", "MIT", fund),
    "hdate": Source("adbar/htmldate", "b8952828329a", "Apache-2.0", hdate),
    "traf": Source("adbar/trafilatura", "e90b0ef51ab0", "Apache-2.0", traf),
    "wcxb": Source("Murrough-Foley/web-content-extraction-benchmark", "c039d5ee9f5a", "CC-BY-4.0", wcxb),
}
_LANGUAGES = {"english": "en", "greek": "el", "polish": "pl", "russian": "ru", "chinese": "zh"} | {
    code: code for code in ("en", "el", "pl", "ru", "zh")
}
_WWW = re.compile(r"^www\d?\.")


def build(folders: dict[str, Path], out: Path) -> Counter[str]:
    """Write the pages of each set that is in its folder; return how many of each there are."""
    (out / "pages").mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    with (out / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for name, folder in sorted(folders.items()):
            for page, told in SETS[name].read(folder):
                site = _WWW.sub("", urlsplit(told["url"]).hostname or "")
                row = {**{key: value for key, value in told.items() if value}, "set": name, "site": site}
                row["id"] = f"{name}-{told['id']}"
                (out / "pages" / f"{row['id']}.html.gz").write_bytes(gzip.compress(page, mtime=0))
                truth.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
                counts[name] += 1
    return counts


def fetch(name: str, into: Path, base: str) -> Path:
    """Return a clone of the set's repository at its commit.

    Raises:
        CalledProcessError: git said no.
    """
    target = into / name
    address = f"{base.rstrip('/')}/{SETS[name].repository}"
    subprocess.run(["git", "clone", "-q", "--no-checkout", address, str(target)], check=True)
    subprocess.run(["git", "-C", str(target), "checkout", "-q", SETS[name].commit], check=True)
    return target


def _json(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found


def _page(folder: Path, name: str) -> bytes | None:
    """Return the page of that name, packed or not; None when there is none."""
    for path in (folder / name, folder / f"{name}.html.gz", folder / f"{name}.gz", folder / f"{name}.html"):
        if path.is_file():
            raw = path.read_bytes()
            return gzip.decompress(raw) if path.suffix == ".gz" else raw
    return None


def _by_name(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in sorted(folder.rglob("*.htm*")) if path.is_file()}


def _versions(meta: Path, publisher: str) -> list[str]:
    return [name for name in _json(meta) if name.startswith(f"{publisher}_")]


def _stem(name: str) -> str:
    return name.removesuffix(".gz").removesuffix(".html")


def _digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:10]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default=",".join(SETS), help="comma list of sets")
    parser.add_argument("--from", dest="folders", type=Path, help="folder with a clone or an unpacked archive a set")
    parser.add_argument("--base", default="https://github.com", help="where repositories are cloned from")
    options = parser.parse_args()
    names = options.only.split(",")
    if unknown := set(names) - SETS.keys():
        raise SystemExit(f"no such set: {', '.join(sorted(unknown))}; known are {', '.join(SETS)}")
    with tempfile.TemporaryDirectory() as scratch:
        try:
            folders = {
                name: options.folders / name if options.folders else fetch(name, Path(scratch), options.base)
                for name in names
                if not options.folders or (options.folders / name).is_dir()
            }
            counts = build(folders, options.out)
        except subprocess.CalledProcessError as error:
            raise SystemExit(f"git failed: {' '.join(error.cmd)}") from None
        except (OSError, KeyError, ValueError) as error:
            raise SystemExit(f"a repository is not laid out as at its commit in SETS: {error!r}") from None
    if not counts:
        raise SystemExit("no pages were found")
    for name, count in sorted(counts.items()):
        print(f"{name}: {count} pages, {SETS[name].repository} at {SETS[name].commit}, {SETS[name].licence}")


if __name__ == "__main__":
    main()
