"""On real pages the figures do not fall: `floors.json` may be raised, lowering it takes a written decision.

Figures are those of the scorer beside the data, over every fourth page of the sets with the best truths.
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
SAMPLE = 4
LIMIT_S = 540

pytestmark = [
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


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    out = tmp_path_factory.mktemp("quality") / "outputs.jsonl"
    # In a process of its own: the bench forks, and a fork of one with other tests' threads may never return.
    command = [sys.executable, str(ROOT / "bench" / "quality.py"), "--data", str(DATA), "--out", str(out)]
    command += ["--only", ",".join(FLOORS["sets"]), "--sample", str(SAMPLE), "--jobs", "2"]
    subprocess.run(command, check=True, timeout=LIMIT_S, stdout=subprocess.DEVNULL)
    score = _module(DATA / "score.py")
    with out.open(encoding="utf-8") as lines:
        outputs = {output["id"]: output for output in map(json.loads, lines)}
    with (DATA / "truth.jsonl").open(encoding="utf-8") as lines:
        truths = {truth["id"]: truth for truth in map(json.loads, lines)}
    judged = [score.page(truths[page], output) for page, output in outputs.items()]
    return {name: score.summary([page for page in judged if page["set"] == name]) for name in FLOORS["sets"]}


def test_the_floors_belong_to_this_data() -> None:
    assert hashlib.sha256((DATA / "truth.jsonl").read_bytes()).hexdigest() == FLOORS["truth_sha256"]


@pytest.mark.timeout(600)
def test_no_figure_falls_below_its_floor(figures: dict[str, dict[str, float]]) -> None:
    fallen = [
        f"{name}: {key} {figures[name][key]:.3f} < {floor}"
        for name, floors in FLOORS["sets"].items()
        for key, floor in floors["at_least"].items()
        if figures[name][key] < floor
    ]
    risen = [
        f"{name}: {key} {figures[name][key]:.3f} > {ceiling}"
        for name, floors in FLOORS["sets"].items()
        for key, ceiling in floors["at_most"].items()
        if figures[name][key] > ceiling
    ]
    assert fallen + risen == []
