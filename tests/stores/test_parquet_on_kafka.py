"""docs/examples/parquet.py: a folder of files has every document of the topic exactly once."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cleanwire.client import Batch, Moved
from cleanwire.records.document import Document, Status
from client.published import PARTITIONS, Topic
from published_document import NOON, document

from .running import module, readers

FOLDER = module("parquet.py").Folder

pytestmark = pytest.mark.timeout(240)


def batch(place: int | None, following: int, *documents: Document) -> Batch:
    return Batch(partition=3, place=place, next=following, documents=documents)


def kept(folder: Path) -> Counter[tuple[str, int]]:
    """Return how often each revision of each article is in the files."""
    found: Counter[tuple[str, int]] = Counter()
    for path in folder.glob("*.parquet"):
        table = pq.read_table(path, columns=["id", "revision"])
        found.update(zip(table["id"].to_pylist(), table["revision"].to_pylist(), strict=True))
    return found


def names(documents: list[Document]) -> Counter[tuple[str, int]]:
    return Counter((one.id, one.revision) for one in documents)


def test_a_file_tells_the_next_place_and_holds_the_documents(tmp_path: Path) -> None:
    folder = FOLDER(tmp_path)
    assert folder.place(3) is None
    folder.put(batch(None, 7, document("a", published_at=NOON)))
    folder.put(batch(7, 9))
    folder.put(batch(9, 12, document("a", revision=2, status=Status.CANCELED), document("b", title="A \0")))
    assert (folder.place(3), folder.place(0)) == (12, None)
    rows = pq.read_table(tmp_path).sort_by([("revision", "ascending"), ("id", "ascending")]).to_pylist()
    shown = [(row["id"], row["status"], row["title"], row["published_at"]) for row in rows]
    assert shown == [
        ("a", "usable", "The mill turns", NOON),
        ("b", "usable", "A \0", None),
        ("a", "canceled", "The mill turns", None),
    ]
    assert Document.from_json(rows[0]["record"]) == document("a", published_at=NOON)


@pytest.mark.parametrize("place", [None, 5], ids=["at-the-beginning", "further-on"])
def test_a_reader_that_was_overtaken_stores_nothing(tmp_path: Path, place: int | None) -> None:
    first, second = FOLDER(tmp_path), FOLDER(tmp_path)
    if place is not None:
        first.put(batch(None, place))
    first.put(batch(place, 8, document("a")))
    first.put(batch(8, 9, document("b")))
    with pytest.raises(Moved):
        second.put(batch(place, 9, document("a"), document("b")))
    assert kept(tmp_path) == Counter([("a", 1), ("b", 1)])
    assert second.place(3) == 9
    assert not list(tmp_path.glob(".*")), "nothing half done is left"


def test_what_a_killed_reader_left_half_done_is_not_read(tmp_path: Path) -> None:
    folder = FOLDER(tmp_path)
    (tmp_path / ".00003-00000000000000000000.parquet.abc.part").write_bytes(b"PAR1")
    assert folder.place(3) is None
    folder.put(batch(None, 1, document("a")))
    assert pq.read_table(tmp_path)["id"].to_pylist() == ["a"]


async def until(folder: Path, true: Callable[[Counter[tuple[str, int]]], bool]) -> None:
    while not true(kept(folder)):
        await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_nothing_is_lost_or_stored_twice_when_readers_are_killed_and_partitions_dealt_anew(
    topic: Topic, tmp_path: Path
) -> None:
    documents = [document(f"a{number}", revision=revision) for revision in (1, 2) for number in range(150)]
    async with readers("parquet.py", topic, str(tmp_path), "--every", "0.01") as start:
        await topic.publish_by_id(*documents[:100])
        first = await start()
        await until(tmp_path, bool)
        first.kill()
        second, _third = await start(), await start()
        await topic.publish_by_id(*documents[100:200])
        await until(tmp_path, lambda found: len(found) > 100)
        second.kill()
        for at in range(200, 300, 10):
            await topic.publish_by_id(*documents[at : at + 10])
        await until(tmp_path, lambda found: found.total() >= len(documents))
    assert kept(tmp_path) == names(documents)


@pytest.mark.slow
async def test_a_reader_that_was_paused_and_replaced_stores_nothing_twice(topic: Topic, tmp_path: Path) -> None:
    documents = [document(f"b{number}") for number in range(200)]
    async with readers("parquet.py", topic, str(tmp_path), "--every", "0.01") as start:
        paused = await start()
        await topic.publish_by_id(*documents[:20])
        await until(tmp_path, bool)
        for at in range(20, 200, 20):
            await topic.publish_by_id(*documents[at : at + 20])
        paused.send_signal(signal.SIGSTOP)
        await start()  # it gets the partitions when the session of the first has ended
        await until(tmp_path, lambda found: found.total() >= len(documents))
        paused.send_signal(signal.SIGCONT)
        last = [document(f"c{number}") for number in range(5 * PARTITIONS)]
        await topic.publish_by_id(*last)
        await until(tmp_path, lambda found: found.total() >= len(documents) + len(last))
    assert kept(tmp_path) == names(documents + last)
