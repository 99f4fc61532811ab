"""The politeness field grades the service, and a reader that breaks every rule."""

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bench.politeness import field
from bench.politeness.grading import Outcome
from bench.politeness.terms import Terms
from bench.politeness.traffic import Traffic

ROOT = Path(__file__).resolve().parents[2]
RUDE = Path(__file__).with_name("rude.py")
SETTINGS = ROOT / "bench" / "politeness" / "readers" / "cleanwire.toml"
SERVICE_S = 60
RUDE_S = 50
LIMIT_S = 280
NAMES = [grade.name for grade in field.plan(Terms()).grades(Traffic())]

pytestmark = [pytest.mark.yardstick, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Graded:
    """What a run said: its exit status, and each grade by name."""

    status: int
    grades: dict[str, dict[str, Any]]


class Run:
    """A run of the command in a process of its own."""

    def __init__(self, reader: str, seconds: int, *options: str) -> None:
        command = [sys.executable, "-m", "bench.politeness", "--reader", reader, "--seconds", str(seconds), *options]
        self._process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def graded(self) -> Graded:
        out, err = self._process.communicate(timeout=LIMIT_S)
        assert self._process.returncode in (0, 1), err[-3000:]
        return Graded(self._process.returncode, {grade["name"]: grade for grade in json.loads(out)["grades"]})

    def close(self) -> None:
        """Let it end its reader, too."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(20)


@pytest.fixture(scope="module")
def rude_run() -> Iterator[Run]:
    run = Run(f"{sys.executable} {RUDE} {{feeds}}", RUDE_S, "--json")
    yield run
    run.close()


@pytest.fixture(scope="module")
def service(kafka: Any, rude_run: Run) -> Iterator[Graded]:
    """The service's grades. The rude reader is graded meanwhile: the two do not meet."""
    name = uuid.uuid4().hex[:8]
    reader = (
        f"{sys.executable} -m cleanwire run --config {SETTINGS} --bootstrap {kafka.bootstrap} "
        f"--set kafka.topic_prefix={name}. --set service.installation={name} {{feeds}}"
    )
    run = Run(reader, SERVICE_S, "--json")
    try:
        yield run.graded()
    finally:
        run.close()


@pytest.fixture(scope="module")
def rude(rude_run: Run) -> Graded:
    return rude_run.graded()


@pytest.mark.kafka
@pytest.mark.parametrize("name", NAMES)
def test_the_service_keeps_the_rule(service: Graded, name: str) -> None:
    assert service.grades[name]["outcome"] == "pass", service.grades[name]


@pytest.mark.kafka
def test_who_keeps_all_rules_gets_exit_status_0(service: Graded) -> None:
    assert list(service.grades) == NAMES
    assert service.status == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_rude_reader_is_caught_breaking_the_rule(rude: Graded, name: str) -> None:
    grade = rude.grades[name]
    assert grade["outcome"] == "fail", grade
    assert grade["requests"], "no request shows it"


def test_who_breaks_a_rule_gets_exit_status_1(rude: Graded) -> None:
    assert rude.status == 1


def test_who_gives_no_occasion_gets_no_grade() -> None:
    assert {grade.outcome for grade in field.plan(Terms()).grades(Traffic())} == {Outcome.NOT_SEEN}


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        pytest.param("/nowhere/reader {feeds}", "FileNotFoundError", id="no-such-command"),
        pytest.param(f"{sys.executable} -c 'print(\"no feeds today\")'", "no feeds today", id="ended-without-asking"),
    ],
)
def test_a_reader_that_asks_for_nothing_is_not_graded(reader: str, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.politeness", "--reader", reader],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    assert done.returncode == 2
    assert words in done.stderr
