"""What the pages show of strangers' words is text: no markup, no script, no link but to http(s)."""

from dataclasses import replace
from urllib.parse import quote

import httpx
import lxml.html
import pytest

from cleanwire.ops.console.held.installation import Installation
from cleanwire.records.article_state import SiteState
from cleanwire.records.document import Author, AuthorType, Evidence, Feature, Image, Publisher, Removed
from cleanwire.urls import identity
from console.held import NAMES, NOW, document, entry, feed, installation, message, rejected, state
from console.page import serving

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}\u202e\x00\ud800'
WHOLE = EVIL.replace("\ud800", "")
FEATURES = (Feature(name=WHOLE, weight=1.0),)
LINK = "javascript:alert(1)//https://news.example/"


def hostile() -> Installation:
    """Return an installation in which every text is an attack."""
    held = installation()
    records = [
        document(
            id="a",
            title=WHOLE,
            title_raw=WHOLE,
            url=LINK,
            body=WHOLE,
            description=WHOLE,
            language=WHOLE,
            section=WHOLE,
            keywords=(WHOLE,),
            authors=(Author(name=WHOLE, type=AuthorType.PERSON, url=LINK),),
            publisher=Publisher(name=WHOLE, site=WHOLE, url=LINK),
            images=(Image(url="http://127.0.0.1:9/pixel.png", caption=WHOLE),),
            provenance={"title": Evidence(source=WHOLE, declared=WHOLE, alternatives=(WHOLE,))},
            removed=(
                Removed(
                    text=WHOLE,
                    index=1,
                    rule=WHOLE,
                    reason=WHOLE,
                    score=0.9,
                    features=(Feature(name=WHOLE, weight=1.0),),
                ),
            ),
        ),
        rejected(detail=WHOLE),
        entry(title=WHOLE),
        feed(f"https://news.example/feed?q={WHOLE.replace(chr(0), '')}", title=WHOLE, tags=(WHOLE,)),
        feed(),
        state(title=WHOLE, polled_at=NOW, failures=3, last_failure=WHOLE, moved_to=LINK, rest_until=2.9e11, gaps=1),
        message(NAMES.site_state, "news.example", SiteState(site="news.example", pages=2, rest_until=8e9)),
    ]
    for record in records:
        held.take(record, now=NOW)
    assert (len(held.documents), len(held.feeds), held.unreadable) == (1, 2, 0)
    return held


ADDRESSES = (
    "/",
    "/documents",
    "/documents/a",
    "/documents?q=" + quote(WHOLE),
    "/rejected",
    "/rejected/" + identity.article_id("https://news.example/gone"),
    "/rejected?reason=" + quote(WHOLE) + "&site=" + quote(WHOLE),
    "/feeds",
    "/feeds/" + identity.feed_id("https://news.example/feed"),
    "/feeds?sort=" + quote(WHOLE) + "&state=x&page=99999999999&q=" + quote(WHOLE),
    "/feeds?page=-1",
    "/sites",
    "/sites/news.example",
    "/sites?q=" + quote(WHOLE),
    "/why",
    "/why?q=" + quote(LINK),
    "/sign-in?then=" + quote(WHOLE),
    "/" + quote(WHOLE),
    "/?said=" + quote(WHOLE),
)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_nothing_a_stranger_wrote_is_markup(address: str) -> None:
    async with serving(hostile()) as client:
        reply = await client.get(address)
    assert reply.status_code in (200, 404), reply.text
    assert reply.headers["content-security-policy"].startswith(
        "default-src 'none'; style-src 'self'; script-src 'self'"
    )
    assert reply.headers["x-content-type-options"] == "nosniff"
    page = lxml.html.document_fromstring(reply.text)
    assert [script.get("src", "").partition("?")[0] for script in page.iter("script")] == ["/static/page.js"]
    assert not list(page.iter("img", "iframe", "object", "embed", "style", "base"))
    assert "\u202e" not in reply.text
    for element in page.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"], element
    for link in page.iter("a"):
        target = link.get("href", "")
        assert target.startswith(("/", "?", "#", "http://", "https://")), target
        if "://" in target.partition("?")[0]:
            assert link.get("rel") == "noopener noreferrer nofollow"


async def test_a_document_and_a_rejection_name_their_trace() -> None:
    held, of = installation(), "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = (("traceparent", f"00-{of}-00f067aa0ba902b7-00".encode()),)
    for record in (document(id="a"), rejected()):
        held.take(replace(record, headers=headers), now=NOW)
    async with serving(held) as client:
        for address in ("/documents/a", ADDRESSES[5]):
            assert of in (await client.get(address)).text


async def test_a_title_of_a_megabyte_makes_no_large_page() -> None:
    held = installation()
    held.take(document(id="a", title="T" * 1_000_000, body="b" * 900_000), now=NOW)
    async with serving(held) as client:
        for address in ("/", "/documents", "/documents/a"):
            assert len((await client.get(address)).content) < 60_000


async def test_a_record_is_saved_and_not_looked_at() -> None:
    async with serving(hostile()) as client:
        reply = await client.get("/documents/a/json")
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["content-disposition"].startswith("attachment")


async def test_static_files_are_kept_by_browsers_and_nothing_else_is_a_file() -> None:
    async with serving(installation()) as client:
        css = await client.get("/static/page.css")
        assert css.headers["content-type"].startswith("text/css")
        assert "immutable" in css.headers["cache-control"]
        for name in ("page.css/", "..%2fservice.py", "%2e%2e/templates/base.html", "base.html"):
            assert (await client.get(f"/static/{name}")).status_code == 404


async def test_a_list_is_shown_in_parts() -> None:
    held = installation()
    for number in range(120):
        held.take(feed(f"https://news.example/{number:03}"), now=NOW)
    async with serving(held) as client:
        second = (await client.get("/feeds?page=2")).text
        last = (await client.get("/feeds?page=1000")).text
    assert "Page 2 of 3" in second
    assert "news.example/050" in second
    assert "news.example/049" not in second
    assert "Page 3 of 3" in last


async def test_feeds_are_found_by_words_and_state_and_put_in_order() -> None:
    held = installation()
    for name, failures in (("a", 0), ("b", 5), ("c", 2)):
        held.take(feed(f"https://{name}.example/feed", tags=("sport",) if name != "a" else ()), now=NOW)
        held.take(state(f"https://{name}.example/feed", polled_at=NOW, failures=failures), now=NOW)
    async with serving(held) as client:
        failing = (await client.get("/feeds?state=failing&sort=failures")).text
        sport = (await client.get("/feeds?q=SPORT&sort=address")).text
    assert failing.index("b.example") < failing.index("c.example")
    assert "a.example/feed" not in failing
    assert "a.example/feed" not in sport
    assert "2 of 3 feeds" in sport


@pytest.mark.parametrize("address", ["/documents/none", "/rejected/none", "/feeds/none", "/sites/none", "/none"])
async def test_what_is_not_there_is_said_on_a_page(address: str) -> None:
    async with serving(installation()) as client:
        reply = await client.get(address)
    assert reply.status_code == 404
    assert "To the overview" in reply.text


async def test_half_a_character_in_a_title_is_no_error() -> None:
    held = installation()
    held.take(feed(title="half \ud83d"), now=NOW)
    async with serving(held) as client:
        reply: httpx.Response = await client.get("/feeds")
    assert reply.status_code == 200
