"""The way of an article can be followed as spans, and whatever happens to those, documents come."""

import asyncio
import subprocess
import sys
from collections.abc import Callable

import pytest

from cleanwire.records import traceparent
from services.collector import Collector, Received
from services.house import House, until
from services.newsroom import Newsroom, Reply, story

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]
HOST = "127.0.14.70"
INTERNAL, CLIENT, PRODUCER, CONSUMER = 1, 3, 4, 5
Houses = Callable[..., House]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


async def test_an_article_is_followed_from_its_feed_to_its_document(house_of: Houses) -> None:
    async with Collector().open() as collector, Newsroom().open(HOST) as room:
        house = house_of(
            **{
                "tracing.endpoint": collector.endpoint,
                "tracing.secret_headers": "x-token=not-for-logs",
                "clean.revisit_s": "",
            }
        )
        page = room.put(HOST, "/bridge", story("The bridge opens"))
        gone = room.put(HOST, "/gone", Reply(status=403))
        feed = room.feed(HOST, "/feed", (page, "The bridge opens"), (gone, "Gone"))
        await house.make_topics()
        await house.subscribe(f"{feed}?token=aSecretOfTheFeed")
        async with house.running() as replica:
            await house.until_settled(2)
            written = (f"send {house.topics.documents}", f"send {house.topics.rejected}")
            await collector.until_named("poll", f"send {house.topics.entries}", *written)
            exported = await replica.metric('cleanwire_service_spans_total{fate="exported"}')
        (document,) = await house.read(house.topics.documents)
        asked = [request.headers for request in room.requests]

    of = traceparent.parse(document.header("traceparent"))
    assert of is not None
    assert of.sampled
    spans = {span.id: span for span in collector.spans if span.trace_id == of.trace_id}

    def chain(span: Received) -> list[str]:
        return [span.name, *(chain(spans[span.parent_id]) if span.parent_id else [])]

    process = f"process {house.topics.entries}"
    ways = sorted(chain(span) for span in spans.values())
    assert ways == sorted(
        [
            ["poll"],
            ["GET", "poll"],
            [f"send {house.topics.entries}", "poll"],
            *[[process, "poll"], ["GET", process, "poll"]] * 2,
            ["clean", process, "poll"],
            [f"send {house.topics.documents}", process, "poll"],
            [f"send {house.topics.rejected}", process, "poll"],
        ]
    )
    tried = spans[of.span_id]
    assert (tried.name, tried.kind) == (process, CONSUMER)
    under = {span.name: span for span in spans.values() if span.parent_id == tried.id}
    assert under["GET"].kind == CLIENT
    assert under["GET"].attributes.items() >= {
        ("http.request.method", "GET"),
        ("http.response.status_code", 200),
        ("server.address", HOST),
        ("url.full", page),
    }
    sent = under[f"send {house.topics.documents}"]
    assert sent.kind == PRODUCER
    assert sent.attributes.items() >= {
        ("messaging.system", "kafka"),
        ("messaging.operation.type", "send"),
        ("messaging.destination.name", house.topics.documents),
        ("messaging.destination.partition.id", str(document.partition)),
    }
    assert under["clean"].kind == INTERNAL
    assert tried.began <= under["GET"].ended <= under["clean"].ended <= sent.ended
    assert all(span.began <= span.ended for span in spans.values())
    failures = {span.name: span.attributes["error.type"] for span in spans.values() if span.failed}
    assert failures == {"GET": "403", process: "http_client_error"}

    (poll,) = [span for span in spans.values() if span.name == "poll"]
    assert poll.attributes["url.full"] == f"{feed}?token=***"
    assert poll.attributes["cleanwire.poll.entries"] == 2
    assert poll.about["service.name"] == house.settings.service.installation
    assert collector.headers["x-token"] == "not-for-logs"
    assert exported > 0
    told = {name.lower() for headers in asked for name in headers}
    assert "traceparent" not in told, "publishers are told nothing"


@pytest.mark.parametrize("there", [True, False], ids=["hangs", "is away"])
async def test_documents_flow_and_the_service_ends_whatever_the_collector_does(house_of: Houses, there: bool) -> None:
    async with Collector(hangs=True).open() as collector, Newsroom().open(HOST) as room:
        house = house_of(**{"tracing.endpoint": collector.endpoint if there else "http://127.0.0.1:9"})
        page = room.put(HOST, "/bridge", story("The bridge opens"))
        await house.make_topics()
        await house.subscribe(room.feed(HOST, "/feed", (page, "The bridge opens")))
        async with house.running() as replica:
            await house.until_settled(1)
            if there:
                async with asyncio.timeout(30):
                    await collector.asked.wait()
            failed = 'cleanwire_service_spans_total{fate="failed"}'

            async def counted() -> bool:
                return await replica.metric(failed) > 0

            await until(counted, what=lambda: "spans that nobody took, counted")
            room.put(HOST, "/ferry", story("The ferry sails"))
            room.feed(HOST, "/feed", (page, "The bridge opens"), (room.url(HOST, "/ferry"), "The ferry sails"))
            outcomes = await house.until_settled(2)
            began = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - began < 12
    assert outcomes.titles() == {"The bridge opens": 1, "The ferry sails": 1}


async def test_what_is_not_chosen_is_not_recorded(house_of: Houses) -> None:
    async with Collector().open() as collector, Newsroom().open(HOST) as room:
        house = house_of(**{"tracing.endpoint": collector.endpoint, "tracing.sample": 0})
        await house.make_topics()
        page = room.put(HOST, "/bridge", story("The bridge opens"))
        await house.subscribe(room.feed(HOST, "/feed", (page, "The bridge opens")))
        async with house.running():
            await house.until_settled(1)
        (document,) = await house.read(house.topics.documents)
    found = traceparent.parse(document.header("traceparent"))
    assert found is not None
    assert not found.sampled
    assert not collector.spans


def test_nothing_of_it_is_loaded_while_it_is_off() -> None:
    program = "import sys, cleanwire.runtime, cleanwire.cli; print([m for m in sys.modules if 'opentelemetry' in m])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() == "[]"
