"""What sites say about AI and text mining, from their files and headers into documents, politely."""

from collections.abc import Callable
from itertools import pairwise

import msgspec
import pytest

from cleanwire.records.document import Rights
from services.house import House
from services.newsroom import HTML, Newsroom, Reply, story

pytestmark = pytest.mark.kafka
Houses = Callable[..., House]
TDMREP = "/.well-known/tdmrep.json"
ROBOTS = b"User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nContent-Usage: train-ai=n\nDisallow: /private/\n"
CLOSED = b"User-agent: *\nDisallow: /.well-known/\n"


def publish(room: Newsroom, host: str, robots: bytes, *titles: str) -> str:
    room.put(host, "/robots.txt", Reply(body=robots, content_type="text/plain"))
    rules = [{"location": "/", "tdm-reservation": 1, "tdm-policy": "/terms"}]
    room.put(host, TDMREP, Reply(body=msgspec.json.encode(rules), content_type="application/json"))
    headers = {"x-robots-tag": "noimageai"}
    links = [
        (room.put(host, f"/{n}", Reply(body=story(title), content_type=HTML, headers=headers)), title)
        for n, title in enumerate(titles)
    ]
    return room.feed(host, "/feed", *links)


async def test_documents_say_what_their_site_says(house_of: Houses) -> None:
    house = house_of(clean__site_spacing_s=2.0)
    said, closed = "127.0.16.1", "127.0.16.2"
    async with Newsroom().open(said, closed) as room:
        await house.make_topics()
        await house.subscribe(publish(room, said, ROBOTS, "One", "Two", "Three"), publish(room, closed, CLOSED, "Four"))
        async with house.running():
            outcomes = await house.until_settled(4)
        documents = {document.title: document.rights for document in outcomes.documents}
        reserved = Rights(
            tdm_reservation=True,
            tdm_policy=room.url(said, "/terms"),
            robots="noimageai",
            ai="noimageai",
            ai_disallowed=("GPTBot",),
            usage="train-ai=n",
        )
        only_headers = Rights(robots="noimageai", ai="noimageai")
        assert documents == {"One": reserved, "Two": reserved, "Three": reserved, "Four": only_headers}
        assert len(room.asked(said, TDMREP)) == 1
        assert room.asked(closed, TDMREP) == []
        cleaner = [r.at for r in room.requests if r.host == said and r.path not in ("/robots.txt", "/feed")]
        assert len(cleaner) == 4
        pauses = [later - earlier for earlier, later in pairwise(cleaner)]
        assert min(pauses[1:]) >= 1.5, "between pages"
        assert pauses[0] < 1.5, "the first page does not wait for the site's rules"


async def test_a_site_that_answers_429_to_the_question_is_left_alone_and_its_page_read_later(house_of: Houses) -> None:
    house = house_of()
    host = "127.0.16.3"
    async with Newsroom().open(host) as room:
        feed = publish(room, host, ROBOTS, "One")
        room.put(host, TDMREP, Reply(status=429, headers={"retry-after": "2"}))
        await house.make_topics()
        await house.subscribe(feed)
        async with house.running():
            outcomes = await house.until_settled(1)
        [asked], [read] = room.asked(host, TDMREP), room.asked(host, "/0")
        assert read.at - asked.at >= 1.9
        assert outcomes.titles() == {"One": 1}


async def test_the_question_can_be_switched_off(house_of: Houses) -> None:
    house = house_of(fetch__tdmrep=False)
    host = "127.0.16.4"
    async with Newsroom().open(host) as room:
        feed = publish(room, host, ROBOTS, "One")
        await house.make_topics()
        await house.subscribe(feed)
        async with house.running():
            [document] = (await house.until_settled(1)).documents
        assert room.asked(host, TDMREP) == []
        assert document.rights is not None
        assert document.rights.tdm_reservation is None
        assert document.rights.ai_disallowed == ("GPTBot",)
