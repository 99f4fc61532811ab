"""What does a consumer of the documents look like? This one prints a line for each.

    BOOTSTRAP=localhost:9094 python3 consume.py

What a consumer needs to get every document once: `isolation_level="read_committed"` (documents of transactions that
were aborted never happened), and to keep its own position together with what it makes of a document. Here that is a
consumer group's committed offset, stored after printing: a consumer that dies in between prints a document again.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError


async def main() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not stop.is_set():
        try:
            await consume(stop)
        except KafkaError as error:
            print(f"again in 2 s: {error}", file=sys.stderr)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 2)


async def consume(stop: asyncio.Event) -> None:
    """Print documents until told to stop."""
    consumer = AIOKafkaConsumer(
        os.environ.get("TOPIC", "news.documents"),
        bootstrap_servers=os.environ.get("BOOTSTRAP", "localhost:9094"),
        group_id=os.environ.get("GROUP", "example-consumer"),
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    try:
        await consumer.start()
        while not stop.is_set():
            batch = await consumer.getmany(timeout_ms=500)
            for messages in batch.values():
                for message in messages:
                    show(message.value)
            if batch:
                await consumer.commit()
    finally:
        await consumer.stop()


def show(value: bytes | None) -> None:
    """Print one document; unknown fields are ignored, an unknown major version is not read."""
    if value is None:
        return
    document = json.loads(value)
    if document.get("schema") != "cleanwire.document/1":
        return
    publisher = document.get("publisher", {}).get("name", "?")
    when = document.get("published_at", document["seen_at"])
    removed = len(document.get("removed", ()))
    print(
        f"{when}  {document.get('language', '?'):>5}  {document['word_count']:>5} words  -{removed:<3} "
        f"r{document['revision']} {document['status']}  {publisher}: {document['title']}",
        flush=True,
    )


if __name__ == "__main__":
    asyncio.run(main())
