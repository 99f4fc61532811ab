"""A service that polls rarely and a hub that pushes: entries come at once, each once; only what is genuine counts."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from html import escape
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from cleanwire.records.command import Action
from cleanwire.records.feed import Entry, Feed
from cleanwire.records.websub import HubState, Subscription
from cleanwire.stream.messages import Message
from services.house import House, Replica, until, until_true
from services.newsroom import RSS, Newsroom, Reply, rss, story
from websub.hub import CALLBACK, Hub

pytestmark = pytest.mark.kafka
Houses = Callable[..., House]
RARE = {"poll.min_interval_s": 3600, "poll.first_interval_s": 3600, "poll.max_interval_s": 86_400}
PUSHED = {
    "websub.callback_url": CALLBACK,
    "websub.secret": "not a secret, but long enough",
    "websub.host": "127.0.0.1",
    "websub.port": 0,
    "websub.min_interval_s": 1,
    "websub.retry_s": 0.5,
}
VERIFIED = ("subscribe", 200, "a challenge <b>")
LEFT = ("unsubscribe", 200, "a challenge <b>")


class Press:
    """A site with a feed that names a hub."""

    def __init__(self, house: House, room: Newsroom, hub: Hub, host: str) -> None:
        self.house, self.room, self.hub, self.host = house, room, hub, host
        self.items: list[tuple[str, str]] = []
        self.topic = room.url(host, "/feed")

    def publish(self, title: str) -> None:
        """Put a story into the feed."""
        link = self.room.put(self.host, f"/{len(self.items)}", story(title))
        self.items.insert(0, (link, title))
        self.announce()

    def announce(self, *, hub: bool = True, topic: str | None = None) -> None:
        """Write the feed anew, with these links."""
        links = f'<atom:link rel="self" href="{escape(topic or self.topic)}"/>'
        if hub:
            links += f'<atom:link rel="hub" href="{self.hub.url}"/>'
        body = rss(*self.items).replace(b"<description>", links.encode() + b"<description>", 1)
        body = body.replace(b"<rss ", b'<rss xmlns:atom="http://www.w3.org/2005/Atom" ', 1)
        self.room.put(self.host, "/feed", Reply(body=body, content_type=RSS))

    def polls(self) -> int:
        return len(self.room.asked(self.host, "/feed"))

    async def until_found(self, *titles: str) -> None:
        """Wait until these entries were passed on, and see that they were so once."""
        topic = self.house.topics.entries
        await self.house.until_read(
            lambda entries: set(titles_of(entries)) >= set(titles), topic, what=lambda: f"{titles} in the entries"
        )
        assert sorted(titles_of(await self.house.read(topic))) == sorted(titles)

    async def subscriptions(self) -> list[Subscription]:
        """Return what the table holds."""
        return held(await self.house.read(self.house.topics.websub))

    async def until_states(self, *wanted: HubState) -> None:
        """Wait until the table holds subscriptions in these states."""
        await self.house.until_read(
            lambda messages: sorted(sub.state for sub in held(messages)) == sorted(wanted),
            self.house.topics.websub,
            what=lambda: f"subscriptions {wanted}",
        )


def titles_of(entries: list[Message]) -> list[str]:
    return [msgspec.json.decode(message.value or b"", type=Entry).title or "" for message in entries]


def held(messages: list[Message]) -> list[Subscription]:
    """Return the subscriptions of a table."""
    kept = {message.key: message.value for message in messages}
    return [msgspec.json.decode(value, type=Subscription) for value in kept.values() if value is not None]


@contextlib.asynccontextmanager
async def press(house: House, host: str, **hub: Any) -> AsyncIterator[Press]:
    async with Newsroom().open(host) as room, Hub(host=host, **hub).open() as opened:
        await house.make_topics()
        yield Press(house, room, opened, host)


@contextlib.asynccontextmanager
async def running(house: House, hub: Hub) -> AsyncIterator[Replica]:
    """Run a replica that `hub` calls."""
    async with house.running() as replica:
        assert replica.running is not None
        assert replica.running.callback_port is not None
        hub.callback_port = replica.running.callback_port
        yield replica


@contextlib.asynccontextmanager
async def subscribed(house: House, at: Press, *, hub: Hub | None = None) -> AsyncIterator[tuple[Replica, Feed]]:
    """Run a replica that has polled the feed once, and whose subscription is verified."""
    [feed] = await house.subscribe(at.topic)
    async with running(house, hub or at.hub) as replica:
        await at.until_states(HubState.ACTIVE)
        yield replica, feed


@pytest.fixture
def house(house_of: Houses) -> House:
    return house_of(**RARE, **PUSHED)


async def test_a_pushed_story_becomes_a_document_long_before_the_next_poll(house: House) -> None:
    async with press(house, "127.0.14.1") as at:
        at.publish("Known before")
        async with subscribed(house, at) as (replica, _):
            [form] = at.hub.asked("subscribe")
            await at.hub.until(lambda: at.hub.answers)
            assert at.hub.answers == [VERIFIED]
            assert form["hub.topic"] == at.topic
            assert form["hub.callback"].startswith(f"{CALLBACK}/")
            assert int(form["hub.lease_seconds"]) == 864_000
            at.publish("Just happened")
            assert (await at.hub.push(form)).status_code == 202
            outcomes = await house.until_settled(2, within_s=20)
            assert await replica.metric('cleanwire_poller_websub_pushes_total{outcome="accepted"}') == 1
            assert await replica.metric('cleanwire_poller_websub_subscriptions{state="active"}') == 1
        assert outcomes.titles() == {"Known before": 1, "Just happened": 1}
        assert at.polls() == 2


async def test_many_pushes_of_one_story_bring_it_once_and_few_polls(house: House) -> None:
    async with press(house, "127.0.14.2") as at:
        at.publish("First")
        async with subscribed(house, at):
            [form] = at.hub.asked("subscribe")
            at.publish("Second")
            replies = await asyncio.gather(*(at.hub.push(form, b"%d" % n) for n in range(40)))
            assert {reply.status_code for reply in replies} == {202}
            await at.until_found("First", "Second")
        asked = [request.at for request in at.room.asked(at.host, "/feed")]
        assert len(asked) <= 4
        assert min(later - earlier for earlier, later in pairwise(asked)) >= 0.9


async def test_what_is_not_genuine_is_ignored_and_counted(house: House) -> None:
    async with press(house, "127.0.14.3") as at:
        at.publish("First")
        async with subscribed(house, at) as (replica, _):
            [form] = at.hub.asked("subscribe")
            at.publish("Second")
            for method, secret in (("sha256", "guessed"), ("", None), ("md5", None), ("sha1", form["hub.callback"])):
                assert (await at.hub.push(form, method=method, secret=secret)).status_code == 202
            elsewhere = {**form, "hub.callback": form["hub.callback"][:-4] + "0000"}
            assert (await at.hub.push(elsewhere)).status_code == 404
            assert (await at.hub.push(form, b"x" * 11_000_000)).status_code == 413
            assert await replica.metric('cleanwire_poller_websub_pushes_total{outcome="bad_signature"}') == 4
            assert await replica.metric('cleanwire_poller_websub_pushes_total{outcome="unknown"}') == 1
            assert await replica.metric('cleanwire_poller_websub_pushes_total{outcome="too_large"}') == 1
            assert at.polls() == 1
            for method in ("sha1", "sha384", "sha512"):  # genuine ones by the other methods
                assert (await at.hub.push(form, method=method)).status_code == 202
            await at.until_found("First", "Second")
            assert await replica.metric('cleanwire_poller_websub_pushes_total{outcome="accepted"}') == 3


async def test_no_log_line_holds_a_secret_or_an_address_that_works(house: House) -> None:
    async with press(house, "127.0.14.16") as at:
        at.publish("First")
        with capture_logs() as lines:
            async with subscribed(house, at):
                [form] = at.hub.asked("subscribe")
                at.publish("Second")
                await at.hub.push(form, secret="guessed")
                await at.hub.push(form)
                await at.until_found("First", "Second")
        events = {line["event"] for line in lines}
        assert {"hub_asked", "hub_verified", "hub_questioned", "push_received", "command_done"} <= events
        for hidden in (form["hub.secret"], form["hub.callback"].rpartition("/")[2], PUSHED["websub.secret"]):
            assert str(hidden) not in str(lines)


async def test_only_what_we_asked_for_is_verified(house: House) -> None:
    async with press(house, "127.0.14.4", verifies=False) as at:
        at.publish("First")
        await house.subscribe(at.topic)
        async with running(house, at.hub):
            await at.hub.until(lambda: at.hub.requests)
            form = at.hub.requests[0]
            wrong = [
                at.hub.call(form, "subscribe", hub_topic="https://other.example/feed"),
                at.hub.call(form, "unsubscribe"),
                at.hub.call(form, "subscribe", hub_challenge=""),
                at.hub.call({**form, "hub.callback": f"{CALLBACK}/{'0' * 32}-{'0' * 16}/{'0' * 40}"}, "subscribe"),
            ]
            assert [reply.status_code for reply in await asyncio.gather(*wrong)] == [404] * 4
            await at.until_states(HubState.WANTED)
            await at.hub.until(lambda: len(at.hub.requests) > 1)  # no verification came: asked again
            assert {asked["hub.callback"] for asked in at.hub.requests} == {form["hub.callback"]}
            reply = await at.hub.call(form, "subscribe")
            assert (reply.status_code, reply.text) == (200, "a challenge <b>")
            assert reply.headers["content-type"].startswith("text/plain")
            await at.until_states(HubState.ACTIVE)
            assert (await at.hub.call(form, "denied", hub_reason="closed")).status_code == 200
            await at.until_states(HubState.REFUSED)


async def test_a_lease_is_renewed_before_it_ends_and_survives_a_restart(house: House) -> None:
    async with press(house, "127.0.14.5", lease_s=2) as at:
        at.publish("First")
        async with subscribed(house, at):
            await at.hub.until(lambda: len(at.hub.asked("subscribe")) >= 3)
        [before] = await at.subscriptions()
        asked = len(at.hub.requests)
        at.hub.lease_s = 3600
        async with running(house, at.hub):
            await at.hub.until(lambda: len(at.hub.requests) > asked)
            assert at.hub.requests[-1] == at.hub.requests[0]  # the same address and secret

            async def renewed() -> bool:
                [now] = await at.subscriptions()
                return (now.lease_until or 0.0) > (before.lease_until or 0.0) + 1800

            await until(renewed, what=lambda: "a longer lease")
            at.publish("Second")
            await at.hub.push(at.hub.requests[0])
            await at.until_found("First", "Second")


async def test_a_push_to_a_replica_that_does_not_own_the_feed_reaches_its_owner(house_of: Houses) -> None:
    house = house_of(**RARE, **PUSHED, **{"kafka.partitions": 1})
    async with press(house, "127.0.14.6") as at:
        at.publish("First")
        async with subscribed(house, at) as (first, _), running(house, at.hub) as second:
            await asyncio.gather(first.until_joined(), second.until_joined())
            form = at.hub.asked("subscribe")[-1]  # whoever takes the feed over meanwhile asks once more
            for replica, title in ((first, "Second"), (second, "Third")):
                assert replica.running is not None
                at.hub.callback_port = replica.running.callback_port or 0
                at.publish(title)

                async def accepted() -> bool:
                    return (await at.hub.push(form)).status_code == 202

                await until(accepted, what=lambda: "a push accepted")  # until its directory is loaded it says 503
                await at.until_found("First", "Second", *["Third"] * (title == "Third"))


async def test_the_hub_is_told_when_a_feed_pauses_resumes_and_is_removed(house: House) -> None:
    async with press(house, "127.0.14.7") as at:
        at.publish("First")
        async with subscribed(house, at) as (_, feed):
            await house.ask(Action.PAUSE, feed)
            await at.until_states(HubState.RESTING)
            [form] = at.hub.asked("unsubscribe")
            assert (form["hub.topic"], form["hub.callback"]) == (at.topic, at.hub.requests[0]["hub.callback"])
            assert "hub.secret" not in form
            await at.hub.until(lambda: at.hub.answers[-1] == LEFT)
            assert (await at.hub.push(at.hub.requests[0])).status_code == 404
            await house.ask(Action.RESUME, feed)
            await at.until_states(HubState.ACTIVE)
            await house.unsubscribe(feed)
            await at.until_states()
            await at.hub.until(lambda: at.hub.answers[-1] == LEFT)
            assert (await at.hub.call(at.hub.requests[0], "subscribe")).status_code == 404


async def test_another_topic_is_subscribed_and_the_old_one_left(house: House) -> None:
    async with press(house, "127.0.14.8") as at:
        at.publish("First")
        async with subscribed(house, at) as (_, feed):
            at.announce(topic=f"{at.topic}?v=2")
            await house.ask(Action.POLL_NOW, feed)
            await at.hub.until(lambda: len(at.hub.answers) == 3)
            assert [form["hub.topic"] for form in at.hub.asked("subscribe")] == [at.topic, f"{at.topic}?v=2"]
            assert [form["hub.topic"] for form in at.hub.asked("unsubscribe")] == [at.topic]
            await at.until_states(HubState.ACTIVE)
            at.announce(hub=False)
            await house.ask(Action.POLL_NOW, feed)
            await at.until_states()
            assert [form["hub.topic"] for form in at.hub.asked("unsubscribe")] == [at.topic, f"{at.topic}?v=2"]


async def test_a_hub_inside_is_never_called_not_even_by_a_redirect(house_of: Houses) -> None:
    house = house_of(**RARE, **PUSHED, **{"fetch.allow_private": "127.0.14.0/24"})
    async with Hub(host="127.0.15.1").open() as inside:
        async with press(house, "127.0.14.9", status=307, headers={"location": inside.url}) as at:
            at.publish("First")
            await house.subscribe(at.topic)
            async with running(house, at.hub) as replica:
                failed = 'cleanwire_poller_websub_hub_requests_total{mode="subscribe",reply="failed"}'

                async def counted() -> bool:
                    return await replica.metric(failed) >= 1

                await until(counted, what=lambda: "a failed request")
        assert at.hub.requests != []
        assert inside.requests == []


async def test_a_redirect_that_keeps_the_method_is_followed(house: House) -> None:
    async with (
        Hub(host="127.0.14.10").open() as other,
        press(house, "127.0.14.11", status=308, headers={"location": other.url}) as at,
    ):
        at.publish("First")
        async with subscribed(house, at, hub=other):
            assert other.requests == at.hub.requests


async def test_a_hub_that_says_no_is_left_alone_and_the_feed_polled_on(house_of: Houses) -> None:
    house = house_of(**PUSHED)
    async with press(house, "127.0.14.12", status=403) as at:
        at.publish("First")
        await house.subscribe(at.topic)
        async with running(house, at.hub):
            await at.until_states(HubState.REFUSED)
            at.publish("Second")
            await at.until_found("First", "Second")
        assert len(at.hub.requests) == 1


async def test_a_hub_that_hangs_holds_up_nothing_and_is_asked_again(house_of: Houses) -> None:
    house = house_of(**PUSHED, **{"fetch.timeout_s": 1})
    async with press(house, "127.0.14.15", hang_s=60, verifies=False) as at:
        at.publish("First")
        await house.subscribe(at.topic)
        async with running(house, at.hub):
            await at.hub.until(lambda: at.hub.requests)
            at.publish("Second")
            await at.until_found("First", "Second")
            await at.hub.until(lambda: len(at.hub.requests) >= 2)
            await at.until_states(HubState.WANTED)


async def test_entries_that_were_never_pushed_bring_the_feeds_own_rhythm_back(house_of: Houses) -> None:
    often = {"poll.min_interval_s": 1, "poll.first_interval_s": 1, "poll.max_interval_s": 1.2}
    house = house_of(**often, **PUSHED, **{"websub.check_interval_s": 60})
    async with press(house, "127.0.14.13") as at:
        at.publish("First")
        async with subscribed(house, at) as (replica, feed):
            polls = at.polls()
            await until_true(lambda: at.polls() >= polls + 2, what=lambda: "polls since the verification")
            at.publish("Never pushed")
            await house.ask(Action.POLL_NOW, feed)

            async def missed() -> bool:
                return await replica.metric("cleanwire_poller_websub_pushes_missed_total") == 1

            await until(missed, what=lambda: "a push missed")
            await at.hub.until(lambda: len(at.hub.asked("subscribe")) >= 2)


async def test_without_a_callback_address_hubs_are_left_alone(house_of: Houses) -> None:
    house = house_of()
    async with press(house, "127.0.14.14") as at:
        at.publish("First")
        await house.subscribe(at.topic)
        async with house.running() as replica:
            assert replica.running is not None
            assert replica.running.callback_port is None
            await until_true(lambda: at.polls() >= 3, what=lambda: "three polls")
        assert at.hub.requests == []
        assert await at.subscriptions() == []
