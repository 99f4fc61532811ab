"""`cleanwire demo`: the real service, an invented press on loopback and a broker in memory, from start to summary."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

from cleanwire import runtime, settings
from cleanwire.demo import consuming, show
from cleanwire.demo.press import EVERY_S, Press, serving
from cleanwire.demo.show import Lines, Screen
from cleanwire.demo.tally import Tally
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.document import Document
from cleanwire.records.rejected import Rejected
from cleanwire.runtime import Running
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.broker.embedded import EmbeddedBroker
from cleanwire.stream.messages import Message

SETTLE_S = 60.0  # after the last story, for a machine that is busy with something else too


async def run_demo(
    *,
    stop: asyncio.Event,
    seconds: float | None = None,
    keep_running: bool = False,
    as_json: bool = False,
    every_s: float = EVERY_S,
) -> Tally:
    """Run until every story has its outcome, `seconds` are over, or `stop` is set, and return the sums.

    Args:
        keep_running: go on after the last story until `stop` is set.
        as_json: write one document a line to standard output and nothing else there.
        every_s: how often a story comes out.

    Raises:
        ConfigError: the `demo` extra is not installed.
    """
    output, nobody_reads = show.on_standard_output(as_json=as_json)
    with EmbeddedBroker() as broker:
        await output.say(
            "Broker: librdkafka's in-memory stand-in. It keeps nothing, and it cannot show exactly-once: "
            "for that, give a real Kafka to `cleanwire run`."
        )
        async with serving(every_s=every_s) as press:
            await output.say(
                f"Press: {len(press.edition.pieces)} invented stories on {len(press.feed_urls)} loopback feeds."
            )
            watch = _Watch(press, output)
            ends = _end_of(press, watch, seconds=seconds, keep_running=keep_running)
            await _run(_settings(broker.bootstrap, press), watch, [stop, nobody_reads], ends, output)
    await output.summary(watch.tally)
    return watch.tally


class _Watch:
    """Takes what the service publishes: counts it, shows it, knows what is still missing."""

    def __init__(self, press: Press, output: Screen | Lines) -> None:
        self.tally = Tally()
        self.complete = asyncio.Event()
        self._press = press
        self._output = output
        self._missing = {piece.story.slug for piece in press.edition.pieces}
        self._missing_updates = {piece.story.slug for piece in press.edition.pieces if piece.story.update}

    async def document(self, message: Message) -> None:
        document = _DOCUMENT.read(message.value)
        if isinstance(document, Unreadable):
            return
        piece = self._press.piece(document.url)
        visible_at = None
        if piece is not None:
            self._missing.discard(piece.story.slug)
            if piece.story.update and piece.story.update in document.body:  # on a slow machine in the first already
                self._missing_updates.discard(piece.story.slug)
            # What was out before we came says nothing about how fast we are.
            visible_at = self._press.opened_at.timestamp() + piece.visible_at if piece.visible_at > 0 else None
        self.tally.document(document, visible_at=visible_at)
        await self._output.document(document, message.value or b"")
        self._look()

    async def rejected(self, message: Message) -> None:
        rejected = _REJECTED.read(message.value)
        if isinstance(rejected, Unreadable):
            return
        piece = self._press.piece(rejected.url)
        if piece is not None:
            self._missing.discard(piece.story.slug)
        self.tally.rejection(rejected)
        await self._output.rejected(rejected)
        self._look()

    def _look(self) -> None:
        if not self._missing and not self._missing_updates:
            self.complete.set()


_DOCUMENT = Reader(Document)
_REJECTED = Reader(Rejected)


async def _run(
    wanted: settings.Settings,
    watch: _Watch,
    stops: Sequence[asyncio.Event],
    ends: Callable[[], Awaitable[None]],
    output: Screen | Lines,
) -> None:
    """Run service and readers until `ends` returns or one of `stops` is set, then wind all down."""
    ready: asyncio.Future[Running] = asyncio.get_running_loop().create_future()
    halt = asyncio.Event()
    connection = Connection(wanted.kafka, embedded=True)

    async def read() -> None:
        running = await ready
        await output.say(f"Status page: http://{wanted.ops.host}:{running.ops_port}/")
        await consuming.read(connection, running.topics, document=watch.document, rejected=watch.rejected)

    async with asyncio.TaskGroup() as group:
        service = group.create_task(runtime.serve(wanted, stop=halt, embedded=True, on_ready=ready.set_result))
        shown = group.create_task(read())
        ending = group.create_task(_first_of(ends(), *(stop.wait() for stop in stops)))
        await asyncio.wait({service, ending}, return_when=asyncio.FIRST_COMPLETED)
        halt.set()
        await asyncio.wait({service})
        ending.cancel()
        shown.cancel()


def _end_of(press: Press, watch: _Watch, *, seconds: float | None, keep_running: bool) -> Callable[[], Awaitable[None]]:
    """Return what waits for the end that was asked for."""

    async def ends() -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await press.opened.wait()
                latest_s = None if keep_running else press.edition.complete_at + SETTLE_S - press.clock()
                async with asyncio.timeout(latest_s):
                    await (asyncio.Event() if keep_running else watch.complete).wait()

    return ends


async def _first_of(*waits: Awaitable[object]) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


def _settings(bootstrap: str, press: Press) -> settings.Settings:
    """Return settings for sites that are ours: asked every second, and allowed although they are on loopback."""
    hosts = sorted({piece.site.host for piece in press.edition.pieces})
    return settings.load(
        flags={
            "service.installation": "demo",
            "service.feeds": press.feed_urls,
            "service.shutdown_grace_s": 3.0,
            "kafka.bootstrap": bootstrap,
            "kafka.session_timeout_s": 6.0,
            "kafka.commit_interval_s": 0.2,
            "poll.min_interval_s": 1.0,
            "poll.first_interval_s": 1.0,
            "poll.max_interval_s": 2.0,
            "poll.site_spacing_s": 0.1,
            "fetch.contact": "https://localhost/",
            "fetch.allow_private": tuple(f"{host}/32" for host in hosts),
            "fetch.timeout_s": 10.0,
            "clean.site_spacing_s": 0.1,
            "clean.max_attempts": 2,
            "clean.retry_base_s": 1.0,
            "clean.retry_max_s": 2.0,
            "ops.host": "127.0.0.1",
            "ops.port": 0,
        },
        environment={},
        file=None,
    )
