"""A process that copies entries to documents, and tells on standard output how far it is.

    worker.py BOOTSTRAP INSTALLATION PREFIX [hold]

With `hold` its first transaction waits before the commit until a line comes in on standard input.
"""

import asyncio
import sys

from cleanwire.settings import KafkaSettings
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.observer import NullObserver
from cleanwire.stream.partitions.membership import Membership
from stream.stages import Copies


def say(word: str) -> None:
    print(word, flush=True)


class Talker(NullObserver):
    def transaction_committed(self, stage: str, records: int, took_s: float) -> None:
        say("committed")

    def partition_released(self, stage: str, partition: int) -> None:
        say("released")


async def main(bootstrap: str, installation: str, prefix: str, *flags: str) -> None:
    settings = KafkaSettings(bootstrap=bootstrap, session_timeout_s=6, request_timeout_s=3, transaction_timeout_s=60)
    held = "hold" in flags

    async def hold() -> None:
        nonlocal held
        if held:
            held = False
            say("sent")
            await asyncio.to_thread(sys.stdin.readline)

    member = Membership(
        Connection(settings),
        Copies(f"{prefix}entries", f"{prefix}documents"),
        installation=installation,
        observer=Talker(),
        before_commit=hold,
    )
    await member.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
