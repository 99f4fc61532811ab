"""What does the work cost beside what people would glue together themselves? `docs/performance.md` tells how.

usage: python -m bench.costs [--quick] [--json OUT] [--only clean,poll-304]      (make bench ARGS='--quick --json OUT')

Prints a table of CPU-seconds per 1,000 polls, feeds, pages and articles, ours and a rival's, measured in turns in one
run. With `--json` the report goes to OUT, the table and a plot beside it with `.md` and `.svg` in place of `.json`. A
rival that cannot be had stands there with `ratio: null` and the reason. `--quick` measures less, each row three times.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.costs import pages, rows, service, site
from bench.costs.rows import Measured, Turn

LIMIT_S = 900
ROWS = {
    "clean": ("clean", "trafilatura"),
    "rust": ("clean", "rs-trafilatura"),
    "clean-warm": ("clean-warm", "trafilatura"),
    "changed": ("feed-changed", "feedparser"),
    "changed-real": ("feed-changed-real", "feedparser"),
    "first": ("feed-first", "feedparser"),
    "first-real": ("feed-first-real", "feedparser"),
    "tls": ("poll-304-tls", "httpx"),
}
"""What is measured in a process without a broker, and the row that it gives."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="less of everything: a few minutes on two quiet cores")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--only", default="", help="comma list of cases")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # brokers and rivals must not be left behind
    wanted = set(filter(None, options.only.split(","))) or {case.name for case in rows.CASES}
    began = time.monotonic()
    found, checks = measured(wanted, quick=options.quick)
    report = {
        "machine": machine(),
        "seconds": round(time.monotonic() - began),
        "pages": pages.source(),
        "checks": checks,
        "rows": rows.rows(found, [case for case in rows.CASES if case.name in wanted]),
    }
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
        options.json.with_suffix(".md").write_text(rows.markdown(report), "utf-8")
        options.json.with_suffix(".svg").write_text(rows.plot(report), "utf-8")
    print(rows.markdown(report))
    return 0


def measured(wanted: set[str], *, quick: bool) -> tuple[list[Measured], dict[str, Any]]:
    """Return what each case took, and whether the obvious stack was a fair rival."""
    turns, count = (3, 30) if quick else (5, 120)
    found: list[Measured] = []
    checks: dict[str, Any] = {}
    if wanted & {"poll-304", "article"}:
        found += service.measure(
            feeds=100 if quick else 200, turns=turns, span_s=8.0 if quick else 20.0, articles="article" in wanted
        )
    for name, (case, _) in ROWS.items():
        if case in wanted and name != "tls":
            found += in_process(name, turns, count)
    if wanted & {"poll-304-tls", "poll-304", "article"}:
        with tempfile.TemporaryDirectory(prefix="costs-") as folder:
            if "poll-304-tls" in wanted:
                found += _tls(Path(folder), turns, count)
            checks = _fairness(count)
    return found, checks


def in_process(
    name: str, turns: int, count: int, *addresses: str, environment: dict[str, str] | None = None
) -> list[Measured]:
    """Run a case in a process of its own, and return what it tells; one that failed tells why."""
    command = [sys.executable, "-m", "bench.costs.in_process", name, *addresses]
    done = subprocess.run(
        [*command, "--turns", str(turns), "--count", str(count)],
        cwd=pages.ROOT,
        env={**os.environ, **(environment or {})},
        text=True,
        capture_output=True,
        timeout=LIMIT_S,
        check=False,
    )
    found = told(done.stdout)
    if done.returncode and name in ROWS:
        why = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
        found = [Measured(case=ROWS[name][0], rival=ROWS[name][1], reason=why[0][:300])]
    return found


def told(lines: str) -> list[Measured]:
    """Return the cases of which a process tells in JSON lines."""
    turns: defaultdict[tuple[str, str], list[Turn]] = defaultdict(list)
    more: defaultdict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for line in map(json.loads, lines.splitlines()):
        key = line.pop("case"), line.pop("rival")
        if "ours_s" in line:
            turns[key].append(Turn(**line))
        else:
            more[key] |= line
    return [
        Measured(case=case, rival=rival, turns=turns[case, rival], **more[case, rival])
        for case, rival in dict.fromkeys([*turns, *more])
    ]


def _tls(folder: Path, turns: int, count: int) -> list[Measured]:
    pem = folder / "site.pem"
    names = ",".join(f"IP:{site.host(number)}" for number in range(count))
    made = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "key.pem",
        "-out",
        "certificate.pem",
        "-days",
        "2",
    ]
    made += ["-subj", "/CN=news.example", "-addext", f"subjectAltName={names}"]
    try:
        subprocess.run(["openssl", *made], cwd=folder, check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        return [Measured(case="poll-304-tls", rival="httpx", reason=f"openssl made no certificate: {error}")]
    pem.write_text((folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    command = ["--feeds", str(count), "--hosts", str(count), "--pem", str(pem)]
    with service.serving(*command) as port:
        addresses = [f"https://{site.host(number)}:{port}/f/{number}.xml" for number in range(count)]
        trusted = {"SSL_CERT_FILE": str(folder / "certificate.pem")}
        return in_process("tls", turns, count, *addresses, environment=trusted)


def _fairness(count: int) -> dict[str, Any]:
    """Return what the obvious stack's parts cost beside bare calls."""
    with service.serving("--feeds", str(count), "--hosts", "1") as port:
        addresses = [f"http://{site.host(0)}:{port}/f/{number}.xml" for number in range(count)]
        found = in_process("fair", 3, count, *addresses)
    return {
        f"the obvious stack's {one.case} beside a bare call": (
            f"{rows.row(rows.Case(one.case, one.rival, '', 1.1), one)['ratio'] or float('nan'):.2f} (at most 1.1)"
        )
        for one in found
    }


def machine() -> str:
    """Return what was measured on."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, load {load:.1f} at the end"
    )


if __name__ == "__main__":
    sys.exit(main())
