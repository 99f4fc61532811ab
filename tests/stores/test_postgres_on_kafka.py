"""docs/examples/postgres.py: PostgreSQL has the latest state of every article, each document stored exactly once."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from cleanwire.client import Batch, Moved
from cleanwire.records.document import Document, Status
from client.published import Topic
from published_document import NOON, document

from .running import DEADLINE_S, Start, module, readers

# Takes note, in the same transaction, of each row that is offered: also of one that the upsert then leaves out. It
# takes its time, so that who is killed or paused is in the middle of a transaction.
AUDIT = """
CREATE TABLE offered (id text, revision integer);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO offered VALUES (NEW.id, NEW.revision);
    PERFORM pg_sleep(0.01);
    RETURN NEW;
END $$;
CREATE TRIGGER note BEFORE INSERT ON documents FOR EACH ROW EXECUTE FUNCTION note();
"""
IN_A_TRANSACTION = """
SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%INSERT INTO documents%'
AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""

pytestmark = pytest.mark.timeout(240)


async def until(database: psycopg.Connection, query: str, true: Callable[[list[Any]], bool]) -> None:
    while True:
        try:
            if true(database.execute(query).fetchall()):  # type: ignore[arg-type]
                return
        except psycopg.errors.UndefinedTable:  # the reader has not made it yet
            pass
        await asyncio.sleep(0.05)


def canceled(name: str, **fields: Any) -> Document:
    return replace(document(name, status=Status.CANCELED, **fields), body="", blocks=())


async def audited(start: Start, database: psycopg.Connection) -> None:
    """Let the example make its tables, and have what it does to them noted."""
    process = await start()
    await until(database, "SELECT count(*) FROM places", lambda rows: True)
    process.kill()
    await process.wait()
    database.execute(AUDIT)


def offered(database: psycopg.Connection) -> Counter[tuple[str, int]]:
    return Counter(database.execute("SELECT id, revision FROM offered").fetchall())


def names(documents: list[Document]) -> Counter[tuple[str, int]]:
    return Counter((one.id, one.revision) for one in documents)


async def test_revisions_take_the_place_of_earlier_ones_and_canceled_articles_lose_their_text(
    topic: Topic, database: psycopg.Connection
) -> None:
    await topic.publish_by_id(
        document("a", title="Ferry returns", published_at=NOON),
        document("b", title="Mill burns"),
        replace(document("c", title="A stray \0 in it"), body="So\0, not \\u0000."),
        document("a", title="Ferry is late", revision=2),
        canceled("b", revision=2, title="Mill burns"),
    )
    async with readers("postgres.py", topic, database.info.dsn) as start:
        await start()
        await until(database, "SELECT sum(revision) FROM documents", lambda rows: rows == [(5,)])
    rows = database.execute("SELECT id, status, title, body, published_at, record ->> 'url' FROM documents ORDER BY id")
    assert rows.fetchall() == [
        ("a", "usable", "Ferry is late", "It turns.", None, "https://www.news.example/a"),
        ("b", "canceled", "Mill burns", "", None, "https://www.news.example/b"),
        ("c", "usable", "A stray  in it", "So, not \\u0000.", None, "https://www.news.example/c"),
    ]


def batch(place: int | None, following: int, *documents: Document) -> Batch:
    return Batch(partition=3, place=place, next=following, documents=documents)


@contextmanager
def two(database: psycopg.Connection) -> Iterator[tuple[Any, Any]]:
    """Return the tables as two readers have them, each with a session of its own."""
    example = module("postgres.py")
    with psycopg.connect(database.info.dsn, autocommit=True) as second:
        second.execute(example.TABLES)
        tables = example.Tables(database, "a topic"), example.Tables(second, "a topic")
        assert [each.place(3) for each in tables] == [None, None]
        yield tables


@pytest.mark.parametrize("place", [None, 5], ids=["at-the-beginning", "further-on"])
def test_a_reader_that_was_overtaken_stores_nothing(database: psycopg.Connection, place: int | None) -> None:
    with two(database) as (first, second):
        if place is not None:
            first.put(batch(None, place))
        first.put(batch(place, 8, document("a")))
        first.put(batch(8, 9))
        with pytest.raises(Moved):
            second.put(batch(place, 9, document("a", revision=2), document("b")))
        assert second.place(3) == 9
    assert database.execute("SELECT id, revision FROM documents").fetchall() == [("a", 1)]


