"""Who may look at the ops page, and who may change something."""

import re
import time

import httpx
import pytest

from cleanwire.errors import ConfigError
from cleanwire.ops.console import access
from cleanwire.ops.console.held.installation import Installation
from cleanwire.settings import load
from cleanwire.urls import identity
from console.held import NOW, feed, installation
from console.page import TOKEN, serving

FEED = "/feeds/" + identity.feed_id("https://news.example/feed")
BEARER = {"authorization": f"Bearer {TOKEN}"}


def one_feed() -> Installation:
    held = installation()
    held.take(feed(), now=NOW)
    return held


async def signed_in(client: httpx.AsyncClient) -> str:
    """Sign in, and return the word that forms bring."""
    reply = await client.post("/sign-in", data={"token": TOKEN, "then": "/feeds"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/feeds")
    found = re.search(r'name="word" value="([0-9a-f]{64})"', (await client.get(FEED)).text)
    assert found is not None
    return found[1]


async def changes(client: httpx.AsyncClient, word: str = "", **headers: str) -> bool:
    """Tell whether a form is let through: it then fails, for no broker stands behind the page."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    reply = await client.post(f"{FEED}/nothing", data={"word": word}, headers=named)
    assert reply.status_code in (403, 404), reply.text
    return reply.status_code == 404


async def test_a_form_of_a_session_is_let_through_and_no_other() -> None:
    async with serving(one_feed()) as client:
        assert not await changes(client)
        word = await signed_in(client)
        assert await changes(client, word)
        assert await changes(client, word, sec_fetch_site="same-origin", origin=str(client.base_url).rstrip("/"))
        assert not await changes(client)
        assert not await changes(client, word[:-1] + "x")
        assert not await changes(client, "ä" * 64)
        assert not await changes(client, word, sec_fetch_site="cross-site")
        assert not await changes(client, word, sec_fetch_site="same-site")
        assert not await changes(client, word, origin="https://evil.example")
        assert not await changes(client, word, origin="null")


async def test_a_word_is_of_its_session_alone() -> None:
    async with serving(one_feed()) as client:
        first = await signed_in(client)
        client.cookies.clear()
        second = await signed_in(client)
        assert first != second
        assert not await changes(client, first)


async def test_a_program_brings_the_token_in_a_header() -> None:
    async with serving(one_feed()) as client:
        assert await changes(client, **BEARER)
        assert not await changes(client, authorization="Bearer wrong")
        assert not await changes(client, authorization=f"Basic {TOKEN}")


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + " ", "\ud800"])
async def test_a_wrong_token_opens_no_session(token: str) -> None:
    async with serving(one_feed()) as client:
        body = httpx.QueryParams({"token": token.encode("utf-8", "replace").decode()})
        reply = await client.post(
            "/sign-in", content=str(body), headers={"content-type": "application/x-www-form-urlencoded"}
        )
    assert reply.status_code == 403
    assert "set-cookie" not in reply.headers


async def test_the_cookie_is_kept_from_scripts_and_other_sites_and_ends() -> None:
    async with serving(one_feed()) as client:
        reply = await client.post("/sign-in", data={"token": TOKEN}, headers={"x-forwarded-proto": "https"})
        cookie = reply.headers["set-cookie"].lower()
        assert all(word in cookie for word in ("httponly", "samesite=strict", "secure", "max-age=43200"))
        word = await signed_in(client)
        left = await client.post("/sign-out", data={"word": word})
        assert left.status_code == 303
        assert not await changes(client, word)


async def test_a_forged_or_old_cookie_is_none() -> None:
    judge = access.Access(TOKEN, loopback=True)
    told = f"{int(time.time()) - 1}.nonce"
    for cookie in (
        f"{told}.{judge._mac('session', told)}",
        "9999999999.nonce." + "0" * 64,
        judge.new_session().replace(".", "0.", 1),
        "..",
        "",
        "é",
    ):
        assert judge._session(cookie) is None
    assert judge._session(judge.new_session()) is not None
    assert access.Access("another token, as long", loopback=True)._session(judge.new_session()) is None


async def test_without_a_token_everybody_looks_and_nobody_changes() -> None:
    async with serving(one_feed(), token=None) as client:
        assert (await client.get("/feeds")).status_code == 200
        assert "console.token is not set" in (await client.get(FEED)).text
        assert not await changes(client)
        assert (await client.post("/sign-in", data={"token": ""})).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:9466", "10.0.0.1", "[fe80::1]:9466", "", "localhost.evil.example"]
)
async def test_another_name_for_loopback_shows_nothing(host: str) -> None:
    async with serving(one_feed(), token=None) as client:
        reply = await client.get("/feeds", headers={"host": host})
        assert reply.status_code in (400, 421)
        assert "news.example" not in reply.text
    async with serving(one_feed()) as client:
        reply = await client.get("/feeds", headers={"host": host or "x"})
        assert reply.status_code == 401
        assert "news.example" not in reply.text


@pytest.mark.parametrize("host", ["localhost:9466", "127.0.0.1", "127.1.2.3:1", "[::1]:9466", "LOCALHOST"])
def test_names_of_loopback(host: str) -> None:
    assert access.is_loopback(host)


async def test_where_others_reach_it_looking_takes_the_token() -> None:
    async with serving(one_feed(), loopback=False) as client:
        for address in ("/", "/feeds", FEED, "/documents/a/json", "/why?q=https://news.example/"):
            assert (await client.get(address)).status_code == 401
        assert (await client.get("/feeds", headers=BEARER)).status_code == 200
        await signed_in(client)
        assert (await client.get("/feeds")).status_code == 200


@pytest.mark.parametrize(
    "then", ["//evil.example", "https://evil.example", "/\\evil.example", "/\r\nset-cookie: a=b", "x", ""]
)
async def test_signing_in_leads_to_a_page_of_ours(then: str) -> None:
    async with serving(one_feed()) as client:
        reply = await client.post("/sign-in", data={"token": TOKEN, "then": then})
    assert reply.headers["location"] == "/"


async def test_what_is_no_form_or_too_large_is_refused() -> None:
    async with serving(one_feed()) as client:
        assert (await client.post("/feeds", json={"url": "x"}, headers=BEARER)).status_code == 415
        assert (await client.post("/feeds", data={"url": "x" * 20_000}, headers=BEARER)).status_code == 413
        many = {str(number): "x" for number in range(100)}
        assert (await client.post("/feeds", data=many, headers=BEARER)).status_code == 400


def test_a_host_that_others_reach_needs_a_token() -> None:
    with pytest.raises(ConfigError, match=r"console\.token"):
        load(flags={"console.host": "0.0.0.0"}, environment={}, file=None)
    with pytest.raises(ConfigError, match=r"console\.token"):
        load(flags={"console.token": "short"}, environment={}, file=None)
    assert load(flags={"console.host": "::1"}, environment={}, file=None).console.token is None
