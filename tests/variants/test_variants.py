"""Faults that came up in the field, in other words, languages and markup: pages, feeds, texts and mails."""

import json
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from cleanwire.article.article import Article
from cleanwire.article.clean import clean
from cleanwire.article.page import Page
from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import ParsedFeed
from variants import cases

NOW = datetime.fromisoformat("2026-11-28T12:00:00+00:00").timestamp()


def params(*kinds: str) -> list[Any]:
    every = [(kind, case) for kind in kinds for case in cases.load(kind)]
    return [
        pytest.param(
            case,
            id=f"{kind}-{case['batch']}-{case['id']}",
            marks=[pytest.mark.xfail(reason=case["open"], strict=True)] if "open" in case else [],
        )
        for kind, case in every
    ]


def read(case: dict[str, Any], body: bytes, content_type: str | None) -> Article:
    url = case.get("url", "https://www.depotgazette.example/news/night-market")
    found = clean(Page(url=url, body=body, fetched_at=NOW, content_type=content_type))
    assert isinstance(found, Article), found
    return found


def local(found: Article) -> str:
    return found.published.stated.local if found.published else "none"


def check(case: dict[str, Any], found: Article, *, title: str | None = None) -> None:
    wanted = case.get("title", title)
    if wanted is not None:
        assert (found.title or "") == wanted
    if "authors" in case:
        assert [author.name for author in found.authors] == case["authors"]
    if "published" in case:
        days = case["published"] if isinstance(case["published"], list) else [case["published"]]
        assert any(local(found).startswith(day) for day in days), (local(found), days)
    body = " ".join(found.body.split())
    for text in case.get("has", ()):
        assert " ".join(cases.filled(text, case).split()) in body
    for text in case.get("lacks", ()):
        assert text not in body


@pytest.mark.parametrize("case", params("titles", "authors", "dates", "untitled"))
def test_a_page_says_who_wrote_what_and_when(case: dict[str, Any]) -> None:
    found = read(case, cases.page(case), "text/html")
    check(case, found, title=cases.STORIES[case.get("lang", "en")]["title"])
    for paragraph in cases.story(case.get("lang", "en")):
        assert paragraph in found.body


@pytest.mark.parametrize("case", params("texts"))
def test_a_text_is_free_of_what_archives_and_senders_put_round_it(case: dict[str, Any]) -> None:
    found = read(case, cases.filled(case["text"], case).encode(), "text/plain")
    check(case, found, title=cases.STORIES[case.get("lang", "en")]["title"])
    body = " ".join(found.body.split())
    for number, paragraph in enumerate(cases.story(case.get("lang", "en")), 1):
        if "has" not in case or f"{{{number}}}" in case["has"]:
            assert paragraph in body


def message(case: dict[str, Any]) -> bytes:
    lang = case.get("lang", "en")
    if "raw" in case:
        flowed = "\n\n".join(_flowed(paragraph) for paragraph in cases.story(lang))
        return cases.filled(case["raw"].replace("{FLOWED}", flowed), case).encode()
    made = EmailMessage(policy=SMTP)
    made["From"] = case.get("from", "Ann Ferro <ann@letters.example>")
    made["To"] = "reader@example.org"
    made["Subject"] = cases.filled(case.get("subject", "{T}"), case)
    made["Date"] = "Thu, 12 Mar 2026 08:15:00 +0100"
    for number, (kind, charset, encoding, text) in enumerate(case["parts"]):
        add = made.add_alternative if number else made.set_content
        add(cases.filled(text, case), subtype=kind.partition("/")[2], charset=charset, cte=encoding)
    if "inline" in case:
        made.add_related(b"\x89PNG\r\n\x1a\n", "image", "png", cid="<i>", filename=case["inline"])
    if "attach" in case:
        made.add_attachment(b"%PDF-1.4", "application", "octet-stream", filename=case["attach"])
    return made.as_bytes()


def _flowed(paragraph: str) -> str:
    lines, line = [], ""
    for word in paragraph.split(" "):
        if len(line) + len(word) > 66:
            lines.append(line)
            line = ""
        line += word + " "
    return "\n".join([*lines, line.rstrip()])


@pytest.mark.parametrize("case", params("mails"))
def test_a_mail_is_its_best_part(case: dict[str, Any]) -> None:
    found = read(case, message(case), "message/rfc822")
    check(case, found, title=cases.STORIES[case.get("lang", "en")]["title"])
    assert local(found).startswith("2026-03-12T08:15")
    assert "Content-T" not in found.body
    for paragraph in cases.story(case.get("lang", "en")):
        assert paragraph in " ".join(found.body.split())
    assert bool(case.get("attachments")) == ("attachments" in found.quality.flags)


def feed(case: dict[str, Any]) -> bytes:
    if "raw" in case:
        return str(case["raw"]).encode()
    items = "".join(
        f"<item><title>Story {at}</title><link>https://www.depot.example/{at}</link><guid>g{at}</guid>{inside}</item>"
        for at, inside in enumerate([f"<pubDate>{one}</pubDate>" for one in case.get("dates", ())] or [case["author"]])
    )
    language = f"<language>{case['language']}</language>" if "language" in case else ""
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Depot</title><link>https://www.depot.example/</link>'
        f"{language}{items}</channel></rss>"
    ).encode()


@pytest.mark.parametrize("case", params("feeds"))
def test_a_feed_says_when_and_who(case: dict[str, Any]) -> None:
    now = datetime.fromisoformat(case["now"]).timestamp() if "now" in case else NOW
    found = feed_body.parse(feed(case), url="https://www.depot.example/feed.xml", now=now)
    assert isinstance(found, ParsedFeed), found
    for at, day in enumerate(case.get("published", ())):
        assert (found.entries[at].published or "none").startswith(day), found.entries[at].published
    if "authors" in case:
        assert list(found.entries[0].authors) == case["authors"]


def test_variants_are_many_and_of_many_languages() -> None:
    kinds = ("titles", "authors", "dates", "untitled", "feeds", "texts", "mails")
    every = [case for kind in kinds for case in cases.load(kind)]
    assert len(every) >= 160
    assert len({case.get("lang", "en") for case in every}) >= 15
    assert json.dumps(every)
