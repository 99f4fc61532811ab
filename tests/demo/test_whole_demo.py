"""The demo from start to summary: the real service, the embedded broker, the whole press."""

import asyncio
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from cleanwire.demo import runner, stories, story_pages
from cleanwire.records.rejected import Rejection
from cleanwire.settings import LogSettings
from cleanwire.telemetry import logs

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _logs_to_stderr() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(LogSettings(level="ERROR"))
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


LEAKED_SHARE = 0.2  # of the junk between paragraphs; may only be lowered
STORIES = [story for site in stories.load() for story in site.stories]


@pytest.mark.timeout(120)
async def test_every_story_has_its_outcome_once(capfd: pytest.CaptureFixture[str]) -> None:
    tally = await runner.run_demo(stop=asyncio.Event(), as_json=True, every_s=0.05, seconds=90)
    out, said = capfd.readouterr()
    documents = [json.loads(line) for line in out.splitlines()]
    slugs = [d["url"].partition("?")[0].rpartition("/")[2] for d in documents if d["revision"] == 1]
    assert sorted(slugs) == sorted(story.slug for story in STORIES if story.gives_document)
    assert tally.duplicates == 0
    assert tally.documents + sum(tally.rejected.values()) == len(STORIES)
    assert tally.rejected[Rejection.ROBOTS_DISALLOWED] == 1
    assert tally.rejected[Rejection.HTTP_SERVER_ERROR] == 1
    assert tally.rejected[Rejection.HTTP_CLIENT_ERROR] == 1
    assert len(tally.languages) >= 8
    assert "keeps nothing" in said

    bodies = {slug: d["body"] for slug, d in zip(slugs, [d for d in documents if d["revision"] == 1], strict=True)}
    junk, kept = 0, []
    for story in (story for story in STORIES if story.gives_document):
        parts = story_pages.parts(story.body)
        assert parts[0].text in bodies[story.slug], story.slug
        assert "\ufffd" not in bodies[story.slug], story.slug
        lines = [part.text for part in parts if part.kind == "junk"]
        junk += len(lines)
        kept += [line for line in lines if line in bodies[story.slug]]
    assert len(kept) / junk <= LEAKED_SHARE, kept


@pytest.mark.timeout(60)
async def test_a_stop_ends_it_early() -> None:
    stop = asyncio.Event()
    async with asyncio.timeout(50), asyncio.TaskGroup() as group:
        running = group.create_task(runner.run_demo(stop=stop, keep_running=True, as_json=True))
        stop.set()
    assert running.result().duplicates == 0
