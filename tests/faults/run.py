"""Runs the black-box fault kit on the service and judges it: `python tests/faults/run.py [--all] [--times N]`.

Each run starts a broker, a news site whose articles are known, and workers; breaks something; and reads the topics
with another client. A run passes when every article is there exactly once with exactly its text, what was broken
recovered in time, and the books of every worker's /metrics balance. The kit lies in ../shared/tools/faults; without
it this fails with REQUIRE_FAULT_KIT=1 and says so loudly otherwise.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "services")]

from cleanwire.telemetry import books  # noqa: E402
from kafka import broker  # noqa: E402

KIT = ROOT.parent / "shared/tools/faults"
IN_CI = ("none", "kill9", "zombie", "broker_restart")
ALL = (*IN_CI, "zombie2", "storm", "sigterm", "broker_kill9", "broker_down", "feeds_hang", "pages_reset")
WORKERS = 2
LIMIT_S = 600


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--all", action="store_true", help="every scenario, not only those of CI")
    options.add_argument("--scenario", action="append", help="only this one; may be given several times")
    options.add_argument("--times", type=int, default=1, help="how often each, with other seeds")
    options.add_argument("--seed", type=int, default=1, help="the first seed")
    options.add_argument("--markdown", action="store_true", help="print the table for docs/reliability.md")
    chosen = options.parse_args()
    if not KIT.is_dir():
        print(f"!!! NO FAULT KIT at {KIT}: no fault was tried", file=sys.stderr)
        return 1 if os.environ.get("REQUIRE_FAULT_KIT") == "1" else 0
    scenarios = chosen.scenario or (ALL if chosen.all else IN_CI)
    libs = broker.libs()
    verdicts = []
    for scenario in scenarios:
        for seed in range(chosen.seed, chosen.seed + chosen.times):
            verdict = run(scenario, seed, libs)
            verdicts.append(verdict)
            print(line(verdict), flush=True)
    if chosen.markdown:
        print(table(verdicts))
    failed = [verdict for verdict in verdicts if not verdict["ok"]]
    print(f"{len(verdicts) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def run(scenario: str, seed: int, libs: Path) -> dict[str, Any]:
    """Return the kit's verdict on one run, with our own findings about the books in `bad`."""
    directory = tempfile.mkdtemp(prefix=f"cleanwire-{scenario}-{seed}-")
    command = [
        *(sys.executable, str(KIT / "faultrun.py"), "--scenario", scenario, "--seed", str(seed)),
        *("--strict", "--cross", "--recover", "30", "--workers", str(WORKERS), "--dir", directory),
        *("--no-topics", "--topic", "documents", "--dead-letter", "rejected"),
        *("--broker-port", str(broker.free_port()), "--site-port", str(broker.free_port())),
        *("--start", f"exec {ROOT}/tests/faults/start"),
    ]
    environment = {**os.environ, "KAFKA_LIBS": str(libs)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    lines = ended.stdout.strip().splitlines()
    if not lines:
        return {"scenario": scenario, "seed": seed, "ok": False, "bad": [ended.stderr.strip()[-500:]], "dir": directory}
    verdict: dict[str, Any] = json.loads(lines[-1])
    unbalanced = check_books(Path(directory))
    verdict["bad"] = [*verdict["bad"], *unbalanced]
    verdict["ok"] = verdict["ok"] and not unbalanced
    verdict["seed"] = seed
    return verdict


def check_books(directory: Path) -> list[str]:
    """Return what is wrong with the books of the workers whose last /metrics lies in `directory`."""
    pages = sorted(directory.glob("metrics*.txt"))
    if not pages:
        return ["no worker's /metrics could be read"]
    found = []
    for page in pages:
        read = books.read(page.read_text())
        if not read.balanced:
            found.append(f"{page.name}: books differ by {read.difference}: {read}")
        if read.pending:
            found.append(f"{page.name}: {read.pending} articles still pending at the end")
    return found


def line(verdict: dict[str, Any]) -> str:
    state = "ok    " if verdict["ok"] else "FAILED"
    latency = verdict.get("latency_s", {})
    figures = " ".join(
        f"{name}={verdict.get(name)}"
        for name in (
            "articles",
            "seen",
            "lost",
            "duplicates",
            "dead_lettered",
            "bad_body",
            "refetched",
            "after_fault_s",
        )
    )
    wrong = "" if verdict["ok"] else f" bad={verdict['bad']} dir={verdict['dir']}"
    return f"{state} {verdict['scenario']:<15} seed={verdict['seed']} {figures} p95={latency.get('p95')}s{wrong}"


def table(verdicts: list[dict[str, Any]]) -> str:
    """Return the Markdown table of docs/reliability.md: one row a scenario."""
    rows = ["| scenario | runs ok | articles | lost | duplicates | rejected | slowest recovery s | worst p95 s |"]
    rows.append("|---|---|---|---|---|---|---|---|")
    for scenario in dict.fromkeys(verdict["scenario"] for verdict in verdicts):
        runs = [verdict for verdict in verdicts if verdict["scenario"] == scenario]
        total = {
            name: sum(run.get(name, 0) for run in runs) for name in ("articles", "lost", "duplicates", "dead_lettered")
        }
        slowest = max(run.get("after_fault_s", 0) for run in runs)
        p95 = max((run.get("latency_s", {}).get("p95") or 0) for run in runs)
        passed = f"{sum(run['ok'] for run in runs)}/{len(runs)}"
        counts = " | ".join(str(count) for count in total.values())
        rows.append(f"| {scenario} | {passed} | {counts} | {slowest} | {p95} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
