"""A real Prometheus with the rules of deploy/, whose hours pass in seconds."""

import contextlib
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

RULES = Path(__file__).parents[2] / "deploy/prometheus"
HASTE = 120
"""An hour of the rules is half a minute: long enough for scrapes a second apart."""

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"(?<=[\[:])(\d+)([smhd])(?=[\]:])|(?<=for: )(\d+)([smhd])")

CONFIG = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 500ms}}
rule_files: [recording.yml, alerts.yml]
scrape_configs:
  - {{job_name: cleanwire, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}
"""


class Missing(Exception):
    """There is no Prometheus on this machine."""


def hastened(rules: str) -> str:
    """Return rules whose windows and patience are `HASTE` times shorter; thresholds stay."""

    def shorter(match: re.Match[str]) -> str:
        number, unit = (match[1], match[2]) if match[1] else (match[3], match[4])
        return f"{int(number) * _UNITS_S[unit] * 1000 // HASTE}ms"

    return _DURATION.sub(shorter, rules)


class Prometheus:
    """It scrapes one replica. `asked` returns what a query gives, `firing` which alerts are told."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/api/v1"

    def _get(self, path: str, **query: str) -> dict[str, object]:
        answer = httpx.get(f"{self._address}/{path}", params=query, timeout=10, trust_env=False)
        answer.raise_for_status()
        found = answer.json()["data"]
        assert isinstance(found, dict)
        return found

    def is_up(self) -> bool:
        try:
            return bool(self.asked('up{job="cleanwire"} == 1'))
        except httpx.HTTPError:
            return False

    def asked(self, query: str) -> list[object]:
        """Return the series that `query` gives now."""
        found = self._get("query", query=query)["result"]
        assert isinstance(found, list)
        return found

    def firing(self) -> set[str]:
        alerts = self._get("alerts")["alerts"]
        assert isinstance(alerts, list)
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}


@contextlib.contextmanager
def watching(target: int, own: int, folder: Path) -> Iterator[Prometheus]:
    """Run Prometheus on port `own`, which scrapes the replica on port `target`, until the block ends.

    Raises:
        Missing: there is none on this machine.
    """
    program = shutil.which("prometheus")
    if program is None:
        raise Missing("no prometheus: Debian's package prometheus has it")
    for name in ("recording.yml", "alerts.yml"):
        (folder / name).write_text(hastened((RULES / name).read_text()))
    (folder / "prometheus.yml").write_text(CONFIG.format(port=target))
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/tsdb",
                f"--web.listen-address=127.0.0.1:{own}",
            ],
            stdout=log,
            stderr=log,
        )
    try:
        yield Prometheus(own)
    finally:
        process.terminate()
        process.wait(30)


def until(condition: Callable[[], bool], *, what: Callable[[], str], within_s: float = 150.0) -> None:
    """Wait until `condition` holds; fail with `what` was waited for after `within_s`."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {within_s:g} s: {what()}"
        time.sleep(0.2)
