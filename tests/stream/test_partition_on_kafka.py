"""One owned partition on a real broker: what is committed, fenced, refused, cancelled."""

import asyncio
import secrets

import pytest

from cleanwire.errors import OwnershipLost
from cleanwire.stream.broker import closing
from cleanwire.stream.messages import Step, Unit, Write
from cleanwire.stream.partitions.ownership import Owner
from cleanwire.stream.partitions.partition import OwnedPartition
from cleanwire.stream.reading.inputs import Inputs
from cleanwire.stream.writing import publishing
from cleanwire.stream.writing.refusals import Refusals
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


class Written:
    """What `publishing.publish` told of."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.faults: list[str] = []

    def done(self, step: Step) -> None:
        if step.unit is not None:
            self.keys.append(step.unit.key)

    def fault(self, where: str, error: Exception) -> None:
        self.faults.append(where)


async def publish(owned: OwnedPartition, steps: list[Step], offsets: dict[str, int] | None = None) -> Written:
    written = Written()
    await publishing.publish(owned, steps, offsets or {}, done=written.done, fault=written.fault)
    return written


@pytest.mark.parametrize(
    ("limit", "size"),
    [pytest.param("20000", 30_000, id="by-the-broker"), pytest.param("1000000", 2_000_000, id="by-the-client")],
)
async def test_a_refused_record_is_written_smaller_and_its_neighbours_go_on(
    corner: Corner, limit: str, size: int
) -> None:
    """And all within the same ownership: nothing is read anew."""
    documents = await corner.make("documents", max_message_bytes=limit)
    rejected, entries = await corner.make("rejected"), await corner.make("entries")
    await corner.fill(entries, "1", "2")
    steps = [
        Step(
            unit=unit(name, (documents, large(size))), smaller=lambda name=name: Step(unit=unit(name, (rejected, name)))
        )  # type: ignore[misc]
        if name in "cf"
        else Step(unit=unit(name, (documents, name)))
        for name in "abcdefg"
    ]
    async with corner.acquired() as owned:
        written = await publish(owned, steps, {entries: 2})
        await owned.commit([unit("later", (documents, "later"))])
    assert written.keys == list("abcdefg")
    assert await corner.values(documents) == [b"a", b"b", b"d", b"e", b"g", b"later"]
    assert await corner.values(rejected) == [b"c", b"f"]
    assert corner.watcher.count("refused") == 2
    async with corner.acquired() as owned, owned.open_inputs({entries: None}) as inputs:
        assert inputs.position(entries) == 2


@pytest.mark.parametrize("size", [19_000, 19_900, 20_000, 20_500, 21_000])
async def test_around_the_limit_of_a_topic_a_record_is_written_whole_or_smaller_and_once(
    corner: Corner, size: int
) -> None:
    documents = await corner.make("documents", max_message_bytes="20000", compression_type="uncompressed")
    whole = secrets.token_urlsafe(size)[:size]
    step = Step(unit=unit("a", (documents, whole)), smaller=lambda: Step(unit=unit("a", (documents, "small"))))
    async with corner.acquired() as owned:
        await publish(owned, [step, Step(unit=unit("b", (documents, "b")))])
    values = await corner.values(documents, at_least=2)
    assert values in ([whole.encode(), b"b"], [b"small", b"b"])


async def test_a_record_that_fits_in_no_form_is_left_out_and_the_offsets_advance(corner: Corner) -> None:
    documents, entries = await corner.make("documents", max_message_bytes="20000"), await corner.make("entries")
    await corner.fill(entries, "1")
    still = Step(unit=unit("a", (documents, large(30_000))))
    async with corner.acquired() as owned:
        written = await publish(
            owned, [Step(unit=unit("a", (documents, large(60_000))), smaller=lambda: still)], {entries: 1}
        )
        assert written.keys == []
        assert corner.watcher.count("dropped", "a") == 1
    async with corner.acquired() as owned, owned.open_inputs({entries: None}) as inputs:
        assert inputs.position(entries) == 1
    assert await corner.values(documents) == []


async def test_a_step_whose_smaller_form_cannot_be_made_is_left_out(corner: Corner) -> None:
    documents = await corner.make("documents", max_message_bytes="20000")

    def smaller() -> Step:
        raise ZeroDivisionError

    async with corner.acquired() as owned:
        written = await publish(
            owned,
            [Step(unit=unit("a", (documents, large(30_000))), smaller=smaller), Step(unit=unit("b", (documents, "b")))],
        )
    assert (written.faults, written.keys) == (["a"], ["b"])
    assert await corner.values(documents) == [b"b"]


async def test_a_batch_that_is_too_large_though_no_record_is_gets_through(corner: Corner) -> None:
    documents = await corner.make("documents", max_message_bytes="20000")
    async with corner.acquired() as owned:
        await publish(owned, [Step(unit=unit(name, (documents, large(4000)))) for name in "abcdef"])
    assert len(await corner.values(documents)) == 6
    assert corner.watcher.count("refused") == 0


async def test_who_was_fenced_while_a_record_failed_does_not_go_on(corner: Corner) -> None:
    """Its innocents may have been written by the heir: only what is read anew tells."""
    documents = await corner.make("documents", max_message_bytes="20000")
    async with corner.acquired() as former:
        async with corner.acquired() as heir:
            await heir.commit([unit("b", (documents, "heir"))])
        with pytest.raises(OwnershipLost):
            await publish(
                former, [Step(unit=unit("a", (documents, large(30_000)))), Step(unit=unit("b", (documents, "b")))]
            )
        with pytest.raises(OwnershipLost):
            await former.commit([unit("b", (documents, "b"))])
    assert await corner.values(documents) == [b"heir"]


async def test_who_was_fenced_between_the_refusal_and_the_new_producer_does_not_go_on(
    corner: Corner, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = await corner.make("documents", max_message_bytes="20000")
    close = closing.producer

    async def freeze(producer: object) -> None:
        """The heir comes, works and goes between the abort and the new producer."""
        monkeypatch.setattr(closing, "producer", close)
        async with corner.acquired() as heir:
            await heir.commit([unit("b", (documents, "heir"))])
        await close(producer)  # type: ignore[arg-type]

    async with corner.acquired() as former:
        monkeypatch.setattr(closing, "producer", freeze)
        with pytest.raises(OwnershipLost):
            await publish(
                former, [Step(unit=unit("a", (documents, large(30_000)))), Step(unit=unit("b", (documents, "b")))]
            )
    assert await corner.values(documents) == [b"heir"]
