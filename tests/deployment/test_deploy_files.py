"""What lies in deploy/ names things that exist, and nothing that belongs to one machine."""

import os
import re
import shutil
import subprocess
import tomllib
import warnings
from pathlib import Path

import pytest

from cleanwire import settings
from cleanwire.telemetry import catalogue

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
LOCK = ROOT / "requirements.lock"


def test_alerts_name_metrics_that_exist() -> None:
    known = {metric.name for metric in catalogue.ALL}
    known |= {
        metric.name + part for metric in catalogue.ALL if metric.buckets for part in ("_bucket", "_sum", "_count")
    }
    text = (DEPLOY / "prometheus/alerts.yml").read_text()
    named = set(re.findall(r"\bcleanwire_\w+", text))
    assert named
    assert named <= known


def test_alerts_name_label_values_that_exist() -> None:
    text = (DEPLOY / "prometheus/alerts.yml").read_text()
    metrics = {metric.name: metric for metric in catalogue.ALL}
    selectors = re.findall(r'(cleanwire_\w+)\{(\w+)=~?"([^"]+)"\}', text)
    assert selectors
    for name, label, values in selectors:
        assert set(values.split("|")) <= set(metrics[name].labels[label])


def test_each_alert_has_a_test_of_when_it_is_told_and_when_not() -> None:
    alerts = re.findall(r"- alert: (\w+)", (DEPLOY / "prometheus/alerts.yml").read_text())
    tested = re.findall(r"alertname: (\w+)(\}|\n\s+exp_alerts:)", (DEPLOY / "prometheus/alerts.test.yml").read_text())
    assert {name for name, told in tested if told != "}"} == set(alerts)
    assert {name for name, told in tested if told == "}"} == set(alerts)


def promtool(*arguments: str) -> None:
    program = shutil.which("promtool")
    if program is None:
        if os.environ.get("REQUIRE_PROMETHEUS") == "1":
            pytest.fail("REQUIRE_PROMETHEUS=1, but there is no promtool")
        warnings.warn(
            "NO PROMETHEUS, the alerts are not tested: promtool is in Debian's package prometheus", stacklevel=1
        )
        pytest.skip("no promtool")
    ended = subprocess.run(
        [program, *arguments], cwd=DEPLOY / "prometheus", capture_output=True, text=True, timeout=180, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_prometheus_takes_our_rules() -> None:
    promtool("check", "config", "prometheus.yml")


@pytest.mark.yardstick
def test_alerts_are_told_when_they_should_be() -> None:
    promtool("test", "rules", "alerts.test.yml")


@pytest.mark.parametrize("path", ["deploy/compose.yaml", "Dockerfile"])
def test_variables_are_settings(path: str) -> None:
    known = {
        settings.variable(f"{section}.{key}")
        for section, field in settings.Settings.model_fields.items()
        for key in field.annotation.model_fields  # type: ignore[union-attr]
    }
    assert set(re.findall(r"\bCLEANWIRE_[A-Z_]+", (ROOT / path).read_text())) <= known


def test_what_the_image_copies_is_sent_to_the_builder() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    sent = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert {path for line in copied for path in line.split()} == sent


def test_the_lock_holds_every_dependency_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["demo"]]
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+?)(?: ;.*)? \\\n    --hash=sha256:", LOCK.read_text(), re.MULTILINE))
    assert {re.split(r"[^A-Za-z0-9-]", requirement)[0].lower() for requirement in wanted} <= set(locked)
    exact = [requirement.split("==") for requirement in wanted if "==" in requirement]
    assert all(locked[name] == version for name, version in exact)


@pytest.mark.parametrize("path", [LOCK, DEPLOY / "requirements-build.lock"], ids=lambda path: path.name)
def test_locks_hold_no_addresses(path: Path) -> None:
    assert not re.search(r"://|--(extra-)?index-url|--find-links|@ ", path.read_text())


@pytest.mark.parametrize("script", sorted(DEPLOY.glob("*.sh")), ids=lambda path: path.name)
def test_scripts_parse_and_can_be_run(script: Path) -> None:
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_the_example_consumer_reads_committed_documents_only() -> None:
    source = (DEPLOY / "consumer/consume.py").read_text()
    compile(source, "consume.py", "exec")
    assert 'isolation_level="read_committed"' in source


def pinned(tmp_path: Path, file: str, answer: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run deploy/pin.sh on a copy of `file`, with a stand-in for the tool that asks the registry."""
    copy = tmp_path / "copy"
    copy.write_text((ROOT / file).read_text())
    tool = tmp_path / "skopeo"
    tool.write_text(f"#!/bin/sh\n{answer}\n")
    tool.chmod(0o755)
    ended = subprocess.run(
        [str(DEPLOY / "pin.sh"), str(copy)],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return ended, copy.read_text()


@pytest.mark.parametrize(
    ("file", "images"),
    [("Dockerfile", ["python:3.13-slim"]), ("deploy/compose.yaml", ["apache/kafka:4.4.0", "prom/prometheus:v3.5.0"])],
)
def test_images_are_pinned_by_what_the_registry_says_and_pinned_anew(
    tmp_path: Path, file: str, images: list[str]
) -> None:
    before = re.sub(r"@sha256:[0-9a-f]{64}", "", (ROOT / file).read_text())
    _, once = pinned(tmp_path, file, f"echo sha256:{'a' * 64}")
    (tmp_path / "copy").write_text(once)
    for image in images:
        assert f"{image}@sha256:{'a' * 64}" in once
    ended, twice = pinned(tmp_path, str(tmp_path / "copy"), f"echo sha256:{'b' * 64}")
    assert ended.returncode == 0
    assert twice == once.replace("a" * 64, "b" * 64)
    assert twice.replace(f"@sha256:{'b' * 64}", "") == before


@pytest.mark.parametrize("answer", ["exit 1", "echo not found", f"echo sha256:{'a' * 63}", f"echo sha256:{'a' * 64}x"])
def test_an_image_whose_digest_cannot_be_read_stays_as_it_is(tmp_path: Path, answer: str) -> None:
    ended, after = pinned(tmp_path, "Dockerfile", answer)
    assert ended.returncode == 1
    assert "cannot be read" in ended.stderr
    assert after == (ROOT / "Dockerfile").read_text()
