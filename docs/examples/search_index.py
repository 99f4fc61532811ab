"""Keeps a full-text index of the documents in SQLite: python search_index.py localhost:9092 index.db

It takes in documents until Ctrl-C, and may be killed at any moment. `--search WORDS` prints what the index holds.
"""

import argparse
import sqlite3

from cleanwire import Document
from cleanwire.client import iter_documents

TABLES = """
CREATE TABLE IF NOT EXISTS documents (id TEXT PRIMARY KEY, revision INTEGER, url TEXT, published_at TEXT);
CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5 (id UNINDEXED, title, body);
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("bootstrap")
    options.add_argument("database")
    options.add_argument("--topic", default="news.documents")
    options.add_argument("--search")
    chosen = options.parse_args()
    index = sqlite3.connect(chosen.database, isolation_level=None)
    index.executescript(TABLES)
    if chosen.search:
        search(index, chosen.search)
        return
    for document in iter_documents(chosen.bootstrap, topic=chosen.topic, group="search-index"):
        take_in(index, document)


def take_in(index: sqlite3.Connection, document: Document) -> None:
    # After a restart a revision may come again; it must not undo a newer one.
    known = index.execute("SELECT revision FROM documents WHERE id = ?", [document.id]).fetchone()
    if known is not None and known[0] >= document.revision:
        return
    index.execute("BEGIN")
    index.execute("DELETE FROM texts WHERE id = ?", [document.id])
    index.execute(
        "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)",
        [document.id, document.revision, document.url, str(document.published_at or "")],
    )
    if document.status != "canceled":
        index.execute("INSERT INTO texts VALUES (?, ?, ?)", [document.id, document.title, document.body])
    index.execute("COMMIT")


def search(index: sqlite3.Connection, words: str) -> None:
    found = "SELECT texts.title, documents.url FROM texts JOIN documents USING (id) WHERE texts MATCH ?"
    for title, url in index.execute(found, [words]):
        print(title, url)


if __name__ == "__main__":
    main()
