"""How the dates of feeds are understood."""

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.feed import dates


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("Mon, 02 Nov 2026 08:15:00 +0100", "2026-11-02T08:15:00+01:00", id="rfc-822"),
        pytest.param("Mon, 2 Nov 26 8:15 GMT", "2026-11-02T08:15:00Z", id="two-digit-year"),
        pytest.param("02 Nov 2026 08:15:00 EST", "2026-11-02T08:15:00-05:00", id="american-zone"),
        pytest.param("Mon, 02 Nov 2026 08:15:00 CEST", "2026-11-02T08:15:00+02:00", id="european-zone"),
        pytest.param("Monday, November 2, 2026 8:15 PM", "2026-11-02T20:15:00", id="american-words"),
        pytest.param("Mon Nov  2 08:15:00 UTC 2026", "2026-11-02T08:15:00Z", id="asctime"),
        pytest.param("1793607300", "2026-11-02T08:15:00Z", id="seconds-since-1970"),
        pytest.param("1793607300000", "2026-11-02T08:15:00Z", id="milliseconds-since-1970"),
        pytest.param("179360730", "179360730", id="a-number"),
        pytest.param("lun., 02 févr. 2026 08:15:00 +0100", "2026-02-02T08:15:00+01:00", id="french"),
        pytest.param("Mo, 02 Dez 2026 08:15:00 +0100", "2026-12-02T08:15:00+01:00", id="german"),
        pytest.param("Mon, 02 Nov 2026 12:00 AM +0000", "2026-11-02T00:00:00Z", id="midnight-in-halves"),
        pytest.param("Mon, 02 Nov 2026 24:00:00 GMT", "2026-11-03T00:00:00Z", id="hour-24"),
        pytest.param("Mon, 02 Nov 2026 08:15:00 GMT+02:00", "2026-11-02T08:15:00+02:00", id="gmt-and-offset"),
        pytest.param("Mon, 02 Nov 2026 08:15:00 (local)", "2026-11-02T08:15:00", id="comment"),
        pytest.param("2026-11-02T08:15:00Z", "2026-11-02T08:15:00Z", id="rfc-3339"),
        pytest.param("2026-11-02T08:15:00.123456-08:00", "2026-11-02T08:15:00-08:00", id="fraction"),
        pytest.param("2026-11-02 08:15:00 +0000", "2026-11-02T08:15:00Z", id="sql"),
        pytest.param("2026-11-02T08:15+0530", "2026-11-02T08:15:00+05:30", id="offset-without-colon"),
        pytest.param("2026-11-02T23:59:60Z", "2026-11-03T00:00:00Z", id="leap-second"),
        pytest.param("2026-11-02", "2026-11-02", id="day-alone"),
        pytest.param("20261102", "2026-11-02", id="day-without-dashes"),
        pytest.param("2026-11", "2026-11-01", id="month-alone"),
        pytest.param("2026-306", "2026-11-02", id="day-of-the-year"),
        pytest.param("11/02/2026 08:15", "11/02/2026 08:15", id="slashes-wait-for-the-whole-feed"),
        pytest.param("25.12.2026 08:15", "2026-12-25T08:15:00", id="dots"),
        pytest.param("2.11.2026", "2026-11-02", id="dots-are-day-first"),
        pytest.param("2 Nov 2026 8.15", "2026-11-02T08:15:00", id="clock-with-a-dot"),
        pytest.param("2026년 11월 02일 오후 8:15:00", "2026-11-02T20:15:00+09:00", id="korean"),
        pytest.param("2026年11月2日 8:15", "2026-11-02T08:15:00", id="japanese-or-chinese"),
        pytest.param("Tue, 14 Jul 2026 10:00:00 ET", "2026-07-14T10:00:00-04:00", id="american-summer"),
        pytest.param("Wed, 14 Jan 2026 10:00:00 ET", "2026-01-14T10:00:00-05:00", id="american-winter"),
        pytest.param("Tue, 14 Jul 2026 10:00:00 AT", "2026-07-14T10:00:00-03:00", id="atlantic-summer"),
        pytest.param("2026-07-14 10:00 PT", "2026-07-14T10:00:00-07:00", id="american-summer-behind-iso"),
        pytest.param("Jul 14, 2026 10:00 AM Eastern Time", "2026-07-14T10:00:00-04:00", id="zone-in-words"),
        pytest.param("Tue, 14 Jul 2026 10:00:00 PKT", "2026-07-14T10:00:00+05:00", id="zone-that-pages-know-too"),
        pytest.param("Tue, 14 Jul 2026 10:00:00 мск", "2026-07-14T10:00:00+03:00", id="zone-in-cyrillic"),
        pytest.param("Tue, 14 Jul 2026 10:00:00 N", "2026-07-14T10:00:00+01:00", id="military-letter"),
        pytest.param("Thứ ba, 14 lipca 2026 10:00", "2026-07-14T10:00:00", id="month-that-pages-know-too"),
        pytest.param("lun., 02 févr. 2026 08:15:00 +0100", "2026-02-02T08:15:00+01:00", id="weekday-like-a-month"),
        pytest.param("mar., 3 nov. 2026 08:15:00", "2026-11-03T08:15:00", id="mardi-is-not-march"),
    ],
)
def test_a_date_is_understood_with_the_zone_it_states(raw: str, expected: str) -> None:
    assert dates.rfc3339(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "soon",
        "31 Feb 2026 10:00 GMT",
        "2026-02-31",
        "2026-13-01T00:00:00Z",
        "Mon, 02 Nov 2026 27:00:00 GMT",
        "Mon, 02 Nov 2026 08:15:00 +99:99",
        "Mon, 02 Nov 2026 08:15:00 +xx:00",
        "17936073000",
        "0000-00-00 00:00:00",
        "2 listopada 2026 10:00",  # October in Croatian, November in Polish
    ],
)
def test_what_is_not_understood_is_kept_as_written(raw: str) -> None:
    assert dates.read(raw) is None
    assert dates.rfc3339(f" {raw}\n") == raw
    assert dates.instant(dates.rfc3339(raw)) is None


