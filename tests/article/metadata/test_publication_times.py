"""Times with their zone, precision and source."""

from datetime import UTC, datetime

import pytest

from cleanwire.article.metadata.dates import times
from cleanwire.article.metadata.dates.times import Stated, TimeContext
from cleanwire.records.document import Precision, ZoneSource

FETCHED_AT = datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp()
CONTEXT = TimeContext(fetched_at=FETCHED_AT)


def stated(*pairs: tuple[str, str]) -> list[Stated]:
    return [Stated(source=source, raw=raw) for source, raw in pairs]


@pytest.mark.parametrize(
    ("pairs", "at", "local", "zone"),
    [
        pytest.param(
            [("json-ld", "2026-03-01T10:00:00+02:00")],
            "2026-03-01T08:00:00+00:00",
            "2026-03-01T10:00:00",
            ZoneSource.EXPLICIT,
            id="explicit-offset",
        ),
        pytest.param(
            [("json-ld", "2026-03-01T10:00:00")],
            "2026-03-01T10:00:00+00:00",
            "2026-03-01T10:00:00",
            ZoneSource.ASSUMED,
            id="no-zone-is-assumed",
        ),
        pytest.param(
            [("json-ld", "2026-03-01"), ("meta", "2026-03-01T10:00:00Z")],
            "2026-03-01T10:00:00+00:00",
            "2026-03-01T10:00:00",
            ZoneSource.EXPLICIT,
            id="a-day-is-made-precise",
        ),
        pytest.param(
            [("json-ld", "2026-03-01T23:30:00Z"), ("meta", "2026-03-02T00:30:00+01:00")],
            "2026-03-01T23:30:00+00:00",
            "2026-03-02T00:30:00",
            ZoneSource.EXPLICIT,
            id="utc-takes-the-publishers-zone",
        ),
        pytest.param(
            [("json-ld", "2026-03-01T10:00:00"), ("meta", "2026-03-01T10:00:00+02:00")],
            "2026-03-01T08:00:00+00:00",
            "2026-03-01T10:00:00",
            ZoneSource.EXPLICIT,
            id="same-clock-lends-its-offset",
        ),
        pytest.param(
            [("json-ld", "2026-03-01T10:00:00Z"), ("meta", "2026-02-01T09:00:00+01:00")],
            "2026-03-01T10:00:00+00:00",
            "2026-03-01T10:00:00",
            ZoneSource.EXPLICIT,
            id="what-disagrees-changes-nothing",
        ),
        pytest.param(
            [("json-ld", "garbage"), ("meta", "2026-03-01T10:00:00Z")],
            "2026-03-01T10:00:00+00:00",
            "2026-03-01T10:00:00",
            ZoneSource.EXPLICIT,
            id="unreadable-is-skipped",
        ),
        pytest.param(
            [("json-ld", "2026-03-02T12:14:00Z")],
            "2026-03-02T12:14:00+00:00",
            "2026-03-02T12:14:00",
            ZoneSource.EXPLICIT,
            id="clocks-may-differ-a-little",
        ),
    ],
)
def test_choice(pairs: list[tuple[str, str]], at: str, local: str, zone: ZoneSource) -> None:
    chosen, _ = times.choose(stated(*pairs), CONTEXT)
    assert chosen is not None
    assert (chosen.at.isoformat(), chosen.stated.local, chosen.stated.zone) == (at, local, zone)


@pytest.mark.parametrize("raw", ["2026-03-02T12:16:00Z", "2041-01-01", "1970-01-01T00:00:00Z", ""])
def test_no_time_from_the_future_or_before_the_web(raw: str) -> None:
    assert times.choose(stated(("json-ld", raw)), CONTEXT) == (None, ())


def test_the_sites_zone_is_used_when_none_is_written() -> None:
    context = TimeContext(fetched_at=FETCHED_AT, time_zone="Asia/Tehran")
    chosen, _ = times.choose(stated(("meta", "2026-03-01T10:00:00")), context)
    assert chosen is not None
    assert (chosen.at.isoformat(), chosen.stated.zone) == ("2026-03-01T06:30:00+00:00", ZoneSource.SITE)


def test_a_day_stays_a_day() -> None:
    chosen, _ = times.choose(stated(("meta", "2026-03-01")), CONTEXT)
    assert chosen is not None
    assert chosen.stated.precision is Precision.DAY


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2026/03/01/pier", "2026-03-01"),
        ("https://a.example/20260301-pier", "2026-03-01"),
        ("https://a.example/2026/13/01/pier", None),
        ("https://a.example/12026030199", None),
    ],
)
def test_day_in_the_address(url: str, day: str | None) -> None:
    assert times.in_url(url) == day
