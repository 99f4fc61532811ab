"""An operator's rules for a site reach its documents, and those of no other site."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from cleanwire.records.document import Document
from services.house import House
from services.newsroom import Newsroom, story

pytestmark = pytest.mark.kafka

RULED, OTHER = "127.0.21.1", "127.0.21.2"
PARTNER = "The weather is brought to you by our friends at the old mill, who open every day of the week."
NOTE = "Sign up for our newsletter"
RULES = f"""
["{RULED}"]
keep = ["Sign up for our *"]
drop = ["The weather is brought to you by *"]
title = "h2.headline"
date = "p.stamp"
date_format = "%d/%m/%Y %H:%M"
time_zone = "Europe/Vienna"
"""


@dataclass(frozen=True, kw_only=True)
class Day:
    """What was published, by host; and how many blocks `/metrics` says that the operator's rules cut."""

    documents: dict[str, Document]
    cut_by_user: float


@pytest.fixture(scope="module")
def day(kafka: Any, tmp_path_factory: pytest.TempPathFactory) -> Day:
    rules = tmp_path_factory.mktemp("rules")
    (rules / "sites.toml").write_text(RULES, encoding="utf-8")
    return asyncio.run(live(House(kafka.bootstrap, **{"clean.rules": str(rules)})))


def page(title: str) -> bytes:
    shown = f'<h2 class="headline">{title}, as the desk has it</h2><p class="stamp">04/07/2026 18:30</p>'
    markup = story(title).decode().replace("</h1>", f"</h1>{shown}", 1)
    return markup.replace("</p></article>", f"</p><p>{PARTNER}</p><p>{NOTE}</p></article>").encode()


async def live(house: House) -> Day:
    async with Newsroom().open(RULED, OTHER) as room:
        await house.make_topics()
        for host in (RULED, OTHER):
            title = f"The ferries of {host}"
            room.feed(host, "/feed", (room.put(host, "/story", page(title)), title))
        await house.subscribe(*(room.url(host, "/feed") for host in (RULED, OTHER)))
        async with house.running() as replica:
            outcomes = await house.until_settled(2)
            cut = await replica.metric('cleanwire_cleaner_lines_removed_total{kind="user"}')
    return Day(
        documents={urlsplit(document.url).hostname or "": document for document in outcomes.documents}, cut_by_user=cut
    )


def test_blocks_stay_and_go_as_the_operator_says(day: Day) -> None:
    ruled = day.documents[RULED]
    assert NOTE in ruled.body
    assert PARTNER not in ruled.body
    assert [(cut.rule, cut.text) for cut in ruled.removed if cut.reason == "user"] == [(f"user/{RULED}/1", PARTNER)]
    assert day.cut_by_user == 1


def test_title_and_time_are_found_where_the_operator_says(day: Day) -> None:
    ruled = day.documents[RULED]
    assert ruled.title == f"The ferries of {RULED}, as the desk has it"
    assert ruled.published_at == datetime(2026, 7, 4, 16, 30, tzinfo=UTC)
    assert {ruled.provenance[name].source for name in ("title", "published_at")} == {"user"}


def test_the_document_tells_which_rules_made_it(day: Day) -> None:
    assert "+" in day.documents[RULED].pipeline.rules_version
    assert "+" not in day.documents[OTHER].pipeline.rules_version


def test_other_sites_know_nothing_of_the_rules(day: Day) -> None:
    other = day.documents[OTHER]
    assert other.title == f"The ferries of {OTHER}"
    assert NOTE not in other.body
    assert not [cut for cut in other.removed if cut.reason == "user"]
