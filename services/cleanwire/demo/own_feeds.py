"""`cleanwire run --embedded`: the service on one's own feeds, with a broker in memory, printing what it publishes."""

import asyncio

from cleanwire import runtime
from cleanwire.demo import consuming, show
from cleanwire.demo.tally import Tally
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.document import Document
from cleanwire.records.rejected import Rejected
from cleanwire.runtime import Running
from cleanwire.settings import Settings
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message

BANNER = (
    "NOTHING IS KEPT: the broker lives in this process's memory, and every start begins anew.\n"
    "It is librdkafka's stand-in, for a first try; for exactly-once give a real Kafka to `cleanwire run`."
)


async def run(settings: Settings, *, stop: asyncio.Event, as_json: bool = False) -> Tally:
    """Run the service until `stop` is set, print each document and rejection as it is published, then the sums.

    `settings.kafka.bootstrap` is the embedded broker's address.

    Raises:
        ConfigError, InputError: before anything is asked.
    """
    output, nobody_reads = show.on_standard_output(as_json=as_json)
    tally = Tally()
    connection = Connection(settings.kafka, embedded=True)
    ready: asyncio.Future[Running] = asyncio.get_running_loop().create_future()

    async def document(message: Message) -> None:
        found = _DOCUMENT.read(message.value)
        if isinstance(found, Unreadable):
            return
        tally.document(found)
        await output.document(found, message.value or b"")

    async def rejected(message: Message) -> None:
        found = _REJECTED.read(message.value)
        if isinstance(found, Unreadable):
            return
        tally.rejection(found)
        await output.rejected(found)

    async def follow() -> None:
        running = await ready
        await output.say(f"Status page: http://127.0.0.1:{running.ops_port}/   Ctrl-C ends")
        await consuming.read(connection, running.topics, document=document, rejected=rejected)

    async def stop_when_nobody_reads() -> None:
        await nobody_reads.wait()
        stop.set()

    await output.say(BANNER)
    async with asyncio.TaskGroup() as group:
        beside = [group.create_task(follow()), group.create_task(stop_when_nobody_reads())]
        await runtime.serve(settings, stop=stop, embedded=True, on_ready=ready.set_result)
        for task in beside:
            task.cancel()
    await output.summary(tally)
    return tally


_DOCUMENT = Reader(Document)
_REJECTED = Reader(Rejected)
