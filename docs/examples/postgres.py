"""Keeps the documents in PostgreSQL, each exactly once: python postgres.py localhost:9092 "dbname=news"

It stores documents until Ctrl-C, and may be killed at any moment; several may run at a time. Needs psycopg 3.
"""

import argparse
import asyncio
import contextlib
import re

import msgspec
import psycopg

from cleanwire import Document
from cleanwire.client import Batch, Moved, store

TABLES = """
SELECT pg_advisory_xact_lock(hashtext('cleanwire'));  -- several may start at a time
CREATE TABLE IF NOT EXISTS documents (
    id text PRIMARY KEY, revision integer NOT NULL, status text NOT NULL, url text NOT NULL, title text NOT NULL,
    body text NOT NULL, language text, published_at timestamptz, record jsonb NOT NULL
);
CREATE TABLE IF NOT EXISTS places (topic text, part integer, next bigint, PRIMARY KEY (topic, part));
"""
UPSERT = """
INSERT INTO documents VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET (revision, status, url, title, body, language, published_at, record) =
    (EXCLUDED.revision, EXCLUDED.status, EXCLUDED.url, EXCLUDED.title, EXCLUDED.body, EXCLUDED.language,
     EXCLUDED.published_at, EXCLUDED.record)
WHERE documents.revision < EXCLUDED.revision
"""
# A reader that was paused in a transaction holds its rows: after this long PostgreSQL ends it, and others go on.
PATIENCE = "-c idle_in_transaction_session_timeout=10s"
NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # PostgreSQL takes none, and a site may write one


class Tables:
    """The documents of a topic, and in the same transactions how far each of its partitions is stored."""

    def __init__(self, database: psycopg.Connection, topic: str) -> None:
        self._database = database
        self._topic = topic

    def place(self, partition: int) -> int | None:
        with self._database.transaction():
            at = (self._topic, partition)
            self._database.execute("INSERT INTO places VALUES (%s, %s, NULL) ON CONFLICT DO NOTHING", at)
            found = self._database.execute("SELECT next FROM places WHERE topic = %s AND part = %s", at).fetchone()
        return found[0] if found else None

    def put(self, batch: Batch) -> None:
        with self._database.transaction(), self._database.cursor() as cursor:
            cursor.execute(
                "UPDATE places SET next = %s WHERE topic = %s AND part = %s AND next IS NOT DISTINCT FROM %s",
                (batch.next, self._topic, batch.partition, batch.place),
            )
            if cursor.rowcount != 1:
                raise Moved
            for document in batch.documents:  # executemany would be a pipeline, where PATIENCE has no effect
                cursor.execute(UPSERT, row(document))


def row(document: Document) -> tuple[object, ...]:
    # A canceled document has no text: its row takes the place of what was there.
    record = NUL.sub(r"\1", msgspec.json.encode(document).decode())
    shown = Document.from_json(record)
    known = (shown.id, shown.revision, shown.status.value, shown.url, shown.title, shown.body)
    return (*known, shown.language, shown.published_at, record)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("bootstrap")
    options.add_argument("database")
    options.add_argument("--topic", default="news.documents")
    options.add_argument("--group", default="postgres")
    chosen = options.parse_args()
    with psycopg.connect(chosen.database, autocommit=True, options=PATIENCE) as database:
        database.execute(TABLES)
        tables = Tables(database, chosen.topic)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(store(chosen.bootstrap, tables, topic=chosen.topic, group=chosen.group))


if __name__ == "__main__":
    main()
