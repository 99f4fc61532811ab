"""One owned partition on a real broker: what is committed, fenced, refused, cancelled."""

import asyncio
import contextlib
import secrets

import pytest

from cleanwire.errors import BrokerUnavailable, OwnershipLost
from cleanwire.stream.faults import RecordRefused
from cleanwire.stream.inputs import Inputs
from cleanwire.stream.messages import Unit, Write
from cleanwire.stream.ownership import Owner
from cleanwire.stream.partition import OwnedPartition
from cleanwire.stream.refusals import Refusals
from stream.corner import Corner, unit
from stream.stages import copied

pytestmark = pytest.mark.kafka


class Gate:
    """A checkpoint that holds a transaction just before its commit."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()

    async def __call__(self) -> None:
        self.reached.set()
        await self.open.wait()


async def copy_all(owned: OwnedPartition, inputs: Inputs, entries: str, documents: str) -> None:
    messages = await inputs.get(timeout_s=20, limit=100)
    await owned.commit([copied(message, documents) for message in messages], {entries: inputs.position(entries)})


async def test_a_committed_unit_is_seen_whole(corner: Corner) -> None:
    documents, state = await corner.make("documents"), await corner.make("state")
    async with corner.acquired(2) as owned:
        await owned.commit([unit("a", (documents, "document"), (state, "done"))])
    assert await corner.values(documents) == [b"document"]
    assert await corner.values(state) == [b"done"]


async def test_a_write_may_go_to_another_partition(corner: Corner) -> None:
    documents = await corner.make("documents")
    async with corner.acquired(0) as owned:
        write = Write(topic=documents, key=b"k", value=b"there", partition=3)
        await owned.commit([Unit(key="a", writes=(write,))])
    async with corner.acquired(3) as owned:
        found: list[object] = []
        await owned.load(documents, lambda message: found.append((message.partition, message.value)))
    assert found == [(3, b"there")]


async def test_offsets_are_committed_with_the_units(corner: Corner) -> None:
    entries, documents = await corner.make("entries"), await corner.make("documents")
    await corner.fill(entries, "1", "2", "3")
    async with corner.acquired() as owned, owned.open_inputs({entries: None}) as inputs:
        await copy_all(owned, inputs, entries, documents)
    await corner.fill(entries, "4")
    async with corner.acquired() as owned, owned.open_inputs({entries: None}) as inputs:
        assert [message.value for message in await inputs.get(timeout_s=20, limit=100)] == [b"4"]


async def frozen_before_commit(
    corner: Corner, *, ids: tuple[str, str], start: int | None
) -> tuple[list[bytes | None], bool]:
    """Freeze an owner just before its commit, let another take over, wake the first; return (documents, it failed).

    `start`: where the heir begins to read; None: as the product finds out.
    """
    entries, documents = await corner.make("entries"), await corner.make("documents")
    await corner.fill(entries, "1", "2", "3")
    gate = Gate()
    async with corner.acquired_as(ids[0], gate) as zombie, zombie.open_inputs({entries: None}) as zombies:
        frozen = asyncio.create_task(copy_all(zombie, zombies, entries, documents))
        await gate.reached.wait()
        async with corner.acquired_as(ids[1]) as heir, heir.open_inputs({entries: start}) as heirs:
            await copy_all(heir, heirs, entries, documents)
        gate.open.set()
        [error] = await asyncio.gather(frozen, return_exceptions=True)
    return await corner.values(documents), isinstance(error, OwnershipLost)


async def test_a_zombie_cannot_commit_after_its_partition_was_taken_over(corner: Corner) -> None:
    same = f"{corner.installation}-stage-0"
    documents, failed = await frozen_before_commit(corner, ids=(same, same), start=None)
    assert documents == [b"1", b"2", b"3"]
    assert failed


async def test_the_same_zombie_publishes_twice_with_one_transactional_id_for_each_process(corner: Corner) -> None:
    ids = (f"{corner.installation}-process-1", f"{corner.installation}-process-2")
    # 0 is what aiokafka's own committed() answers now; ours would wait for the zombie's transaction to time out.
    documents, failed = await frozen_before_commit(corner, ids=ids, start=0)
    assert sorted(documents, key=str) == [b"1", b"1", b"2", b"2", b"3", b"3"]
    assert not failed


async def test_nothing_is_read_before_the_former_owner_is_fenced(corner: Corner) -> None:
    """Were the heir to read first and fence later, the former owner could commit in between."""
    entries, documents = await corner.make("entries"), await corner.make("documents")
    await corner.fill(entries, "1", "2", "3")
    gate = Gate()
    async with corner.acquired(before_commit=gate) as former, former.open_inputs({entries: None}) as formers:
        late = asyncio.create_task(copy_all(former, formers, entries, documents))
        await gate.reached.wait()
        async with corner.acquired() as heir, heir.open_inputs({entries: None}) as heirs:
            gate.open.set()
            [error] = await asyncio.gather(late, return_exceptions=True)
            await copy_all(heir, heirs, entries, documents)
    assert await corner.values(documents) == [b"1", b"2", b"3"]
    assert isinstance(error, OwnershipLost)


async def test_a_partition_that_failed_commits_nothing_more(corner: Corner) -> None:
    documents = await corner.make("documents")
    async with corner.acquired() as former:
        async with corner.acquired():
            with pytest.raises(OwnershipLost):
                await former.commit([unit("a", (documents, "1"))])
        with pytest.raises(OwnershipLost):
            await former.commit([unit("b", (documents, "2"))])
    assert await corner.values(documents) == []


async def test_a_commit_that_was_cancelled_leaves_a_partition_that_commits_nothing_more(corner: Corner) -> None:
    documents = await corner.make("documents")
    gate = Gate()
    async with corner.acquired(before_commit=gate) as owned:
        task = asyncio.create_task(owned.commit([unit("a", (documents, "1"))]))
        await gate.reached.wait()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        with pytest.raises(OwnershipLost):
            await owned.commit([unit("b", (documents, "2"))])
    async with corner.acquired() as heir:
        await heir.commit([unit("a", (documents, "1"))])
    assert await corner.values(documents) == [b"1"]


async def test_a_cancelled_owner_that_was_fenced_ends_and_does_not_come_back(corner: Corner) -> None:
    """aiokafka's own transaction block would abort here, and ProducerFenced would take the cancellation's place."""
    documents = await corner.make("documents")
    gate = Gate()

    class Commits:
        name = "stage"
        topic = documents

        async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
            await partition.commit([unit("a", (documents, "1"))])

    async def assigned() -> None:
        return

    owner = Owner(
        0,
        Commits(),
        connection=corner.connection,
        installation=corner.installation,
        observer=corner.watcher,
        refusals=Refusals(),
        assigned=assigned,
        before_commit=gate,
    )
    stop = asyncio.Event()
    task = asyncio.create_task(owner.run(stop))
    await gate.reached.wait()
    async with corner.acquired() as heir:
        task.cancel()
        await asyncio.wait([task], timeout=10)
        ended = task.done()
        stop.set()
        gate.open.set()
        assert ended
        assert task.cancelled()
        await heir.commit([unit("b", (documents, "2"))])
    assert corner.watcher.count("acquired") == 1
    assert await corner.values(documents) == [b"2"]


def large(size: int) -> str:
    """Return text that does not compress below `size` bytes."""
    return secrets.token_hex(size)


async def commit_in_spite(corner: Corner, units: list[Unit], rejected: str, *, tries: int) -> None:
    """Commit `units` as a stage does: acquire anew after failures, leave out what is done, reject what is refused."""
    refusals = Refusals()
    state = await corner.make("state")
    for _ in range(tries):
        async with corner.acquired(refusals=refusals) as owned:
            done: list[bytes | None] = []
            await owned.load(state, lambda message, done=done: done.append(message.key))  # type: ignore[misc]
            todo = [
                Unit(
                    key=item.key,
                    writes=(
                        *(unit(item.key, (rejected, item.key)) if owned.refused(item.key) else item).writes,
                        Write(topic=state, key=item.key.encode(), value=b"done"),
                    ),
                )
                for item in units
                if item.key.encode() not in done
            ]
            with contextlib.suppress(RecordRefused):
                await owned.commit(todo)
                return
    raise AssertionError("never committed")


@pytest.mark.parametrize(
    ("limit", "size"),
    [pytest.param("20000", 30_000, id="by-the-broker"), pytest.param("1000000", 2_000_000, id="by-the-client")],
)
async def test_a_refused_record_is_found_and_its_neighbours_are_published(
    corner: Corner, limit: str, size: int
) -> None:
    documents = await corner.make("documents", max_message_bytes=limit)
    rejected = await corner.make("rejected")
    units = [unit(name, (documents, large(size) if name in "cf" else name)) for name in "abcdefg"]
    await commit_in_spite(corner, units, rejected, tries=6)
    assert sorted(await corner.values(documents), key=str) == [b"a", b"b", b"d", b"e", b"g"]
    assert sorted(await corner.values(rejected), key=str) == [b"c", b"f"]
    assert corner.watcher.count("refused") == 2


async def test_a_batch_that_is_too_large_though_no_record_is_gets_through(corner: Corner) -> None:
    documents = await corner.make("documents", max_message_bytes="20000")
    rejected = await corner.make("rejected")
    units = [unit(name, (documents, large(4000))) for name in "abcdef"]
    await commit_in_spite(corner, units, rejected, tries=3)
    assert len(await corner.values(documents)) == len(units)
    assert await corner.values(rejected) == []


async def test_a_transaction_that_the_broker_timed_out_publishes_nothing(corner: Corner) -> None:
    documents = await corner.make("documents")
    settings = corner.connection.settings.model_copy(update={"transaction_timeout_s": 5.0})
    slow = Corner(type(corner.connection)(settings), corner.installation, corner.prefix, corner.watcher)
    with pytest.raises((OwnershipLost, BrokerUnavailable)):
        async with slow.acquired(before_commit=Gate()) as owned:
            await owned.commit([unit("a", (documents, "1"))])
    async with corner.acquired() as heir:
        await heir.commit([unit("a", (documents, "1"))])
    assert await corner.values(documents) == [b"1"]
