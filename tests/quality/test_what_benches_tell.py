"""The benches tell what was lost that a rival has, and what a judge is worth on a source it knows nothing of."""

import gzip
import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cleanwire.article.blocks.candidate import Candidate, TakenBy
from cleanwire.text.boilerplate.lines import Line

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "quality"
PARAGRAPHS = [
    "The council of Harrow Wick voted on Monday to rebuild the footbridge that the flood carried off in March.",
    "Work begins in the autumn, the mayor said, and ends before the school year, if the river allows it.",
    "Until then a ferry takes the pupils over, at seven in the morning and again at half past three.",
]

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not (SHARED / "score.py").exists(), reason="the scorer is MISSING: benches were NOT checked"),
]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    yield importlib.import_module
    for name in ("rival", "quality", "train_judge", "score"):
        sys.modules.pop(name, None)


def _truth() -> dict[str, Any]:
    return {"id": "a", "set": "own", "site": "a.example", "url": "https://a.example/1", "text": "\n".join(PARAGRAPHS)}


def _data(folder: Path) -> Path:
    (folder / "pages").mkdir()
    (folder / "score.py").symlink_to(SHARED / "score.py")
    (folder / "truth.jsonl").write_text(json.dumps(_truth()) + "\n", "utf-8")
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    markup = f"<html><head><title>Bridge</title></head><body><article><h1>Bridge</h1>{text}</article></body></html>"
    (folder / "pages" / "a.html.gz").write_bytes(gzip.compress(markup.encode()))
    return folder


def test_a_page_is_named_when_much_is_gone_that_the_rival_has(bench: Any) -> None:
    rival = bench("rival")
    score = rival.scorer(SHARED)
    lost = rival.gone(score, _truth(), PARAGRAPHS[0], "\n".join(PARAGRAPHS[:2]))
    assert (lost.page, lost.paragraphs) == ("a", (PARAGRAPHS[1],))
    assert lost.share == pytest.approx(1 / 3, abs=0.03)
    report = rival.compare(score, [_truth()], {"a": {"text": PARAGRAPHS[0]}}, {"a": "\n".join(PARAGRAPHS)})
    assert report.splitlines()[1].split() == ["own", "1", "0.667", "0.000"]
    assert "1 pages of which over 30%" in report


def test_what_the_rival_lacks_too_is_not_held_against_us(bench: Any) -> None:
    rival = bench("rival")
    assert rival.gone(rival.scorer(SHARED), _truth(), PARAGRAPHS[0], PARAGRAPHS[0]) is None


def test_the_rivals_texts_are_taken_once(bench: Any, tmp_path: Path) -> None:
    rival = bench("rival")
    data, kept = _data(tmp_path), tmp_path / "theirs.jsonl"
    first = rival.texts(data, [_truth()], kept)
    assert PARAGRAPHS[2] in first["a"]
    (data / "pages" / "a.html.gz").unlink()
    assert rival.texts(data, [_truth()], kept) == first


@pytest.mark.slow
def test_the_bench_compares_what_it_cleaned(tmp_path: Path) -> None:
    # in a process of its own: the bench forks
    command = [sys.executable, str(ROOT / "bench" / "quality.py"), "--data", str(_data(tmp_path)), "--jobs", "1"]
    command += ["--out", str(tmp_path / "outputs.jsonl"), "--against", "trafilatura"]
    told = subprocess.run(command, check=True, timeout=120, capture_output=True, text=True).stdout
    assert "own           1   0.000   0.000" in told


def test_a_judge_without_a_set_learns_from_none_of_its_sites(bench: Any) -> None:
    learned_without = bench("train_judge").learned_without
    pages = [
        {"id": "1", "set": "own", "site": "a.example"},
        {"id": "2", "set": "other", "site": "a.example"},
        {"id": "3", "set": "other", "site": "b.example"},
    ]
    assert [page["id"] for page in learned_without(pages, "own")] == ["3"]


def _labels(bench: Any, lines: list[str], taken: list[bool]) -> list[int]:
    train = bench("train_judge")
    score = bench("rival").scorer(SHARED)
    candidates = [
        Candidate(line=Line(text=text), location=None, taken_by=TakenBy.EXTRACTOR if own else TakenBy.NOBODY)
        for text, own in zip(lines, taken, strict=True)
    ]
    found: list[int] = train.claimed(score, _truth(), candidates, train._labels(score, _truth(), lines))
    return found


def test_the_copy_of_a_true_paragraph_is_outside(bench: Any) -> None:
    lines = [PARAGRAPHS[1], *PARAGRAPHS]
    assert _labels(bench, lines, [False, True, True, True]) == [1, 0, 0, 0]


def test_a_menu_word_that_the_text_has_too_is_outside(bench: Any) -> None:
    lines = ["The council", "Home", "News", *PARAGRAPHS]
    assert _labels(bench, lines, [True] * 6) == [1, 1, 1, 0, 0, 0]
