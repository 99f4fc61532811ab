"""Runs the black-box attack kit on the service: `python tests/attacks/run.py [--all] [--scenario NAME] [--times N]`.

Each run starts the service beside innocent publishers and lets a hostile feed, page, record or connection loose on it.
A run passes when the innocents get what they always get: each article once and in time, while health answers, memory
stays bounded, and what the hostile feed did leaves a trace. The kit lies in ../shared/tools/attacks; without it this
fails with REQUIRE_ATTACK_KIT=1 and says so loudly otherwise. Scenarios of our own lie beside this file.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from kafka import broker  # noqa: E402

KIT = ROOT.parent / "shared/tools/attacks"
IN_CI = ("none", "wedge", "freeze", "bomb_title", "deep_json_entries", "bad_state", "credentials")
LIMIT_S = 300  # of one scenario: the longest of the kit takes 80


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--all", action="store_true", help="every scenario, not only those of CI")
    options.add_argument("--scenario", action="append", help="only this one; may be given several times")
    options.add_argument("--scenarios", type=Path, help="only those of this file, which has the kit's form")
    options.add_argument("--times", type=int, default=1, help="how often each")
    options.add_argument("--list", action="store_true", help="print the names and run nothing")
    options.add_argument("kit", nargs="*", help="after --: options of the kit itself, such as --workers 2")
    chosen = options.parse_args()
    if not KIT.is_dir():
        print(f"!!! NO ATTACK KIT at {KIT}: nothing was attacked", file=sys.stderr)
        return 1 if os.environ.get("REQUIRE_ATTACK_KIT") == "1" else 0
    known = scenarios([chosen.scenarios] if chosen.scenarios else [KIT / "scenarios.py", *own_files()])
    everything = [name for names in known.values() for name in names]
    wanted = chosen.scenario or (everything if chosen.all or chosen.scenarios else IN_CI)
    if unknown := set(wanted) - set(everything):
        options.error(f"no such scenario: {', '.join(sorted(unknown))}; there are {', '.join(everything)}")
    if chosen.list:
        print("\n".join(wanted))
        return 0
    libs = broker.libs()
    passed = failed = 0
    for _ in range(chosen.times):
        for file, names in known.items():
            for verdict in run(file, [name for name in names if name in wanted], libs, chosen.kit):
                print(line(verdict), flush=True)
                passed, failed = passed + verdict["ok"], failed + (not verdict["ok"])
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def own_files() -> list[Path]:
    """Return the files with scenarios of our own."""
    return sorted(set(HERE.glob("*.py")) - {Path(__file__).resolve()})


def scenarios(files: Sequence[Path]) -> dict[Path, list[str]]:
    """Return the names of the scenarios of each file, in its order."""
    sys.path.insert(0, str(KIT))
    import attack  # the kit's

    return {file: list(attack.load(file)) for file in files}


def run(file: Path, names: Sequence[str], libs: Path, more: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the kit's verdict on each scenario, as it comes; one that did not come is a failure."""
    if not names:
        return
    command = [
        *(sys.executable, str(KIT / "attackrun.py"), "--scenarios", str(file), "--scenario", ",".join(names)),
        *("--start", f"exec {ROOT}/tests/faults/start", "--cli", f"{ROOT}/.venv/bin/cleanwire"),
        *("--broker-port", str(broker.free_port()), "--site-port", str(broker.free_port())),
        *("--metrics-port", str(broker.free_port()), *more),
    ]
    kit = subprocess.Popen(command, env={**os.environ, "KAFKA_LIBS": str(libs)}, stdout=subprocess.PIPE, text=True)
    # At SIGTERM the kit ends all that it started.
    limit = threading.Timer(LIMIT_S * len(names), kit.send_signal, [signal.SIGTERM])
    limit.start()
    judged = set()
    try:
        assert kit.stdout is not None
        for text in kit.stdout:
            if text.startswith("{"):
                verdict: dict[str, Any] = json.loads(text)
                judged.add(verdict["scenario"])
                yield verdict
    finally:
        limit.cancel()
        kit.terminate()
        kit.wait()
    for name in names:
        if name not in judged:
            yield {"scenario": name, "ok": False, "bad": [f"the kit gave no verdict, exit {kit.returncode}"]}


def line(verdict: dict[str, Any]) -> str:
    """Return the one line that is printed of a verdict."""
    state = "ok    " if verdict["ok"] else "FAILED"
    innocents = verdict.get("innocents", {})
    figures = {name: innocents.get(name) for name in ("out", "published", "lost", "late", "twice", "slowest_s")}
    figures |= {name: verdict.get(name) for name in ("silence_s", "rise_mb", "restarts", "wall_s")}
    told = " ".join(f"{name}={value}" for name, value in figures.items() if value is not None)
    wrong = "" if verdict["ok"] else f" bad={verdict['bad']} dir={verdict.get('dir')}"
    return f"{state} {verdict['scenario']:<22} {told}{wrong}"


if __name__ == "__main__":
    sys.exit(main())
