"""The Helm chart, the systemd unit and the image tell the same as what they are made from. `helm` itself is not needed.

That the chart renders is tried by deploy/helm/check.sh, in `make nightly`.
"""

import json
import re
import tomllib
from pathlib import Path

import pytest

from cleanwire import settings

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy/helm/cleanwire"
VALUES = (CHART / "values.yaml").read_text()
TEMPLATES = {path.name: path.read_text() for path in (CHART / "templates").iterdir()}
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
KEYS = {
    f"{section}.{key}"
    for section, field in settings.Settings.model_fields.items()
    for key in field.annotation.model_fields  # type: ignore[union-attr]
}


def test_chart_and_image_have_the_version_of_the_package() -> None:
    chart = (CHART / "Chart.yaml").read_text()
    assert re.search(rf"^version: {re.escape(VERSION)}$", chart, re.MULTILINE)
    assert f'appVersion: "{VERSION}"' in chart
    assert f'org.opencontainers.image.version="{VERSION}"' in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize(
    ("copy", "original"),
    [
        ("alerts.yml", "prometheus/alerts.yml"),
        ("recording.yml", "prometheus/recording.yml"),
        ("cleanwire.json", "grafana/cleanwire.json"),
    ],
)
def test_the_chart_brings_the_rules_and_the_dashboard_that_the_rest_uses(copy: str, original: str) -> None:
    assert (CHART / "monitoring" / copy).read_bytes() == (ROOT / "deploy" / original).read_bytes()


def test_settings_that_the_chart_names_exist() -> None:
    named = set(re.findall(r'"((?:kafka|fetch|service)\.\w+)"', "".join(TEMPLATES.values())))
    schema = json.loads((CHART / "values.schema.json").read_text())
    named |= set(schema["properties"]["config"]["properties"])
    assert named <= KEYS
    variables = set(re.findall(r"CLEANWIRE_[A-Z_]+\w", TEMPLATES["replicas.yaml"]))
    assert variables
    assert variables <= {settings.variable(key) for key in KEYS}


def test_roles_of_the_chart_are_those_of_the_service() -> None:
    roles = set(re.findall(r"^  (\w+):\n    replicas:", VALUES, re.MULTILINE))
    schema = json.loads((CHART / "values.schema.json").read_text())
    (pattern,) = schema["properties"]["roles"]["patternProperties"]
    assert set(re.findall(r"\w+", pattern)) == roles
    for role in roles:
        assert settings.load(flags={"service.role": role}, environment={}, file=None).service.role == role


def test_each_value_that_a_template_reads_is_in_the_list_of_values() -> None:
    top = set(re.findall(r"^(\w+):", VALUES, re.MULTILINE))
    read = set(re.findall(r"\.Values\.(\w+)", "".join(TEMPLATES.values())))
    assert read == top
    assert set(json.loads((CHART / "values.schema.json").read_text())["properties"]) == {*top, "global"}


def test_what_the_chart_asks_of_a_pod_is_what_the_image_allows() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    user = re.search(r"^USER (\d+):(\d+)$", dockerfile, re.MULTILINE)
    assert user is not None
    assert f"runAsUser: {user[1]}" in TEMPLATES["replicas.yaml"]
    assert "enableServiceLinks: false" in TEMPLATES["replicas.yaml"]
    assert "readOnlyRootFilesystem: true" in TEMPLATES["replicas.yaml"]


def test_stopping_takes_less_than_what_it_is_given() -> None:
    grace = settings.load(flags={}, environment={}, file=None).service.shutdown_grace_s
    unit = (ROOT / "deploy/systemd/cleanwire.service").read_text()
    for text, pattern in ((unit, r"TimeoutStopSec=(\d+)"), (VALUES, r"terminationGracePeriodSeconds: (\d+)")):
        given = re.search(pattern, text)
        assert given is not None
        assert float(given[1]) > 2 * grace
