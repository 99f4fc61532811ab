"""One owned partition on a real broker."""

import pytest

from stream.corner import Corner, unit

pytestmark = pytest.mark.kafka


async def test_a_committed_unit_is_seen_whole(corner: Corner) -> None:
    documents, state = await corner.make("documents"), await corner.make("state")
    async with corner.acquired(2) as owned:
        await owned.commit([unit("a", (documents, "document"), (state, "done"))])
    assert await corner.values(documents) == [b"document"]
    assert await corner.values(state) == [b"done"]
