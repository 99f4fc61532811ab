"""Dates of whole pages: the article's own, as precise as it is told, or none."""

import subprocess
import sys

import pytest
from lxml import html

from article.harbour import read
from cleanwire.article.metadata.dates import searched

TOP = "<h1>Old pier closes until autumn</h1>"
OTHER = "<ul class=more><li><a href=/2025/11/03/ferry>Ferry sold, 3 November 2025</a></li></ul>"


def day(head: str, top: str, lang: str, tail: str = "") -> str | None:
    found = read(head, top + tail, lang=lang)
    return found.published.stated.local[:10] if found.published else None


@pytest.mark.parametrize(
    ("head", "top", "lang", "expected"),
    [
        pytest.param("", TOP, "en", None, id="no-date"),
        pytest.param("", TOP + OTHER, "en", None, id="date-of-another-storys-link"),
        pytest.param(
            "",
            TOP + "<aside><a href=/2025/11/03/ferry>Ferry sold</a></aside>",
            "en",
            None,
            id="address-of-another-story",
        ),
        pytest.param(
            "",
            TOP + "<p><a href='https://elsewhere.example/2019/04/05/report'>the report</a></p>",
            "en",
            None,
            id="address-of-a-source",
        ),
        pytest.param("", TOP + '<img src="/uploads/2024/03/17/pier.jpg">', "en", None, id="address-of-a-picture"),
        pytest.param("", TOP + "<p>May 2026</p>", "en", None, id="month-and-year"),
        pytest.param("", TOP + "<div class=date>März 2026</div>", "de", None, id="german-month-and-year"),
        pytest.param('<meta name="citation_publication_date" content="2026/05">', TOP, "en", None, id="month-in-meta"),
        pytest.param('<meta property="article:published_time" content="2026-05">', TOP, "en", None, id="iso-month"),
        pytest.param("", TOP + '<time datetime="2026">2026</time>', "en", None, id="a-year-in-a-time-element"),
        pytest.param(
            "",
            TOP + '<abbr class=published title="2026-05-03T10:15:00+02:00">3 May</abbr>',
            "en",
            "2026-05-03",
            id="hatom-title",
        ),
        pytest.param(
            "",
            TOP
            + '<abbr class="updated" title="2026-05-05T10:15:00+02:00">5 May</abbr>'
            + '<abbr class="published" title="2026-05-03">3 May</abbr>',
            "en",
            "2026-05-03",
            id="hatom-updated-beside",
        ),
        pytest.param("", TOP + '<span class="dt-published">3 mai 2026</span>', "fr", "2026-05-03", id="microformats-2"),
        pytest.param(
            "",
            TOP + '<span class="entry-date published" title="2026-05-03 10:15">vor Kurzem</span>',
            "de",
            "2026-05-03",
            id="class-and-title",
        ),
        pytest.param("", TOP + "<p>3 мая 2026, 10:15</p>", "ru", "2026-05-03", id="russian-words"),
        pytest.param("", TOP + "<p>03/05/2026</p>", "es", "2026-05-03", id="figures-in-spanish"),
        pytest.param("", TOP + "<p>2026年5月3日 10:15</p>", "zh", "2026-05-03", id="chinese"),
        pytest.param(
            "", TOP + "<p>Veröffentlicht am 3. Mai 2026</p>" + OTHER, "de", "2026-05-03", id="own-date-beside-anothers"
        ),
        pytest.param(
            "", TOP + "<p>Posted on 3 May 2026</p>" + OTHER, "en", "2026-05-03", id="own-date-beside-anothers-english"
        ),
        pytest.param("", TOP + "<footer><p>Founded on 1 March 1998</p></footer>", "en", None, id="the-sites-birthday"),
        pytest.param("", TOP + "<div id=footer>Driven by WordPress 4.8.12</div>", "en", None, id="version-in-a-footer"),
        pytest.param("", TOP + "<footer>Stand: 12.05.2026</footer>", "de", None, id="state-of-the-footer"),
        pytest.param(
            "",
            TOP + "<div class=related><h3>Ferry sold</h3><time datetime='2026-04-01'>1 April</time></div>",
            "en",
            None,
            id="time-of-a-related-story",
        ),
        pytest.param("", TOP + "<form><select><option>2026-01-05</option></select></form>", "en", None, id="a-choice"),
    ],
)
def test_the_date_is_the_articles_own_or_none(head: str, top: str, lang: str, expected: str | None) -> None:
    assert day(head, top, lang) == expected


def test_dates_below_the_article_are_those_of_other_stories() -> None:
    below = (
        '<div class="list"><p><a href="/a">Ferry sold</a> 3 November 2025</p>'
        '<p><a href="/b">Lights out</a> 4 November 2025</p></div>'
    )
    found = read("", TOP, lang="en", below=below)
    assert found.published is None


@pytest.mark.parametrize(
    ("shown", "day"),
    [
        pytest.param("Środa, 4 stycznia 2012 (12:51)", "2012-01-04", id="polish"),
        pytest.param("Wed, 04/24/2024 - 22:58", "2024-04-24", id="a-number-that-is-no-month"),
        pytest.param("Mittwoch, 11. Juli 2012, 09:30 Uhr", "2012-07-11", id="german"),
    ],
)
def test_a_search_through_the_text_reads_dates_in_words_as_we_do(shown: str, day: str) -> None:
    filler = "<p>The bakers of the town rose before three that morning.</p>" * 3
    tree = html.document_fromstring(f"<html><body>{filler}<div>{shown}</div>{filler}</body></html>")
    assert searched.day(tree, "https://a.example/bread", latest="2026-01-01", thorough=True) == day


def test_no_page_makes_a_process_learn_two_hundred_languages() -> None:
    script = (
        "import sys; from lxml import html; from cleanwire.article.metadata.dates import searched;"
        "tree = html.document_fromstring('<html><body><p>uyt 12 zzz 2020 qwe</p></body></html>');"
        "searched.day(tree, 'https://a.example/', latest='2026-01-01', thorough=True);"
        "assert not [name for name in sys.modules if name.startswith('dateparser')]"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
