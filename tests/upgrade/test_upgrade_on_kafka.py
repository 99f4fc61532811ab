"""A full installation of 0.1.0, killed in the middle of its work, goes on with this version: nothing lost or twice."""

import base64
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleanwire.records.document import Document
from cleanwire.records.feed import Feed
from services import process
from services.house import House, until
from services.newsroom import RSS, Newsroom, Reply, Request, rss, story
from upgrade import earlier

pytestmark = [pytest.mark.yardstick, pytest.mark.kafka, pytest.mark.timeout(600)]

PLAIN, PRIVATE, INDEX, SLOW, BROKEN, LIST = (f"127.0.61.{number}" for number in range(1, 7))
SECRETS = ("hunter2", "hunter3", "hunter4")


class Town:
    """Sites with a feed each; `titles` are all that a reader is to see, `broken` what he is not."""

    def __init__(self, room: Newsroom) -> None:
        self.room = room
        self.titles: list[str] = []
        self.broken: list[str] = []
        self.refused = 0  # polls without the right password
        self._items: dict[str, list[tuple[str, str]]] = {}
        self._private: list[tuple[str, str]] = []

    def publish(self, name: str, count: int) -> None:
        """Put `count` new stories on each site and into its feed; `name` parts them from others."""
        for host in (PLAIN, SLOW, LIST):
            hang_s = 0.3 if host == SLOW else 0.0
            for number in range(count):
                self._story(host, f"Story {name} {number} of {host}", f"/{name}-{number}", hang_s)
            self.room.feed(host, "/feed", *self._items[host], *(self._items[PLAIN] if host == LIST else ()))
        for number in range(count):
            title = f"Private story {name} {number}"
            self.room.put(PRIVATE, f"/{name}-{number}", story(title))
            self._private.insert(0, (f"/{name}-{number}", title))  # links that are relative to the feed's address
            self.titles.append(title)
        self.room.put(PRIVATE, "/feed", self._to_readers)
        for number in range(count):
            self._story(INDEX, f"Mapped story {name} {number}", f"/{name}-{number}", 0.0)
        self._map()
        missing = self.room.url(BROKEN, f"/{name}-missing")
        self.broken.append(missing)
        self._items.setdefault(BROKEN, []).insert(0, (missing, f"A story {name} that is not there"))
        self.room.feed(BROKEN, "/feed", *self._items[BROKEN])

    def feeds(self, password: str = "hunter2") -> str:
        """Return the list of feeds as an operator of 0.1.0 wrote it."""
        private = self.room.url(PRIVATE, "/feed?apikey=hunter3&part=1").replace("://", f"://reader:{password}@")
        others = [self.room.url(host, "/feed") for host in (PLAIN, SLOW, BROKEN, LIST)]
        return "\n".join([private, self.room.url(INDEX, "/index.xml"), *others]) + "\n"

    async def until_polled_twice(self, since: float) -> None:
        """Wait until each feed and sitemap was asked for twice since then."""

        async def polled() -> bool:
            for host, path in self._feeds():
                if len([request for request in self.room.asked(host, path) if request.at >= since]) < 2:
                    return False
            return True

        await until(polled, what=lambda: "two polls of each feed")

    @staticmethod
    def _feeds() -> list[tuple[str, str]]:
        return [(INDEX, "/news.xml"), *((host, "/feed") for host in (PLAIN, PRIVATE, SLOW, BROKEN, LIST))]

    def _story(self, host: str, title: str, path: str, hang_s: float) -> None:
        link = self.room.put(host, path, Reply(body=story(title), hang_s=hang_s))
        self._items.setdefault(host, []).insert(0, (link, title))
        self.titles.append(title)

    def _to_readers(self, request: Request) -> Reply:
        allowed = {"Basic " + base64.b64encode(f"reader:{word}".encode()).decode() for word in SECRETS}
        if request.headers.get("authorization") not in allowed:
            self.refused += 1
            return Reply(status=401)
        return Reply(body=rss(*self._private, title="Private"), content_type=RSS)

    def _map(self) -> None:
        ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        news = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        pages = "".join(
            f"<url><loc>{link}</loc><news:news><news:title>{title}</news:title></news:news></url>"
            for link, title in self._items[INDEX]
        )
        self.room.put(
            INDEX, "/news.xml", Reply(body=f"<urlset {ns} {news}>{pages}</urlset>".encode(), content_type=RSS)
        )
        listed = f"<sitemap><loc>{self.room.url(INDEX, '/news.xml')}</loc></sitemap>"
        index = f"<sitemapindex {ns}>{listed}</sitemapindex>"
        self.room.put(INDEX, "/index.xml", Reply(body=index.encode(), content_type=RSS))


def shown(house_documents: list[Document]) -> str:
    return msgspec.json.encode(house_documents).decode()


async def test_a_full_installation_of_the_release_goes_on_without_loss_or_repetition(
    kafka: Any, tmp_path: Path
) -> None:
    services = earlier.unpack_or_skip(tmp_path / "release")
    house = House(kafka.bootstrap)
    listing = tmp_path / "feeds.txt"
    async with Newsroom().open(PLAIN, PRIVATE, INDEX, SLOW, BROKEN, LIST) as room:
        town = Town(room)
        town.publish("first", 8)
        listing.write_text(town.feeds())
        await house.make_topics()
        old = {**house.environment(), "PYTHONPATH": str(services)}
        with process.running(old, tmp_path, "old", str(listing)) as release:
            await house.until_settled(20)
            release.kill()
        before = await house.outcomes()
        assert len(before.documents) < len(town.titles), "nothing was left in flight"
        assert {document.pipeline.version for document in before.documents} == {earlier.RELEASED}
        town.publish("second", 2)
        earlier.run(  # a command in flight, too
            services, "-m", "cleanwire", "feeds", "poll", room.url(PLAIN, "/feed"), environment=house.environment()
        )
        ids = {message.key for message in await house.read(house.topics.feeds)}
        told = len(town.titles) + len(town.broken)

        for turn in range(2):  # the same list twice
            with process.running(house.environment(), tmp_path, f"new{turn}", str(listing)) as ours:
                await house.until_settled(told)
                await town.until_polled_twice(time.time())
                assert ours.books().balanced
                log = ours.log.read_text()
                assert "partition_failed" not in log
                assert "feed_secrets_moved" in log or turn
                assert not any(secret in log for secret in SECRETS)

        listing.write_text(town.feeds(password="hunter4"))  # a changed password in the list
        town.publish("third", 1)
        with process.running(house.environment(), tmp_path, "changed", str(listing)):
            await house.until_settled(len(town.titles) + len(town.broken))
            await town.until_polled_twice(time.time())
            outcomes = await house.outcomes()

        assert outcomes.titles() == dict.fromkeys(town.titles, 1)
        assert outcomes.reasons() == {url: ["http_client_error"] for url in town.broken}
        assert outcomes.each_once()
        assert town.refused == 0
        ours_alone = [document for document in outcomes.documents if document.pipeline.version != earlier.RELEASED]
        assert len(ours_alone) > 10
        assert not any(secret in shown(ours_alone) for secret in SECRETS)
        feeds: dict[bytes, Feed] = {}
        for message in await house.read(house.topics.feeds):
            assert message.value is not None, "a feed was taken for another one"
            feeds[message.key or b""] = msgspec.json.decode(message.value, type=Feed)
        assert set(feeds) == ids
        private = next(feed for feed in feeds.values() if "part=1" in feed.url)
        assert "@" not in private.url
        assert private.options.auth == ("reader", "hunter4")
