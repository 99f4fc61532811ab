"""Dates as machines and people write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.records.document import Precision
from cleanwire.text.dates import datelines, jalali, zones
from patterns import cost

MORNING = "2020-10-06T15:57:00"
DAY = "2020-10-06T00:00:00"
FIRST = datetime.fromisoformat("1970-01-01")
LAST = datetime.fromisoformat("2100-01-01")


@pytest.mark.parametrize(
    ("raw", "local", "offset_min"),
    [
        ("2020-10-06T15:57:00Z", MORNING, 0),
        ("2020-10-06T15:57:00+02:00", MORNING, 120),
        ("2020-10-06T15:57:00.123456-0430", MORNING, -270),
        ("2020-10-06 15:57", MORNING, None),
        ("2020-10-06T15:57+02", MORNING, 120),
        ("2020-10-06T15:57:00+02:00[Europe/Berlin]", MORNING, 120),
        ("2020-10-06 15:57:00 UTC", MORNING, 0),
        ("20201006T155700Z", MORNING, 0),
        ("2020-W41-2", DAY, None),
        ("2020-280", DAY, None),
        ("2020-10-06Z", DAY, None),
        ("2020-10-05T24:00:00Z", DAY, 0),
        ("Tue, 06 Oct 2020 15:57:00 +0200", MORNING, 120),
        ("Tue, 6 Oct 20 15:57:00 EST", MORNING, -300),
        ("06 Oct 2020 15:57 GMT", MORNING, 0),
        ("Tue Oct  6 15:57:00 2020", MORNING, None),
        ("Tue Oct 06 15:57:00 +0000 2020", MORNING, 0),
        ("Tue Oct 06 2020 15:57:00 GMT+0200 (Central European Summer Time)", MORNING, 120),
    ],
)
def test_machine_format(raw: str, local: str, offset_min: int | None) -> None:
    found = datelines.parse(raw)
    assert found is not None
    assert found.local.isoformat() == local
    assert found.offset_min == offset_min


@pytest.mark.parametrize(
    "raw",
    [
        "Tuesday, 06 October 2020 3:57 PM",
        "Oct. 6, 2020, 3:57 p.m.",
        "6. Oktober 2020, 15:57 Uhr",
        "Di., 06.10.2020, 15.57 Uhr",
        "mardi 6 octobre 2020 à 15h57",
        "6 de octubre de 2020 a las 15:57 h",
        "terça-feira, 6 de outubro de 2020 às 15h57",
        "martedì 6 ottobre 2020, ore 15:57",
        "dinsdag 6 oktober 2020 om 15:57 uur",
        "wtorek, 6 października 2020 r., godz. 15:57",
        "úterý 6. října 2020 v 15:57",
        "utorak, 6. listopada 2020. u 15:57".replace("listopada", "listopad"),
        "6 oktober 2020 kl 15.57",
        "6.10.2020 klo 15.57",
        "6 октября 2020 г. в 15:57",
        "6 жовтня 2020, 15:57",
        "6 октомври 2020 г., 15:57 ч.",
        "Τρίτη, 6 Οκτωβρίου 2020 15:57",
        "6 Ekim 2020 Salı, 15:57",
        "2020. október 6. 15:57",
        "6 octombrie 2020, 15:57",
        "الثلاثاء ٦ أكتوبر ٢٠٢٠ ١٥:٥٧",
        "6 تشرين الأول 2020 15:57",
        "سه‌شنبه ۱۵ مهر ۱۳۹۹ - ۱۵:۵۷",
        "۱۳۹۹/۰۷/۱۵ ۱۵:۵۷",
        "יום שלישי, 6 באוקטובר 2020, 15:57",
        "मंगलवार, 06 अक्टूबर 2020 03:57 PM",
        "৬ অক্টোবর ২০২০, ১৫:৫৭",
        "2020年10月6日 15:57",
        "2020年10月6日下午3时57分",
        "令和2年10月6日 15時57分",
        "民國109年10月6日 15:57",
        "2020년 10월 6일 오후 3:57",
        "2020. 10. 6. 오후 3:57",
        "6 ตุลาคม พ.ศ. 2563 เวลา 15:57 น.",
        "6 Tháng Mười 2020, 15:57",
        "Selasa, 6 Oktober 2020 15:57",
        "2020-10-06 15:57",
        "2020/10/06 15:57",
    ],
)
def test_written_date(raw: str) -> None:
    language = "hr" if raw.startswith("utorak") else None
    found = datelines.parse(raw, language=language)
    assert found is not None
    assert found.local.isoformat() == MORNING
    assert found.offset_min is None


@pytest.mark.parametrize(
    ("raw", "language", "wanted"),
    [
        pytest.param("06/10/2020", None, None, id="unknown-origin-is-ambiguous"),
        pytest.param("06/10/2020", "en", None, id="english-is-ambiguous"),
        pytest.param("06/10/2020", "en-GB", "2020-10-06", id="british"),
        pytest.param("06/10/2020", "en-US", "2020-06-10", id="american"),
        pytest.param("06/10/2020", "fr", "2020-10-06", id="french"),
        pytest.param("13/10/2020", None, "2020-10-13", id="only-a-day-can-be-13"),
        pytest.param("10/13/2020", None, "2020-10-13", id="only-a-day-can-be-13-american"),
        pytest.param("10/10/2020", None, "2020-10-10", id="same-either-way"),
        pytest.param("Tuesday 06/10/2020", None, "2020-10-06", id="weekday-decides"),
        pytest.param("06.10.2020", None, "2020-10-06", id="dots-are-day-first"),
        pytest.param("20/10/06", None, None, id="two-digit-years-stay-unread"),
    ],
)
def test_order_of_figures_is_never_guessed(raw: str, language: str | None, wanted: str | None) -> None:
    found = datelines.parse(raw, language=language)
    assert (found and found.local.date().isoformat()) == wanted


def test_day_first_overrides_the_language() -> None:
    found = datelines.parse("06/10/2020", language="en-US", day_first=True)
    assert found is not None
    assert found.local.month == 10


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "12",
        "2020",
        "October",
        "May 2020",
        "Tuesday",
        "31 February 2020",
        "6 October 2020 and more",
        "25:61",
        "1-0",
        "9/11",
        "Sun, 16 Dec 2012 1:2:3:4 GMT",
        "2013-01-28T09:00:00+00:xx",
        "9999-12-31T23:59:59-99:99",
        "6 Foober 2020",
        "6 7 October 2020",
    ],
)
def test_what_is_no_date_stays_unread(raw: str) -> None:
    assert datelines.parse(raw) is None


@pytest.mark.parametrize(
    ("raw", "language", "offset_min"),
    [
        ("6 Oct 2020 15:57 IST", None, 330),
        ("6 Oct 2020 15:57 IST", "he", 120),
        ("6 Oct 2020 15:57 CST", "en", -360),
        ("6 Oct 2020 15:57 CST", "zh", 480),
        ("6 Oct 2020 3:57 PM ET", None, -240),
        ("6 Jan 2020 3:57 PM ET", None, -300),
        ("6 Oct 2020 15:57 CEST", None, 120),
        ("6 октября 2020, 15:57 МСК", None, 180),
        ("Selasa, 6 Oktober 2020 15:57 WIB", None, 420),
        ("06/10/2020, 15:57 (GMT+7)", "vi", 420),
        ("6 Oct 2020 15:57", "ko", None),
    ],
)
def test_zone(raw: str, language: str | None, offset_min: int | None) -> None:
    found = datelines.parse(raw, language=language)
    assert found is not None
    assert found.offset_min == offset_min


def test_habit_of_a_language_is_told_apart_from_a_written_zone() -> None:
    assert zones.habitual_min("ko-KR") == 540
    assert zones.habitual_min("en") is None


def test_incomplete_forms_only_on_request() -> None:
    assert datelines.parse("2003-12") is None
    found = datelines.parse("2003-12", incomplete=True)
    assert found is not None
    assert found.local.isoformat() == "2003-12-01T00:00:00"


@pytest.mark.parametrize(
    ("raw", "precision"),
    [
        ("2020-10-06", Precision.DAY),
        ("6 October 2020 15:57", Precision.MINUTE),
        ("2020-10-06T15:57:01Z", Precision.SECOND),
    ],
)
def test_precision(raw: str, precision: Precision) -> None:
    found = datelines.parse(raw)
    assert found is not None
    assert found.precision is precision


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("Published: 6 October 2020", DAY, None),
        ("Published: 6 October 2020 | Updated: 7 October 2020, 10:00", DAY, "2020-10-07T10:00:00"),
        ("Stand: 06.10.2020, 15:57 Uhr", None, MORNING),
        ("Publié le 06 octobre 2020 à 15h57 - Mis à jour le 07 octobre 2020 à 08h12", MORNING, "2020-10-07T08:12:00"),
        ("입력 2020.10.06 15:57 수정 2020.10.06 16:10", MORNING, "2020-10-06T16:10:00"),
        ("6 Ekim 2020, 15:57 - Son Güncelleme: 6 Ekim 2020, 18:10", MORNING, "2020-10-06T18:10:00"),
        ("Updated 3 hours ago", None, None),
        ("Vor 3 Stunden", None, None),
        ("сегодня, 15:57", None, None),
        ("3小时前", None, None),
        ("10/6/2020", None, None),
    ],
)
def test_date_line(line: str, published: str | None, modified: str | None) -> None:
    found = datelines.find(line)
    assert found is not None
    assert (found.published and found.published.local.isoformat()) == published
    assert (found.modified and found.modified.local.isoformat()) == modified


@pytest.mark.parametrize(
    "line",
    [
        "In May 2020 he left the company.",
        "Tuesday",
        "1945",
        "24/7",
        "20:30",
        "Berlin 1936",
        "On 6 October 2020 the dam broke.",
        "The 2020 season",
    ],
)
def test_other_lines_are_no_date_lines(line: str) -> None:
    assert datelines.find(line) is None


@given(st.datetimes(min_value=FIRST, max_value=LAST), st.integers(-14 * 60, 14 * 60))
def test_rfc_3339_round_trips(local: datetime, offset_min: int) -> None:
    local = local.replace(microsecond=0)
    sign = "-" if offset_min < 0 else "+"
    raw = f"{local.isoformat()}{sign}{abs(offset_min) // 60:02}:{abs(offset_min) % 60:02}"
    found = datelines.parse(raw)
    assert found is not None
    assert (found.local, found.offset_min) == (local, offset_min)
    assert found.epoch() == (local.replace(tzinfo=UTC) - timedelta(minutes=offset_min)).timestamp()


@given(st.integers(1304, 1468))
def test_each_jalali_day_is_a_day_of_its_own(year: int) -> None:
    hits = set()
    for candidate in (year - 1, year):
        for month in range(1, 13):
            for number in (1, 15, 29):
                found = jalali.gregorian(candidate, month, number)
                assert found is not None
                hits.add(found)
    assert len(hits) == 72


@given(st.text(max_size=120))
def test_any_text_is_answered(text: str) -> None:
    datelines.parse(text)
    datelines.find(text)


@pytest.mark.parametrize("unit", ["1", "1/", "12:", "Oct ", "6 October 2020 ", ": ", "(", "|", "年", "updated "])
def test_hostile_line_is_answered_quickly(unit: str) -> None:
    def answer() -> None:
        for size in (datelines.MAX_LINE_CHARS // len(unit), 100_000 // len(unit)):
            datelines.find(unit * size)
            datelines.parse(unit * size)

    assert cost.best(answer, tries=3) < 0.05