def test_of_two_readers_at_one_place_the_second_waits_and_is_refused(database: psycopg.Connection) -> None:
    with two(database) as (first, second), ThreadPoolExecutor() as thread:
        with database.transaction():
            first.put(batch(None, 8, document("a")))
            waiting = thread.submit(second.put, batch(None, 9, document("a"), document("b")))
            while not database.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchall():
                assert not waiting.done()
        assert isinstance(waiting.exception(DEADLINE_S), Moved)
        assert first.place(3) == 8
    assert database.execute("SELECT id FROM documents").fetchall() == [("a",)]


async def test_a_store_is_read_anew_and_no_row_gets_older(topic: Topic, database: psycopg.Connection) -> None:
    async with readers("postgres.py", topic, database.info.dsn) as start:
        await topic.publish_by_id(document("a"), document("a", revision=2), document("b"))
        for emptied, name in (("documents, places", "c"), ("places", "d")):
            process = await start()
            await until(database, "SELECT sum(next) FROM places", lambda rows: (rows[0][0] or 0) >= 3)
            process.send_signal(signal.SIGINT)
            assert await process.wait() == 0
            database.execute(f"TRUNCATE {emptied}")  # type: ignore[call-overload]
            await topic.publish_by_id(document(name))
        await start()
        await until(database, "SELECT sum(next) FROM places", lambda rows: rows == [(5,)])
    rows = database.execute("SELECT id, revision FROM documents ORDER BY id").fetchall()
    assert rows == [("a", 2), ("b", 1), ("c", 1), ("d", 1)]


@pytest.mark.slow
async def test_nothing_is_lost_or_stored_twice_when_readers_are_killed_and_partitions_dealt_anew(
    topic: Topic, database: psycopg.Connection
) -> None:
    documents = [document(f"a{number}") for number in range(300)]
    documents += [document(f"a{number}", revision=2, title="Anew") for number in range(0, 300, 3)]
    documents += [canceled(f"a{number}", revision=3) for number in range(0, 300, 9)]
    async with readers("postgres.py", topic, database.info.dsn) as start:
        await audited(start, database)
        await topic.publish_by_id(*documents[:200])
        first = await start()
        await until(database, IN_A_TRANSACTION, bool)
        first.kill()
        second, _third = await start(), await start()
        await until(database, "SELECT count(*) FROM documents", lambda rows: rows[0][0] > 50)
        await topic.publish_by_id(*documents[200:])
        await until(database, IN_A_TRANSACTION, bool)
        second.kill()
        await until(database, "SELECT count(*) FROM offered", lambda rows: rows[0][0] >= len(documents))
    assert offered(database) == names(documents), "each document came in one committed transaction"
    latest = {one.id: (one.revision, one.status.value, one.title) for one in documents}
    found = database.execute("SELECT id, revision, status, title FROM documents").fetchall()
    assert {row[0]: row[1:] for row in found} == latest


@pytest.mark.slow
async def test_a_reader_that_was_paused_in_a_transaction_holds_nobody_up_and_stores_nothing_twice(
    topic: Topic, database: psycopg.Connection
) -> None:
    documents = [document(f"b{number}") for number in range(240)]
    async with readers("postgres.py", topic, database.info.dsn) as start:
        await audited(start, database)
        await topic.publish_by_id(*documents)
        paused = await start()
        await until(database, IN_A_TRANSACTION, bool)
        paused.send_signal(signal.SIGSTOP)
        await start()  # it gets the partitions when the session of the first has ended
        await until(database, "SELECT count(*) FROM offered", lambda rows: rows[0][0] >= len(documents))
        paused.send_signal(signal.SIGCONT)
        last = document("last")
        await topic.publish_by_id(last)
        await until(database, "SELECT 1 FROM documents WHERE id = 'last'", bool)
    assert offered(database) == names([*documents, last])
