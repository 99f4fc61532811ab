"""Train the judge of lines.

    python bench/train_judge.py rows --data ../shared/data/quality --out rows.pkl  (the product's environment)
    python bench/train_judge.py fit  --rows rows.pkl --out judges [--without SET]  (needs lightgbm; some minutes)
    python bench/train_judge.py pack --trees judges                                (the product's environment)

`fit` grows the judge that is shipped and, for each of five folds of sites, one that has not learned from that fold.
`pack` writes the former into the product and the latter beside the trees, for `bench/quality.py --judges judges`: only
those tell how well the judge does on sites it has not seen. One of them goes to the tests, whose floors it is held to.

Only sets whose annotations are MIT, CC-BY or Apache are learned from (aeb, feval, fund, wcxb, zhc, and the segments of
traf); `dan` is kept for judging. A line is outside the article when the scorer finds it outside the true text, by its
own matching; with `rows --claimed` also when another line has the same stretch of it (docs/quality.md). The second row
of trees learns from what the first says of sites it has not seen, as it will hear it.
LightGBM is no dependency of the product: what is shipped are the trees, as data.
"""

import argparse
import gzip
import hashlib
import itertools
import json
import pickle
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from cleanwire.article.blocks import gather
from cleanwire.article.blocks.candidate import Candidate
from cleanwire.article.markup import charset, parsing
from cleanwire.article.markup.outline import Outline
from cleanwire.article.metadata import cascade
from cleanwire.article.page import Hints, Page
from cleanwire.article.verdict import body
from cleanwire.article.verdict.judge import company, features, model, surroundings
from cleanwire.text.boilerplate import rules

SETS = ("aeb", "feval", "fund", "wcxb", "zhc", "traf")
FOLDS = 5
TESTED_FOLD = 3
"""Its sites have pages of every set, in about the same shares as all."""
TREES = 500
SECOND_TREES = 300
FEW_WORDS = 4  # of a line that the scorer seeks as it is
CLAIMED_SHARE = 0.4  # of a line's words that must be true and no other line's
BESIDE = 2  # lines before the first and after the last true one where words of the text may be the article's
SEGMENT_CHARS = 12  # of a line that is only part of a segment
PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 12,
    "max_depth": 5,
    "min_child_samples": 25,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "seed": 7,
    "deterministic": True,
    "verbose": -1,
    "num_threads": 1,
}


def rows(data: Path, out: Path, *, once: bool = False) -> None:
    """Write features and labels of every line of every page with a true text or segments."""
    import numpy as np

    score = _scorer(data)
    with (data / "truth.jsonl").open(encoding="utf-8") as lines:
        truths = [json.loads(line) for line in lines]
    found = []
    for truth in truths:
        read = _read(data, truth) if truth["set"] in SETS else None
        if read is not None:
            texts = [one.text for one in read.candidates]
            labels = _labels(score, truth, texts) if truth.get("text") else _segment_labels(score, truth, texts)
            if once and truth.get("text"):
                labels = claimed(score, truth, read.candidates, labels)
            found.append(
                {
                    "id": truth["id"],
                    "set": truth["set"],
                    "site": truth["site"],
                    "rows": np.array(read.rows, np.float32),
                    "labels": np.array(labels),
                    "signatures": [surroundings.signature(one.location) for one in read.candidates],
                    "extracted": tuple(one.is_taken for one in read.candidates),
                }
            )
    out.write_bytes(pickle.dumps(found))
    print(f"{len(found)} pages, {sum(len(page['labels']) for page in found)} lines")


def _read(data: Path, truth: dict[str, Any]) -> body.Described | None:
    raw = gzip.decompress((data / "pages" / f"{truth['id']}.html.gz").read_bytes())
    tree = parsing.parse(charset.decode(raw, None).text)
    if tree is None:
        return None
    known = cascade.read(tree, Page(url=truth["url"], body=raw, fetched_at=time.time()), Hints())
    outline = Outline.of(tree)
    candidates = gather.gather(tree, outline)
    return body.describe(candidates, outline, known, rules.load()) if candidates else None


def _labels(score: Any, truth: dict[str, Any], texts: list[str]) -> list[int]:
    """Return 1 for lines outside the true text, 0 for lines in it, -1 for what the scorer does not count."""
    titles = [score.toks(text) for text in (truth.get("title"), truth.get("title_in_body")) if text]
    paragraphs = [(line, score.toks(line)) for line in score.lines(truth["text"])]
    paragraphs = [(line, words) for line, words in paragraphs if words and not score.is_title(words, titles)]
    known = [truth.get("title") or "", truth.get("title_in_body") or ""]
    reference = score.Ref("\n".join(line for line, _ in paragraphs), *truth.get("optional", []), *known)
    labels = []
    for at, text in enumerate(texts):
        words = score.toks(text)
        if not words or (at < 3 and score.is_title(words, titles)):
            labels.append(-1)
            continue
        inside = reference.cover(words) >= 0.5
        if len(words) <= 4 and not inside:
            inside = any(len(other) >= 8 and " ".join(words) in " ".join(other) for _, other in paragraphs)
        labels.append(int(not inside))
    return labels


