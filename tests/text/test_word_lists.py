"""The tables of month names and of labelled fields are read strictly."""

from importlib import resources

import pytest

from cleanwire.errors import InputError
from cleanwire.text.dates import calendar
from cleanwire.text.plain import header_fields

CALENDAR = resources.files("cleanwire.text.dates").joinpath("calendar.toml").read_text("utf-8")
FIELDS = resources.files("cleanwire.text.plain").joinpath("header_fields.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("ours", "changed", "told"),
    [
        ('"february|feb", "march', '"march', "en has 11 names, not 12"),
        ('"monday|mon"', '"monday|mon|sun"', "en has 'sun' twice"),
        ("day_first = true", "day_frist = true", "unknown field `day_frist`"),
        ("day_first = true", 'day_first = "yes"', "Expected `bool`, got `str`"),
    ],
)
def test_a_calendar_with_a_mistake_is_refused(ours: str, changed: str, told: str) -> None:
    calendar.read(CALENDAR.encode())
    assert ours in CALENDAR
    with pytest.raises(InputError, match=told):
        calendar.read(CALENDAR.replace(ours, changed, 1).encode())


def test_a_label_that_means_two_things_is_refused() -> None:
    header_fields.read_labels(FIELDS.encode())
    assert '"betreff"' in FIELDS
    assert '"last modified"' in FIELDS
    with pytest.raises(InputError, match="'betreff' means both title and modified"):
        header_fields.read_labels(FIELDS.replace('"last modified"', '"last modified", "Betreff"').encode())
