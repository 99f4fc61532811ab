"""The metric catalogue in docs/ is what the code declares."""

from pathlib import Path

from cleanwire.telemetry import catalogue

DOCUMENT = Path(__file__).parents[2] / "docs" / "metrics.md"


def test_the_documented_catalogue_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == catalogue.table(), (
        "write it anew: python -m cleanwire.telemetry.catalogue > docs/metrics.md"
    )


def test_names_are_unique() -> None:
    names = [metric.name for metric in catalogue.ALL]
    assert len(names) == len(set(names))


def test_no_label_can_hold_a_url_or_message() -> None:
    for metric in catalogue.ALL:
        for values in metric.labels.values():
            assert 0 < len(values) <= 40, metric.name
            assert all(len(value) < 30 and "/" not in value for value in values), metric.name