def claimed(score: Any, truth: dict[str, Any], candidates: Sequence[Candidate], labels: list[int]) -> list[int]:
    """Return `labels` with one line inside for each stretch of the true text, and the copies of it outside.

    Whoever was taken comes first, then who stands where most of the text does. Words that also stand somewhere in the
    text are no part of it far from it, and near it nobody knows.
    """
    told = list(labels)
    words = [score.toks(candidate.text) for candidate in candidates]
    true_lines = [score.toks(line) for line in score.lines(truth["text"])]
    whole = Counter(map(tuple, true_lines))
    unclaimed = Counter(three for line in true_lines for three in _threes(line))
    optional = score.Ref(*truth.get("optional", []))
    homes = [None if one.location is None else one.location.element.getparent() for one in candidates]
    inside = [at for at, label in enumerate(labels) if label == 0]
    at_home: Counter[Any] = Counter()
    for at in inside:
        at_home[homes[at]] += len(words[at])
    long = [at for at in inside if len(words[at]) > FEW_WORDS]
    found = []
    for at in sorted(long, key=lambda at: (not candidates[at].is_taken, -at_home[homes[at]], at)):
        threes = _threes(words[at])
        free = sum(unclaimed[three] > 0 for three in threes)
        if free >= CLAIMED_SHARE * len(threes) or whole[tuple(words[at])] > 0:  # rows of a table have much in common
            unclaimed.subtract(threes)
            whole[tuple(words[at])] -= 1
            found.append(at)
        else:
            told[at] = int(optional.cover(words[at]) < 0.5)
    for at in set(inside).difference(long) if found else ():
        if not min(found) - BESIDE <= at <= max(found) + BESIDE:
            told[at] = 1
        elif tuple(words[at]) not in whole:
            told[at] = -1
    return told


def _threes(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(words, words[1:], words[2:], strict=False))


def _segment_labels(score: Any, truth: dict[str, Any], texts: list[str]) -> list[int]:
    """Return 0 for lines with a required segment, 1 for lines with a forbidden one, -1 for the many with none."""

    def flat(text: str) -> str:
        return "".join(score.toks(text))

    def holds(line: str, segments: list[str]) -> bool:
        return any(other in line or (len(line) >= SEGMENT_CHARS and line in other) for other in segments)

    required = [key for text in truth.get("with", []) if (key := flat(text))]
    forbidden = [key for text in truth.get("without", []) if (key := flat(text))]
    labels = []
    for line in map(flat, texts):
        inside, outside = holds(line, required), holds(line, forbidden)
        labels.append(-1 if inside == outside else int(outside))
    return labels


def fold_of(site: str) -> int:
    """Return which fold `site` is judged in: it is learned from in all others."""
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % FOLDS


def fit(path: Path, out: Path) -> None:
    """Write the trees grown on all sites, and those grown on the sites outside each fold, to the folder `out`."""
    out.mkdir(exist_ok=True)
    pages = pickle.loads(path.read_bytes())
    folds = [[page for page in pages if fold_of(page["site"]) == fold] for fold in range(FOLDS)]
    firsts, unseen = _folded(pages)
    _write(out / "judge.json", _grow(pages, TREES), _grow(pages, SECOND_TREES, unseen))
    # Without two folds, the first trees tell each of them what the second ones of the other may hear.
    inner: list[dict[str, Any]] = [{} for _ in folds]
    for one, other in itertools.combinations(range(FOLDS), 2):
        trees = _grow([page for page in pages if fold_of(page["site"]) not in (one, other)], TREES)
        inner[one] |= _doubts(trees, folds[other])
        inner[other] |= _doubts(trees, folds[one])
    for fold, first in enumerate(firsts):
        learned = [page for page in pages if fold_of(page["site"]) != fold]
        _write(out / f"{fold}.json", first, _grow(learned, SECOND_TREES, inner[fold]))


def fit_without(path: Path, out: Path, left_out: str) -> None:
    """Write the trees that have learned nothing from the set `left_out` to the folder `out`."""
    out.mkdir(exist_ok=True)
    learned = learned_without(pickle.loads(path.read_bytes()), left_out)
    _write(out / f"{without(left_out)}.json", _grow(learned, TREES), _grow(learned, SECOND_TREES, _folded(learned)[1]))


def learned_without(pages: list[dict[str, Any]], left_out: str) -> list[dict[str, Any]]:
    """Return the pages that are neither of the set `left_out` nor of a site that it has pages of."""
    sites = {page["site"] for page in pages if page["set"] == left_out}
    return [page for page in pages if page["site"] not in sites]


def without(left_out: str) -> str:
    """Return the name of the judge that has learned nothing from the set `left_out`."""
    return f"without-{left_out}"


