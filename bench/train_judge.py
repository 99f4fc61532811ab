"""Train the judge of lines, and tell how well it does on sites it has not seen.

    python bench/train_judge.py rows  --data ../shared/data/quality --out rows.pkl     (the product's environment)
    python bench/train_judge.py cross --data ../shared/data/quality --rows rows.pkl    (needs lightgbm)
    python bench/train_judge.py fit   --rows rows.pkl --out trees.json                 (needs lightgbm)
    python bench/train_judge.py pack  --trees trees.json                               (the product's environment)

`fit --without-fold K` and `pack --out DIR/K.bin`, for K from 0 to 4, give judges for `bench/quality.py --judges DIR`.

Only sets whose annotations are MIT, CC-BY or Apache are learned from (aeb, feval, fund, wcxb, zhc); `dan` is kept for
judging. A line is outside the article when the scorer finds it outside the true text, by its own matching. LightGBM is
no dependency of the product: what is shipped are the trees, as data.
"""

import argparse
import gzip
import hashlib
import json
import pickle
import sys
import time
from pathlib import Path
from typing import Any

SETS = ("aeb", "feval", "fund", "wcxb", "zhc")
NEWS = ("aeb", "feval", "fund")
HELD_OUT = "dan"
FOLDS = 5
TREES = 250
SHORT_WORDS = 5
THRESHOLDS = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 20,
    "max_depth": 7,
    "min_child_samples": 25,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "seed": 7,
    "deterministic": True,
    "verbose": -1,
    "num_threads": 2,
}


def rows(data: Path, out: Path) -> None:
    """Write features and labels of every line of every page with a true text."""
    import numpy as np

    score = _scorer(data)
    with (data / "truth.jsonl").open(encoding="utf-8") as lines:
        truths = [json.loads(line) for line in lines]
    found = []
    for truth in truths:
        if truth["set"] in (*SETS, HELD_OUT) and truth.get("text"):
            read = _read(data, truth)
            if read is not None:
                texts, features, title = read
                found.append(
                    {
                        **{key: truth[key] for key in ("id", "set", "site")},
                        "texts": texts,
                        "features": np.array(features, np.float32),
                        "labels": np.array(_labels(score, truth, texts)),
                        "title": title,
                    }
                )
    out.write_bytes(pickle.dumps(found))
    print(f"{len(found)} pages, {sum(len(page['texts']) for page in found)} lines")


def _read(data: Path, truth: dict[str, Any]) -> tuple[list[str], list[list[float]], str | None] | None:
    from cleanwire.article import charset, extract, outline
    from cleanwire.article.judge import features
    from cleanwire.article.metadata import cascade
    from cleanwire.article.page import Hints, Page

    body = gzip.decompress((data / "pages" / f"{truth['id']}.html.gz").read_bytes())
    tree = extract.parse(charset.decode(body, None).text)
    if tree is None:
        return None
    shape = outline.read(tree)
    known = cascade.read(tree, Page(url=truth["url"], body=body, fetched_at=time.time()), Hints())
    blocks = extract.blocks(tree, truth["url"])
    if not blocks:
        return None
    texts = [block.text for block in blocks]
    places = outline.locate(shape, texts)
    table = features.read(blocks, places, [True] * len(blocks), shape, cascade.page_context(known))
    return texts, table, known.title.text if known.title else None


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


def fold_of(site: str) -> int:
    """Return which fold `site` is judged in: it is learned from in all others."""
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % FOLDS


