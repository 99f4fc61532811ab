"""Two installations on one cluster: what would do harm is refused at the start, and a sentence says what to change."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from cleanwire.errors import ConfigError
from cleanwire.stream import groups
from cleanwire.stream.broker import closing
from services import process
from services.house import House

pytestmark = pytest.mark.kafka


async def refusal(house: House) -> str:
    """Return why a replica of `house` does not start."""
    with pytest.raises(ExceptionGroup) as refused:
        async with house.running():
            pass
    told, _ = refused.value.split(ConfigError)
    return repr(told)


def beside(house: House, **changes: str) -> House:
    """Return an installation that differs from `house` in a name."""
    return House(house.connection.settings.bootstrap, **{**house.flags, **changes})


async def test_what_would_do_harm_is_refused_and_what_would_not_is_not(kafka: Any) -> None:
    house = House(kafka.bootstrap)
    await house.make_topics()
    async with house.running() as replica:
        await replica.until_joined()
        same_topics = await refusal(beside(house, **{"service.installation": "another"}))
        assert "service.installation 'another'" in same_topics
        assert (
            f"installation '{house.flags['service.installation']}' works on {house.topics.entries} too" in same_topics
        )
        assert "kafka.topic_prefix of its own" in same_topics
        same_name = await refusal(beside(house, **{"kafka.topic_prefix": f"x{house.flags['kafka.topic_prefix']}"}))
        assert f"an installation of this name works on {house.topics.entries}" in same_name
        assert "service.installation of its own" in same_name
        async with house.running() as second, House(kafka.bootstrap).running() as stranger:
            await second.until_joined()
            await stranger.until_joined()
            assert (await replica.page("/healthz")).status_code == 200


def test_a_service_that_is_refused_ends_with_2_and_says_why(kafka: Any, tmp_path: Path) -> None:
    house = House(kafka.bootstrap)

    async def live() -> tuple[int, str]:
        async with house.running() as replica:
            await replica.until_joined()
            with process.running(beside(house, **{"service.installation": "b"}).environment(), tmp_path) as second:
                code = await asyncio.to_thread(second.ended, 60)
                return code, second.log.read_text()

    code, log = asyncio.run(live())
    assert code == 2
    assert "cleanwire: service.installation 'b': installation" in log


async def test_groups_of_consumers_are_no_installations(kafka: Any) -> None:
    """Whatever they are called: only members that are dealt a stage's partitions do its work."""
    house = House(kafka.bootstrap)
    await house.make_topics()
    connection = house.connection
    async with closing.started(connection.subscriber("archive-cleaner", from_start=True)) as consumer:
        consumer.subscribe([house.topics.documents])
        async with asyncio.timeout(30):
            while not consumer.assignment():
                await consumer.getmany(timeout_ms=100)
        dealt = {"poller": house.topics.feeds, "cleaner": house.topics.entries}
        assert await groups.rivals(connection, "mine", dealt) == ()
        assert len(await groups.rivals(connection, "mine", {"cleaner": house.topics.documents})) == 1