@pytest.mark.parametrize("raw", [None, "", "  \n"])
def test_nothing_is_none(raw: str | None) -> None:
    assert dates.rfc3339(raw) is None


def test_an_instant_takes_utc_where_no_zone_is_stated() -> None:
    assert dates.instant("2026-11-02T08:15:00+01:00") == dates.instant("2026-11-02T07:15:00") == 1793603700.0
    assert dates.instant("2026-11-02") == 1793577600.0
    assert dates.instant(None) is None


@given(st.datetimes(min_value=datetime(1000, 1, 2)), st.integers(-14 * 4, 14 * 4))  # noqa: DTZ001
def test_any_rfc_822_date_of_our_time_is_read_back(moment: datetime, quarters: int) -> None:
    zoned = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=15 * quarters)))
    read = dates.read(format_datetime(zoned))
    assert read is not None
    assert datetime.fromisoformat(read) == zoned


@given(st.text(max_size=300) | st.text("0123456789:/-+. TZGMTamp,年", max_size=40))
def test_any_text_is_read_or_kept(raw: str) -> None:
    found = dates.rfc3339(raw)
    assert (found is None) == (not raw.split())
    dates.instant(found)


@given(
    moment=st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(2999, 12, 31)),  # noqa: DTZ001
    zone=st.sampled_from(("Z", "+00:00", "-00:00", "+05:30", "-11:00", "+13:45", "+14:00")),
)
def test_what_is_well_written_is_read_like_what_nearly_is(moment: datetime, zone: str) -> None:
    text = moment.replace(microsecond=0).isoformat() + zone
    assert dates.read(text) == dates.read(text.replace("T", " "))
