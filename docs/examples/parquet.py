"""Keeps the documents as Parquet files in a folder, each exactly once: python parquet.py localhost:9092 documents

It stores documents until Ctrl-C, and may be killed at any moment; several may run at a time. Needs pyarrow.
"""

import argparse
import asyncio
import contextlib
import os
import uuid
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from cleanwire import Document
from cleanwire.client import Batch, Moved, store

TEXT = ("id", "status", "url", "title", "body", "language", "record")
SCHEMA = pa.schema(
    [("revision", pa.int32()), ("published_at", pa.timestamp("us", "UTC")), *((name, pa.string()) for name in TEXT)]
)
NEXT = b"cleanwire.next"


class Folder:
    """A file for each batch, named by its partition and the place where it begins. In its footer is where it ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def place(self, partition: int) -> int | None:
        files = sorted(self._folder.glob(f"{partition:05}-*.parquet"))
        return int(pq.read_metadata(files[-1]).metadata[NEXT]) if files else None

    def put(self, batch: Batch) -> None:
        table = pa.Table.from_pylist([row(document) for document in batch.documents], SCHEMA)
        name = f"{batch.partition:05}-{batch.place or 0:020}.parquet"
        part = self._folder / f".{name}.{uuid.uuid4().hex}.part"
        try:
            with part.open("xb") as file:
                pq.write_table(table.replace_schema_metadata({NEXT: str(batch.next)}), file, compression="zstd")
                file.flush()
                os.fsync(file.fileno())
            os.link(part, self._folder / name)  # a rename would take the place of a file that is there
        except FileExistsError:
            raise Moved from None
        finally:
            part.unlink(missing_ok=True)
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)  # else the name of the file may be lost when the power fails
        os.close(folder)


def row(document: Document) -> dict[str, object]:
    shown = {field.name: getattr(document, field.name) for field in SCHEMA if field.name != "record"}
    return {**shown, "status": document.status.value, "record": msgspec.json.encode(document).decode()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("bootstrap")
    options.add_argument("folder", type=Path)
    options.add_argument("--every", type=float, default=60.0, help="seconds that a document waits for others")
    options.add_argument("--topic", default="news.documents")
    options.add_argument("--group", default="parquet")
    chosen = options.parse_args()
    kept = store(
        chosen.bootstrap,
        Folder(chosen.folder),
        topic=chosen.topic,
        group=chosen.group,
        every_s=chosen.every,
        at_most=2000,
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(kept)


if __name__ == "__main__":
    main()
