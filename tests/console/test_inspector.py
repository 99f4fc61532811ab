"""The inspector reads a pasted page or text as the service would, and shows block by block why."""

import asyncio

import pytest

from cleanwire.ops.console import bounds
from console.held import installation
from console.page import TOKEN, serving
from services.newsroom import Newsroom, story

BEARER = {"authorization": f"Bearer {TOKEN}"}
pytestmark = pytest.mark.slow


async def test_a_pasted_page_is_told_block_by_block() -> None:
    page = story("The mill turns <again>").decode().replace("</article>", "<p>Sign up for our newsletter</p></article>")
    async with serving(installation()) as client:
        fields = {"text": page, "url": "https://news.example/mill"}
        reply = await client.post("/inspect", data=fields, headers=BEARER)
    assert reply.status_code == 200
    assert "The mill turns &lt;again&gt;" in reply.text
    assert "kept 6 blocks" in reply.text
    assert "newsletter" in reply.text.partition('class="cut"')[2]
    assert "before noon on Friday" in reply.text


async def test_what_is_no_article_or_no_address_is_said() -> None:
    async with serving(installation()) as client:

        async def told(**fields: str) -> str:
            return (await client.post("/inspect", data=fields, headers=BEARER)).text

        assert "No article: " in await told(text="Only this.")
        assert "That is no http(s) address" in await told(url="javascript:alert(1)")
        assert "fetch.contact is not set" in await told(url="https://news.example/")
        assert "Give an address, or a text" in await told(text=" ")


async def test_a_page_that_sends_its_readers_on_is_followed_once() -> None:
    onward = "<html><head><meta http-equiv=refresh content='0; url={}'></head></html>"
    flags = {"fetch.contact": "https://reader.example/about", "fetch.allow_private": "127.0.0.0/8"}
    host = "127.0.14.9"
    room = Newsroom()
    async with room.open(host), serving(installation(), flags=flags) as client:
        room.put(host, "/a", story("A museum moves"))
        way = room.put(host, "/way", onward.format("/a").encode())
        twice = room.put(host, "/twice", onward.format("/way").encode())
        nowhere = room.put(host, "/nowhere", onward.format("/none").encode())

        async def told(url: str) -> str:
            return (await client.post("/inspect", data={"url": url}, headers=BEARER)).text

        assert "A museum moves" in await told(way)
        assert "sends its readers on to another page" in await told(twice)
        assert "/none, where it sends its readers: HTTP 404" in await told(nowhere)


async def test_it_takes_the_token_and_not_more_than_a_megabyte() -> None:
    async with serving(installation()) as client:
        assert (await client.post("/inspect", data={"text": "x"})).status_code == 403
        large = "é" * (bounds.INSPECTED_CHARACTERS + 1)
        assert (await client.post("/inspect", data={"text": large}, headers=BEARER)).status_code == 413
        assert await asyncio.wait_for(client.get("/inspect"), 5)
