"""The ops page in a real browser: it can be read and worked by everybody, with and without scripts."""

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from cleanwire.ops.console.held.installation import Installation
from cleanwire.records.article_state import SiteState
from cleanwire.urls import identity
from console.held import NAMES, NOW, document, entry, feed, installation, message, rejected, state
from console.page import TOKEN, serving
from console.test_pages import hostile

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

FEED = "/feeds/" + identity.feed_id("https://news.example/feed")
REJECTED = "/rejected/" + identity.article_id("https://news.example/gone")
PAGES = (
    "/", "/documents", "/documents/a", "/rejected", REJECTED, "/feeds", FEED, "/sites", "/sites/news.example",
    "/sites/news.example/rules", "/why", "/inspect", "/sign-in", "/none",
)  # fmt: skip


def usual() -> Installation:
    held = installation()
    for record in (
        document(title="The mill turns", url="https://news.example/mill"),
        rejected(),
        entry(),
        feed(title="The mill's news"),
        state(polled_at=NOW, failures=1, last_failure="dns: no such host"),
        message(NAMES.site_state, "news.example", SiteState(site="news.example", pages=2)),
    ):
        held.take(record, now=NOW)
    return held


@contextlib.asynccontextmanager
async def shown(
    browser: Browser, held: Installation, *, problems: list[str] | None = None, **options: Any
) -> AsyncIterator[Page]:
    """Serve `held` and open a page on it; what the browser complains of is put into `problems`."""
    async with serving(held) as client:
        context = await browser.new_context(base_url=str(client.base_url), **options)
        page = await context.new_page()
        if problems is not None:
            page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("request", lambda asked: problems.append(asked.url) if not _ours(asked.url, client) else None)
        yield page
        await context.close()


def _ours(url: str, client: Any) -> bool:
    return url.startswith(str(client.base_url))


@pytest.mark.parametrize(("scheme", "signed_in"), [("light", False), ("dark", True)])
@pytest.mark.timeout(240)
async def test_axe_finds_nothing_on_any_page(browser: Browser, axe: str, scheme: Any, signed_in: bool) -> None:
    async with shown(browser, usual(), color_scheme=scheme) as page:
        if signed_in:
            await page.goto("/sign-in")
            await page.fill("#token", TOKEN)
            await page.click("main button")
            await page.wait_for_url("**/")
        for path in PAGES:
            await page.goto(path)
            await page.evaluate(axe)
            found = await page.evaluate("axe.run({resultTypes: ['violations']})")
            told = [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]]
            assert told == [], f"{path}, {scheme}: {json.dumps(told, indent=1)}"


@pytest.mark.parametrize("width", [375, 1280])
async def test_no_page_is_wider_than_its_window_and_none_runs_a_strangers_script(browser: Browser, width: int) -> None:
    problems: list[str] = []
    viewport: Any = {"width": width, "height": 800}
    async with shown(browser, hostile(), problems=problems, viewport=viewport) as page:
        page.on("dialog", lambda dialog: problems.append(dialog.message))
        for path in PAGES[:-1]:
            await page.goto(path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert await page.evaluate("document.scripts.length") == 1
    assert problems == []


async def test_everything_is_reached_by_keyboard(browser: Browser) -> None:
    async with shown(browser, usual()) as page:
        await page.goto("/feeds")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent") == "To the content"
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.id") == "q"
        await page.keyboard.type("mill")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/feeds?q=mill**")
        assert "1 of 1 feeds" in await page.inner_text("main")
        await page.focus("td.lead a")
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**{FEED}")
        assert outline == "solid"


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_form_of_a_signed_in_browser_reaches_the_service(browser: Browser, scripts: bool) -> None:
    """It fails there, since no broker stands behind this page: it was let through."""
    async with shown(browser, usual(), java_script_enabled=scripts) as page:
        await page.goto(FEED)
        assert await page.locator("main form").count() == 0
        await page.click("main a[href^='/sign-in']")
        await page.fill("#token", "not the token")
        await page.click("main button")
        assert "That is not the token" in await page.inner_text("main")
        await page.fill("#token", TOKEN)
        await page.click("main button")
        await page.wait_for_url(f"**{FEED}")
        await page.click("summary")
        await page.click("button.bad")
        assert "It was not written, or nobody can say" in await page.inner_text("main")
        await page.click("text=Sign out")
        await page.goto(FEED)
        assert await page.locator("main form").count() == 0


async def test_the_overview_renews_itself_but_not_under_somebodys_hands(browser: Browser) -> None:
    held = usual()
    async with shown(browser, held) as page:
        await page.clock.install()
        await page.goto("/")
        held.take(feed("https://second.example/feed"), now=NOW)
        await page.focus("main .flow a")
        async with page.expect_request("**/") as asked:
            await page.clock.run_for(5_500)  # nothing is asked for while a link has the focus
            assert "1 feeds" in " ".join((await page.inner_text(".flow li")).split())
            await page.evaluate("document.activeElement.blur()")
            await page.clock.run_for(5_500)
        await (await asked.value).response()
        await page.wait_for_function("document.querySelector('.figure').textContent === '2'")


async def test_a_rule_against_a_block_is_tried_before_it_is_in_force(browser: Browser) -> None:
    async with shown(browser, usual()) as page:
        await page.goto("/sign-in")
        await page.fill("#token", TOKEN)
        await page.click("main button")
        await page.wait_for_url("**/")
        await page.goto("/documents/a")
        await page.click("text=Rule against block 0")
        assert await page.input_value("#rules") == 'drop = ["It turns."]\n'
        await page.click("form:has(#rules) button")
        await page.wait_for_selector("text=Of 1 documents 1 would be another: 2 words go, 0 come back")
        assert "loses more than half" in await page.inner_text("main")
        assert '["news.example"]\ndrop = ["It turns."]' in await page.inner_text("pre >> nth=-1")
