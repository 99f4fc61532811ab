"""On real pages the figures do not fall: `floors.json` may be raised, lowering it takes a written decision.

Figures are those of the scorer beside the data. `unseen` are pages of sites that the judge in `3.bin` has not learned
from, as they come; `warm` the same with what all other pages of a site teach, where sites have many. `shipped` are some
pages that the judge in the package knows: so it is one like the others.
"""

import hashlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "quality"
FLOORS = json.loads(Path(__file__).with_name("floors.json").read_text("utf-8"))
RUNS = {
    "unseen": ("--judges", str(Path(__file__).parent), "--fold", "3"),
    "warm": ("--judges", str(Path(__file__).parent), "--fold", "3", "--warm"),
    "shipped": ("--sample", "8"),
}
LIMIT_S = 540

pytestmark = [
    pytest.mark.yardstick,
    pytest.mark.data,
    pytest.mark.skipif(
        not (DATA / "truth.jsonl").exists(),
        reason="../shared/data/quality is MISSING: the quality floors were NOT checked",
    ),
]


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _measured(out: Path, floors: dict[str, Any], *flags: str) -> dict[str, dict[str, float]]:
    # In a process of its own: the bench forks, and a fork of one with other tests' threads may never return.
    command = [sys.executable, str(ROOT / "bench" / "quality.py"), "--data", str(DATA), "--out", str(out), *flags]
    command += ["--only", ",".join(floors), "--jobs", "2"]
    subprocess.run(command, check=True, timeout=LIMIT_S, stdout=subprocess.DEVNULL)
    score = _module(DATA / "score.py")
    with out.open(encoding="utf-8") as lines:
        outputs = {output["id"]: output for output in map(json.loads, lines)}
    with (DATA / "truth.jsonl").open(encoding="utf-8") as lines:
        truths = {truth["id"]: truth for truth in map(json.loads, lines)}
    judged = [score.page(truths[page], output) for page, output in outputs.items()]
    return {name: score.summary([page for page in judged if page["set"] == name]) for name in floors}


def _broken(figures: dict[str, dict[str, float]], floors: dict[str, Any]) -> list[str]:
    fallen = [
        f"{name}: {key} {figures[name][key]:.3f} < {floor}"
        for name, wanted in floors.items()
        for key, floor in wanted["at_least"].items()
        if figures[name][key] < floor
    ]
    risen = [
        f"{name}: {key} {figures[name][key]:.3f} > {ceiling}"
        for name, wanted in floors.items()
        for key, ceiling in wanted["at_most"].items()
        if figures[name][key] > ceiling
    ]
    return fallen + risen


def test_the_floors_belong_to_this_data() -> None:
    assert hashlib.sha256((DATA / "truth.jsonl").read_bytes()).hexdigest() == FLOORS["truth_sha256"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("run", RUNS)
def test_no_figure_falls_below_its_floor(tmp_path: Path, run: str) -> None:
    figures = _measured(tmp_path / "outputs.jsonl", FLOORS[run], *RUNS[run])
    assert _broken(figures, FLOORS[run]) == []


@pytest.mark.timeout(600)
def test_cleaning_costs_little_more_than_the_extraction_alone() -> None:
    """CPU time, interleaved. A busy machine may spoil one measurement, not two running."""
    command = [sys.executable, str(ROOT / "bench" / "clean.py"), "--data", str(DATA)]
    command += ["--sample", "40", "--rounds", "2", "--at-most", str(FLOORS["cpu_at_most"])]
    told = []
    for _ in range(2):
        ended = subprocess.run(command, check=False, timeout=LIMIT_S / 2, capture_output=True, text=True)
        if ended.returncode == 0:
            return
        told.append(ended.stdout + ended.stderr)
    pytest.fail("\n".join(told))