def _folded(pages: list[dict[str, Any]]) -> tuple[list[Any], dict[str, Any]]:
    """Return first trees by fold, each grown outside it, and by page what those say that have not seen its site."""
    firsts = [_grow([page for page in pages if fold_of(page["site"]) != number], TREES) for number in range(FOLDS)]
    unseen = {}
    for number, first in enumerate(firsts):
        unseen |= _doubts(first, [page for page in pages if fold_of(page["site"]) == number])
    return firsts, unseen


def _doubts(trees: Any, pages: list[dict[str, Any]]) -> dict[str, Any]:
    return {page["id"]: trees.predict(page["rows"]) for page in pages}


def _grow(pages: list[dict[str, Any]], count: int, doubts: dict[str, Any] | None = None) -> Any:
    """Return trees over the pages' rows; with `doubts`, over what is heard of the neighbours too."""
    import lightgbm
    import numpy as np

    tables = [page["rows"] for page in pages]
    if doubts is not None:
        heard = [company.read(doubts[page["id"]].tolist(), page["signatures"], page["extracted"]) for page in pages]
        tables = [np.hstack([table, np.array(more, np.float32)]) for table, more in zip(tables, heard, strict=True)]
    labels = np.concatenate([page["labels"] for page in pages])
    # long lines weigh more, and a page with many lines does not count many times
    weights = np.concatenate(
        [np.sqrt(np.clip(page["rows"][:, 0], 1, 60)) * 20 / (10 + len(page["labels"])) for page in pages]
    )
    told = labels >= 0
    table = np.concatenate(tables)[told]
    return lightgbm.train(PARAMETERS, lightgbm.Dataset(table, labels[told], weight=weights[told]), count)


def _write(path: Path, first: Any, second: Any) -> None:
    path.write_text(json.dumps({"first": first.dump_model(), "second": second.dump_model()}), encoding="utf-8")
    print(path.name)


def pack(folder: Path) -> None:
    """Write the trees in `folder` as the product reads them: the shipped ones into it, the others beside them."""
    for path in sorted(folder.glob("*.json")):
        trees = json.loads(path.read_text("utf-8"))
        forests = {name: _forest(trees[name]) for name in ("first", "second")}
        version = hashlib.sha256(b"".join(map(msgspec.msgpack.encode, forests.values()))).hexdigest()[:12]
        weights = model.Weights(version=version, names=features.NAMES, **forests)
        shipped = Path(model.__file__).with_name("weights.bin")
        targets = [shipped if path.stem == "judge" else path.with_suffix(".bin")]
        if path.stem == str(TESTED_FOLD):
            targets.append(Path(__file__).parents[1] / "tests" / "quality" / f"{TESTED_FOLD}.bin")
        for target in targets:
            target.write_bytes(model.encode(weights))
            print(f"{target.name} {version}: {target.stat().st_size} bytes")


def _forest(trees: dict[str, Any]) -> model.Forest:
    import numpy as np

    columns: dict[str, list[float]] = {name: [] for name in ("features", "thresholds", "left", "right", "values")}
    deepest = 0

    def add(node: dict[str, Any], depth: int) -> int:
        nonlocal deepest
        deepest = max(deepest, depth)
        at = len(columns["left"])
        for name, value in (("features", 0), ("thresholds", 0.0), ("left", at), ("right", at), ("values", 0.0)):
            columns[name].append(value)
        if "split_feature" in node:
            columns["features"][at], columns["thresholds"][at] = node["split_feature"], node["threshold"]
            columns["left"][at], columns["right"][at] = (
                add(node["left_child"], depth + 1),
                add(node["right_child"], depth + 1),
            )
            # only for explanations: a few digits do, and pack small
            columns["values"][at] = float(np.float16(node["internal_value"]))
        else:
            columns["values"][at] = node["leaf_value"]
        return at

    roots = [add(tree["tree_structure"], 0) for tree in trees["tree_info"]]
    arrays = {
        name: np.array(values, "<f8" if name in ("thresholds", "values") else "<i4").tobytes()
        for name, values in columns.items()
    }
    return model.Forest(steps=deepest, roots=np.array(roots, "<i4").tobytes(), **arrays)


def _scorer(data: Path) -> Any:
    sys.path.insert(0, str(data.resolve()))
    import score

    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["rows", "fit", "pack"])
    for name in ("data", "rows", "out", "trees"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--claimed", action="store_true", help="rows: one line inside for each stretch of the text")
    parser.add_argument("--without", metavar="SET", help="fit: grow one judge that has learned nothing from SET")
    options = parser.parse_args()
    match options.step:
        case "rows":
            rows(options.data, options.out, once=options.claimed)
        case "fit" if options.without:
            fit_without(options.rows, options.out, options.without)
        case "fit":
            fit(options.rows, options.out)
        case _:
            pack(options.trees)


if __name__ == "__main__":
    main()
