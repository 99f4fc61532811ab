"""A running service of a test: its settings, its topics, what readers see of it."""

import asyncio
import contextlib
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import msgspec

from cleanwire import runtime, settings
from cleanwire.ops import commands
from cleanwire.poller import subscriptions
from cleanwire.records.command import Action
from cleanwire.records.document import Document
from cleanwire.records.feed import Feed, FeedOptions, Origin
from cleanwire.records.rejected import Rejected
from cleanwire.runtime import Running
from cleanwire.settings import Role, Settings
from cleanwire.stream import direct, topics
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message, Write
from cleanwire.telemetry import books
from cleanwire.telemetry.books import Books
from cleanwire.urls import identity
from cleanwire.urls import site as sites
from services import lent

DEADLINE_S = 60.0
PARTITIONS = 2


class House:
    """One installation: topics, feeds and replicas of its own on the shared broker."""

    def __init__(self, bootstrap: str, **changes: Any) -> None:
        name = uuid.uuid4().hex[:8]
        self.flags: dict[str, Any] = {
            "service.installation": f"test-{name}",
            "service.shutdown_grace_s": 3,
            "kafka.bootstrap": bootstrap,
            "kafka.topic_prefix": f"{name}.",
            "kafka.partitions": PARTITIONS,
            "kafka.session_timeout_s": 6,
            "kafka.commit_interval_s": 0.05,
            "fetch.contact": "https://reader.example/about",
            "fetch.allow_private": "127.0.0.0/8",
            "fetch.timeout_s": 2,
            "poll.min_interval_s": 1,
            "poll.max_interval_s": 1.5,
            "poll.first_interval_s": 1,
            "poll.site_spacing_s": 0.02,
            "clean.site_spacing_s": 0.02,
            "clean.retry_base_s": 0.2,
            "clean.max_attempts": 3,
            "clean.processes": 1,
            "ops.host": "127.0.0.1",
            "ops.port": 0,
            **changes,
        }
        self.settings = self.with_()
        self.connection = Connection(self.settings.kafka)
        self.topics = topics.names(self.settings.kafka.topic_prefix)

    def with_(self, **changes: Any) -> Settings:
        """Return the settings with some of them changed; `section__key` names one."""
        flags = {**self.flags, **{name.replace("__", "."): value for name, value in changes.items()}}
        return settings.load(flags=flags, environment={}, file=None)

    def environment(self) -> dict[str, str]:
        """Return the settings as variables, for a replica in a process of its own."""
        return {settings.variable(key): str(value) for key, value in self.flags.items()}

    async def make_topics(self, **documents: str) -> None:
        """Create the topics; `documents` changes that topic's configuration, `_` for `.`."""
        wanted = {key.replace("_", "."): value for key, value in documents.items()}
        specs = [
            replace(spec, config={**spec.config, **wanted}) if spec.name == self.topics.documents else spec
            for spec in topics.layout(self.settings.kafka)
        ]
        await topics.create(self.connection, specs)

    @contextlib.asynccontextmanager
    async def running(self, **changes: Any) -> AsyncIterator["Replica"]:
        """Run a replica in this process until the block ends, and then let it stop in order."""
        replica = Replica(self.with_(**changes))
        await replica.start()
        try:
            yield replica
        finally:
            await replica.stop()

    async def subscribe(self, *urls: str, origin: Origin = Origin.CLI, **options: Any) -> list[Feed]:
        """Subscribe to feeds as the command line does."""
        chosen = FeedOptions(**options)
        feeds = [subscriptions.subscription(url, origin, now=time.time(), options=chosen) for url in urls]
        await subscriptions.write(self.connection, self.topics.feeds, self.settings.kafka.partitions, put=feeds)
        return feeds

    async def unsubscribe(self, *feeds: Feed) -> None:
        await subscriptions.write(self.connection, self.topics.feeds, self.settings.kafka.partitions, remove=feeds)

    async def ask(self, action: Action, feed: Feed) -> None:
        """Ask the owner of a feed for something."""
        await commands.send(
            self.connection,
            self.topics.commands,
            self.settings.kafka.partitions,
            action,
            site=feed.site,
            target=feed.id,
        )

    async def retry(self, url: str) -> None:
        """Ask the owner of an article to try it again."""
        await commands.send(
            self.connection,
            self.topics.commands,
            self.settings.kafka.partitions,
            Action.RETRY,
            site=sites.site(url),
            target=identity.article_id(url),
        )

    async def write(self, topic: str, key: bytes | None, value: bytes | None, *, partition: int = 0) -> None:
        """Write any record, wrong ones too."""
        await direct.write(
            self.connection,
            [Write(topic=topic, key=key, value=value, partition=partition)],  # type: ignore[arg-type]
        )

    async def read(self, topic: str) -> list[Message]:
        """Return what a read_committed reader finds in a topic."""
        found: list[Message] = []
        await direct.read_all(self.connection, topic, found.append)
        return found

    async def documents(self) -> list[Document]:
        return [msgspec.json.decode(m.value or b"", type=Document) for m in await self.read(self.topics.documents)]

    async def rejected(self) -> list[Rejected]:
        return [msgspec.json.decode(m.value or b"", type=Rejected) for m in await self.read(self.topics.rejected)]

    async def outcomes(self) -> "Outcomes":
        return Outcomes(await self.documents(), await self.rejected())

    async def until_read(
        self,
        enough: Callable[[list[Message]], bool],
        *from_topics: str,
        what: Callable[[], str],
        within_s: float = DEADLINE_S,
    ) -> list[Message]:
        """Wait until what is committed to some topics is `enough`, and return it. Each of them has one reader.

        What was there when the wait began counts as a whole: no state that has passed is met again.
        """
        before = [message for topic in from_topics for message in await self.read(topic)]
        if enough(before):
            return before
        found: list[Message] = []
        reached = asyncio.Event()

        async def follow(topic: str) -> None:
            async with contextlib.aclosing(direct.follow(self.connection, topic, from_start=True)) as messages:
                async for message in messages:
                    found.append(message)
                    if len(found) > len(before) and enough(found):
                        reached.set()

        async with asyncio.TaskGroup() as readers:
            following = [readers.create_task(follow(topic)) for topic in from_topics]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(within_s):
                    await reached.wait()
            for reader in following:
                reader.cancel()
        there = [(message.topic, message.key, (message.value or b"")[:200]) for message in found]
        assert reached.is_set(), f"not within {within_s:g} s: {what()}; there are {there}"
        return found

    async def until_settled(self, count: int, *, within_s: float = DEADLINE_S) -> "Outcomes":
        """Wait until `count` articles have an outcome, and return all outcomes."""
        topics = (self.topics.documents, self.topics.rejected)
        await self.until_read(
            lambda found: len(found) >= count, *topics, what=lambda: f"{count} outcomes", within_s=within_s
        )
        return await self.outcomes()