def cross(data: Path, path: Path) -> None:
    """Print the scorer's figures, by threshold, for pages of sites that were not learned from."""
    score = _scorer(data)
    pages = pickle.loads(path.read_bytes())
    learned = [page for page in pages if page["set"] in SETS]
    doubts: dict[str, Any] = {}
    for fold in range(FOLDS):
        trees = _grow([page for page in learned if fold_of(page["site"]) != fold])
        doubts |= {page["id"]: trees.predict(page["features"]) for page in learned if fold_of(page["site"]) == fold}
    trees = _grow(learned)
    doubts |= {page["id"]: trees.predict(page["features"]) for page in pages if page["set"] == HELD_OUT}
    truths = {}
    with (data / "truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            truth = json.loads(line)
            truths[truth["id"]] = {key: truth[key] for key in truth if key not in ("authors", "published", "lang")}
    for name, sets in (("news", NEWS), ("wcxb", ("wcxb",)), ("zhc", ("zhc",)), ("dan, never learned", (HELD_OUT,))):
        chosen = [page for page in pages if page["set"] in sets]
        for above in (9.0, *THRESHOLDS):
            judged = [score.page(truths[page["id"]], _answer(page, doubts[page["id"]], above)) for page in chosen]
            figures = score.summary(judged)
            told = ("F", "P", "R", "leak_pages", "leak_any", "leak_wpk", "loss", "clean")
            print(name, "no judge" if above > 1 else above, *(f"{key}={figures[key]:.3f}" for key in told))


def _answer(page: dict[str, Any], doubts: Any, above: float) -> dict[str, Any]:
    words = page["features"][:, 0]
    cut = [
        doubt > (min(above, 0.5) if count < SHORT_WORDS else above) for doubt, count in zip(doubts, words, strict=True)
    ]
    if sum(count for count, gone in zip(words, cut, strict=True) if not gone) < 0.3 * sum(words):
        cut = [False] * len(cut)
    text = "\n".join(line for line, gone in zip(page["texts"], cut, strict=True) if not gone)
    return {"id": page["id"], "title": page["title"], "text": text}


def _grow(pages: list[dict[str, Any]]) -> Any:
    import lightgbm
    import numpy as np

    features = np.concatenate([page["features"] for page in pages])
    labels = np.concatenate([page["labels"] for page in pages])
    # long lines weigh more, and a page with many lines does not count many times
    weights = np.concatenate(
        [np.sqrt(np.clip(page["features"][:, 0], 1, 60)) * 20 / (10 + len(page["texts"])) for page in pages]
    )
    told = labels >= 0
    return lightgbm.train(PARAMETERS, lightgbm.Dataset(features[told], labels[told], weight=weights[told]), TREES)


def fit(path: Path, out: Path, without_fold: int | None) -> None:
    """Write the trees grown on all sets that may be learned from, or on those sites of them outside one fold."""
    learned = [page for page in pickle.loads(path.read_bytes()) if page["set"] in SETS]
    trees = _grow([page for page in learned if without_fold is None or fold_of(page["site"]) != without_fold])
    out.write_text(json.dumps(trees.dump_model()), encoding="utf-8")


def pack(path: Path, target: Path | None) -> None:
    """Write the trees as the product reads them, to `target` or into the product itself."""
    import numpy as np

    from cleanwire.article.judge import features, model

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
        else:
            columns["values"][at] = node["leaf_value"]
        return at

    roots = [add(tree["tree_structure"], 0) for tree in json.loads(path.read_text("utf-8"))["tree_info"]]
    arrays = {
        name: np.array(values, "<f8" if name in ("thresholds", "values") else "<i4").tobytes()
        for name, values in columns.items()
    }
    arrays["roots"] = np.array(roots, "<i4").tobytes()
    version = hashlib.sha256(b"".join(arrays[name] for name in sorted(arrays))).hexdigest()[:12]
    weights = model.Weights(version=version, names=features.NAMES, steps=deepest, **arrays)
    target = target or Path(model.__file__).with_name("weights.bin")
    target.write_bytes(model.encode(weights))
    print(f"{target.name} {version}: {len(roots)} trees, {target.stat().st_size} bytes")


def _scorer(data: Path) -> Any:
    sys.path.insert(0, str(data.resolve()))
    import score

    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["rows", "cross", "fit", "pack"])
    for name in ("data", "rows", "out", "trees"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--without-fold", type=int)
    options = parser.parse_args()
    match options.step:
        case "rows":
            rows(options.data, options.out)
        case "cross":
            cross(options.data, options.rows)
        case "fit":
            fit(options.rows, options.out, options.without_fold)
        case _:
            pack(options.trees, options.out)


if __name__ == "__main__":
    main()
