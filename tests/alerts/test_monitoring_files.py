"""Dashboard, recording rules, alerts and run-book name things that exist, and each other."""

import json
import re
import runpy
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerts import monitoring
from cleanwire import cli, settings
from cleanwire.telemetry import catalogue

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs/runbook.md").read_text()
ALERTS = (ROOT / "deploy/prometheus/alerts.yml").read_text()
RECORDED = (ROOT / "deploy/prometheus/recording.yml").read_text()
DASHBOARD = json.loads((ROOT / "deploy/grafana/cleanwire.json").read_text())
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", [])]
NAMES = re.findall(r"- alert: (\w+)", ALERTS)
METRICS = {metric.name: metric for metric in catalogue.ALL}


def test_the_dashboard_is_the_one_its_source_writes() -> None:
    source = runpy.run_path(str(ROOT / "deploy/grafana/dashboard.py"))
    assert source["written"]() == (ROOT / "deploy/grafana/cleanwire.json").read_text()


@pytest.mark.parametrize("text", [*QUERIES, RECORDED, ALERTS], ids=lambda text: text[:60])
def test_queries_name_metrics_and_label_values_that_exist(text: str) -> None:
    parts = {metric.name + part for metric in catalogue.ALL if metric.buckets for part in ("_bucket", "_sum", "_count")}
    recorded = set(re.findall(r"- record: (\S+)", RECORDED))
    named = set(re.findall(r"\bcleanwire_\w+", text))
    assert named <= set(METRICS) | parts
    assert set(re.findall(r"\bcleanwire:\w+(?::\w+)*", text)) <= recorded
    for name, label, values in re.findall(r'(cleanwire_\w+)\{(\w+)=~?"([^"]+)"\}', text):
        if label != "le":
            assert set(values.split("|")) <= set(METRICS[name].labels[label])


@pytest.mark.parametrize("query", QUERIES)
def test_panels_group_by_labels_that_their_metric_has(query: str) -> None:
    everywhere = {"instance", "le"}
    for labels, name in re.findall(r"sum by \(([\w, ]+)\) \((?:rate\()?(cleanwire_\w+)", query):
        metric = METRICS[re.sub(r"_bucket$", "", name)]
        assert {label.strip() for label in labels.split(",")} <= {*everywhere, *metric.labels}


@pytest.mark.parametrize("query", re.findall(r'_bucket\{le="([^"]+)"\}', RECORDED))
def test_buckets_that_rules_ask_for_exist(query: str) -> None:
    assert float(query) in catalogue.SEEN_TO_EMITTED.buckets


def test_panels_lie_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        fields = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not fields & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= fields
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


@pytest.mark.parametrize("name", NAMES)
def test_each_alert_leads_to_its_section_of_the_runbook(name: str) -> None:
    block = re.search(rf"- alert: {name}\n(.*?)(?=\n\n|\Z)", ALERTS, re.DOTALL)
    assert block is not None
    assert f'runbook_url: "docs/runbook.md#{name.lower()}"' in block[1]
    severity = re.search(r"severity: (\w+)", block[1])
    assert severity is not None
    assert re.search(rf"^## {name}\n\*{severity[1]}\.\*", RUNBOOK, re.MULTILINE)


def test_the_runbook_has_no_section_of_an_alert_that_is_gone() -> None:
    assert set(re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)) == set(NAMES)


def test_links_within_the_runbook_lead_somewhere() -> None:
    anchors = {name.lower() for name in re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(\w+)\)", RUNBOOK)) <= anchors


def test_the_runbook_names_settings_and_metrics_that_exist() -> None:
    keys = {
        f"{section}.{key}"
        for section, field in settings.Settings.model_fields.items()
        for key in field.annotation.model_fields  # type: ignore[union-attr]
    }
    sections = "|".join(settings.Settings.model_fields)
    named = set(re.findall(rf"`((?:{sections})\.\w+)`", RUNBOOK))
    assert named
    assert named <= keys
    parts = {metric.name + part for metric in catalogue.ALL if metric.buckets for part in ("_sum", "_count")}
    assert set(re.findall(r"\bcleanwire_\w+", RUNBOOK)) <= set(METRICS) | parts
    short = set(re.findall(r"`…(_\w+)`", RUNBOOK))
    assert all(any(name.endswith(tail) for name in METRICS) for tail in short)


@pytest.mark.parametrize("said", sorted(set(re.findall(r"`cleanwire ([a-z]+(?: [a-z]+)?)", RUNBOOK))))
def test_the_runbook_names_commands_that_exist(said: str) -> None:
    asked = CliRunner().invoke(cli.app, [*said.split(), "--help"])
    assert asked.exit_code == 0, asked.output


def test_the_runbook_names_events_that_the_log_has() -> None:
    source = (ROOT / "services/cleanwire/telemetry/events.py").read_text()
    for event in (
        "feed_gone", "feed_poll_failed", "work_failed", "record_dropped", "record_refused", "broker_unavailable",
        "partition_failed", "table_record_skipped",
    ):  # fmt: skip
        assert event in RUNBOOK
        assert f'"{event}"' in source


@pytest.mark.parametrize(
    ("rule", "hastened"),
    [
        ("increase(a[1h]) > 3", "increase(a[30000ms]) > 3"),
        ("for: 2m", "for: 1000ms"),
        ("deriv(sum(a)[1h:1m])", "deriv(sum(a)[30000ms:500ms])"),
        ("increase(a[1d])", "increase(a[720000ms])"),
        ("> 14.4 * 0.05", "> 14.4 * 0.05"),
    ],
)
def test_windows_are_hastened_and_thresholds_are_not(rule: str, hastened: str) -> None:
    assert monitoring.hastened(rule) == hastened