class Outcomes:
    """Documents and rejections as a reader sees them."""

    def __init__(self, documents: list[Document], rejected: list[Rejected]) -> None:
        self.documents = documents
        self.rejected = rejected

    def __repr__(self) -> str:
        titles = [document.title for document in self.documents]
        return f"documents {titles}, rejected {[(r.url, r.reason.value, r.detail) for r in self.rejected]}"

    def titles(self) -> Counter[str]:
        """Count documents by title."""
        return Counter(document.title for document in self.documents)

    def reasons(self) -> dict[str, list[str]]:
        """Return the reasons by URL: a list, for none may be rejected twice."""
        found: dict[str, list[str]] = {}
        for rejected in self.rejected:
            found.setdefault(rejected.url, []).append(rejected.reason.value)
        return found

    def each_once(self) -> bool:
        """Tell whether no article has two outcomes."""
        ids = [document.id for document in self.documents] + [rejected.article_id for rejected in self.rejected]
        return len(ids) == len(set(ids))


class Replica:
    """One process's worth of the service, in this process."""

    def __init__(self, chosen: Settings) -> None:
        self._settings = chosen
        self._stop = asyncio.Event()
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.running: Running | None = None

    async def start(self) -> None:
        """Start and wait until the topics are there and the stages run."""

        def on_ready(running: Running) -> None:
            self.running = running
            self._ready.set()

        clean = self._settings.clean
        cleans = self._settings.service.role in (Role.ALL, Role.CLEANER)
        pool = lent.pool(clean.memory_limit_mb, clean.pages_per_process) if cleans else None
        served = runtime.serve(self._settings, stop=self._stop, pool=pool, on_ready=on_ready)
        self._task = asyncio.create_task(served)
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({self._task, ready}, timeout=DEADLINE_S, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            await self._task
        assert self._ready.is_set(), "the service did not start in time"

    async def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._stop.set()
        assert self._task is not None
        async with asyncio.timeout(30):
            await self._task

    async def page(self, path: str) -> httpx.Response:
        """Return a page of the ops server."""
        assert self.running is not None
        async with httpx.AsyncClient(verify=False, trust_env=False) as asking:
            return await asking.get(f"http://127.0.0.1:{self.running.ops_port}{path}", timeout=10)

    async def books(self) -> Books:
        return books.read((await self.page("/metrics")).text)

    async def metric(self, series: str) -> float:
        """Return the value of one series, as `name{label="value"}`."""
        lines = (await self.page("/metrics")).text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.rpartition(" ")[0] == series)

    async def until_joined(self) -> None:
        """Wait until /readyz is content."""

        async def ready() -> bool:
            return (await self.page("/readyz")).status_code == 200

        await until(ready, what=lambda: "a ready replica")

    async def until_balanced(self, *, pending: int = 0) -> Books:
        """Wait until the books balance with so many articles in flight, and return them."""
        account: Books | None = None

        async def balanced() -> bool:
            nonlocal account
            account = await self.books()
            return account.balanced and account.pending == pending

        await until(balanced, within_s=15, what=lambda: f"balanced books with {pending} pending: {account}")
        assert account is not None
        return account


async def until(
    condition: Callable[[], Awaitable[bool]],
    *,
    what: Callable[[], str],
    within_s: float = DEADLINE_S,
    every_s: float = 0.1,
) -> None:
    """Wait until `condition` holds; fail with `what` was waited for after `within_s`."""
    deadline = time.monotonic() + within_s
    while not await condition():
        assert time.monotonic() < deadline, f"not within {within_s:g} s: {what()}"
        await asyncio.sleep(every_s)


async def until_true(condition: Callable[[], bool], *, what: Callable[[], str], within_s: float = DEADLINE_S) -> None:
    """Wait until `condition`, which asks nobody, holds."""

    async def holds() -> bool:
        return condition()

    await until(holds, what=what, within_s=within_s, every_s=0.02)
