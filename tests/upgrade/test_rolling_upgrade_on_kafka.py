"""0.1.0 and this version work beside each other in one group, forwards and back: nothing is lost or comes twice.

The load is the sites': each poll of a feed finds a story that was not there before.
"""

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cleanwire import __version__
from services import process
from services.house import House, until, until_true
from services.newsroom import RSS, Newsroom, Reply, Request, rss, story
from upgrade import earlier

pytestmark = [pytest.mark.yardstick, pytest.mark.kafka, pytest.mark.timeout(600)]

HOSTS = tuple(f"127.0.62.{number}" for number in range(1, 9))
ENOUGH = 6  # documents of a version that show that it works


class Flow:
    """Sites whose feeds have a new story at each poll, until `ends`; `titles` are all that a reader is to see."""

    def __init__(self, room: Newsroom) -> None:
        self.titles: list[str] = []
        self.flows = True
        self._room = room
        self._items: dict[str, list[tuple[str, str]]] = {host: [] for host in HOSTS}
        self.feeds = [room.put(host, "/feed", self._poll) for host in HOSTS]

    async def until_polled_twice(self) -> None:
        """End the flow, and wait until each feed was read twice after that."""
        self.flows = False
        since = time.time()

        def polled() -> bool:
            return all(sum(asked.at >= since for asked in self._room.asked(host, "/feed")) >= 2 for host in HOSTS)

        await until_true(polled, what=lambda: "two polls of each feed")

    def _poll(self, request: Request) -> Reply:
        items = self._items[request.host]
        if self.flows:
            title = f"Story {len(items)} of {request.host}"
            items.insert(0, (self._room.put(request.host, f"/{len(items)}", story(title)), title))
            self.titles.append(title)
        return Reply(body=rss(*items), content_type=RSS)


async def versions(house: House) -> Counter[str]:
    """Count documents by the version that made them."""
    return Counter(document.pipeline.version for document in await house.documents())


async def until_work_of(house: House, *wanted: str) -> None:
    """Wait until each of these versions has published some more."""
    before = await versions(house)

    async def published() -> bool:
        now = await versions(house)
        return all(now[version] - before[version] >= ENOUGH for version in wanted)

    await until(published, within_s=120, every_s=0.5, what=lambda: f"documents of {wanted}, beyond {before}")


async def test_replicas_of_the_release_and_of_this_version_share_the_work_forwards_and_back(
    kafka: Any, tmp_path: Path
) -> None:
    services = earlier.unpack_or_skip(tmp_path / "release")
    house = House(kafka.bootstrap)
    new = house.environment()
    old = {**new, "PYTHONPATH": str(services)}
    async with Newsroom().open(*HOSTS) as room:
        flow = Flow(room)
        await house.make_topics()
        await house.subscribe(*flow.feeds)
        with process.running(old, tmp_path, "old") as release:
            await until_work_of(house, earlier.RELEASED)
            with process.running(new, tmp_path, "new") as ours:
                await until_work_of(house, earlier.RELEASED, __version__)
                assert release.terminate(30)[0] == 0
                await until_work_of(house, __version__)
                with process.running(old, tmp_path, "again") as back:
                    await until_work_of(house, earlier.RELEASED, __version__)
                    assert ours.terminate(30)[0] == 0
                    await until_work_of(house, earlier.RELEASED)
                    await flow.until_polled_twice()
                    outcomes = await house.until_settled(len(flow.titles))
                    logs = [each.log.read_text() for each in (release, ours, back)]

    assert outcomes.titles() == dict.fromkeys(flow.titles, 1)
    assert not outcomes.rejected
    assert not any("partition_failed" in log for log in logs)
