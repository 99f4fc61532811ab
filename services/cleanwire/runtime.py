"""How are the parts of the service put together and run until they are told to stop?"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

import structlog
from prometheus_client import CollectorRegistry

from cleanwire.cleaner.attempts import user_rules
from cleanwire.cleaner.attempts.attempt import Attempts
from cleanwire.cleaner.inspection import Inspection
from cleanwire.cleaner.pool import ExtractionPool
from cleanwire.cleaner.service import CleanerDesk
from cleanwire.crawl.clock import ServerClocks
from cleanwire.crawl.pacing import Sites
from cleanwire.crawl.places import Places
from cleanwire.errors import BrokerUnavailable, ConfigError, StateDamaged
from cleanwire.feed.lists.read import Listed
from cleanwire.feed.websub.callback import CallbackKeys
from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.robots import RobotsCache
from cleanwire.fetch.tdmrep import TdmrepCache
from cleanwire.ops import listener
from cleanwire.ops.callback_service import CallbackService
from cleanwire.ops.console.console_service import DEFAULT_PORT, ConsoleService
from cleanwire.ops.health import Check
from cleanwire.ops.ops_service import OpsService
from cleanwire.poller import subscriptions
from cleanwire.poller.bodies.readers import Readers
from cleanwire.poller.gap_search import Searches
from cleanwire.poller.poll import Polls
from cleanwire.poller.service import Item, Outcome, PollerDesk
from cleanwire.poller.websub.hub import Hubs
from cleanwire.sandbox import doors
from cleanwire.sandbox.pool import ProcessPool
from cleanwire.settings import Role, Settings
from cleanwire.stream import groups, topics, waiting
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.loop import DeskStage, Pace
from cleanwire.stream.partitions.membership import Membership, Stage
from cleanwire.stream.topics import TopicNames
from cleanwire.telemetry import catalogue
from cleanwire.telemetry.events import Telemetry
from cleanwire.telemetry.tracing import Traces
from cleanwire.text.site_rules.tables import SiteRules

log = structlog.get_logger("cleanwire.service")
RETRY_S = 2.0
WIND_DOWN_SHARE = 0.6  # of the grace: the rest is for the last transaction and leaving the group


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What a caller may want to know of a service that has begun to work."""

    ops_port: int
    callback_port: int | None  # where hubs' calls are taken, if WebSub is on
    console_port: int | None  # of the ops page, where there is one
    partitions: int
    topics: TopicNames


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the settings' files say: feeds, and the operator's rules by site."""

    feeds: list[Listed]
    rules: dict[str, SiteRules]


def check(settings: Settings, *, embedded: bool = False) -> Checked:
    """Return what the settings' files say after checking all that can be checked without a broker.

    Raises:
        ConfigError: names the key.
        InputError: a feed list or a file of rules is wrong; names file and line.
    """
    if not settings.kafka.bootstrap:
        raise ConfigError(
            "kafka.bootstrap (CLEANWIRE_KAFKA_BOOTSTRAP) is not set: give the broker's host:port, "
            "or --embedded for a try without one"
        )
    if not (embedded or settings.fetch.contact or settings.service.role is Role.OPS):
        raise ConfigError(
            "fetch.contact (CLEANWIRE_FETCH_CONTACT) is not set: publishers must be able to reach whoever polls them; "
            "give a URL or a mail address"
        )
    if settings.tracing.endpoint is not None and not _can_export():
        raise ConfigError("tracing.endpoint needs OpenTelemetry: pip install 'cleanwire[otel]', or leave it out")
    return Checked(
        feeds=subscriptions.read_sources(settings.service.feeds), rules=user_rules.load(settings.clean.rules)
    )


def _can_export() -> bool:
    """Return whether the extra with OpenTelemetry's exporter is installed, without loading it."""
    try:
        return find_spec("opentelemetry.exporter.otlp.proto.http") is not None
    except ModuleNotFoundError:
        return False


async def serve(
    settings: Settings,
    *,
    stop: asyncio.Event,
    embedded: bool = False,
    pool: ProcessPool | None = None,
    on_ready: Callable[[Running], None] | None = None,
) -> None:
    """Run the service until `stop` is set. A broker that is away is waited for.

    Pages are read in `pool`, which stays open, where one is lent, and otherwise in a pool as the settings say.

    Raises:
        ConfigError, InputError: before any topic is touched.
        StateDamaged: the topics are not what this installation needs.
    """
    checked = check(settings, embedded=embedded)
    doors.hide()
    telemetry = Telemetry(CollectorRegistry())
    async with _spans(settings, telemetry):
        await _serve(settings, checked, telemetry, stop=stop, embedded=embedded, pool=pool, on_ready=on_ready)


@asynccontextmanager
async def _spans(settings: Settings, telemetry: Telemetry) -> AsyncIterator[None]:
    """Record what happens meanwhile as spans, where that is asked for."""
    if settings.tracing.endpoint is None:
        yield
        return
    from cleanwire.telemetry import otlp  # here only: it loads what is installed with an extra

    installation, instance = settings.service.installation, settings.kafka.instance_id
    collector = otlp.Collector(
        settings.tracing, installation=installation, instance=instance, count=telemetry.spans_exported
    )
    telemetry.traces = Traces(collector.record, settings.tracing.sample)
    try:
        yield
    finally:
        telemetry.traces = Traces()
        await collector.close()


async def _serve(
    settings: Settings,
    checked: Checked,
    telemetry: Telemetry,
    *,
    stop: asyncio.Event,
    embedded: bool,
    pool: ProcessPool | None,
    on_ready: Callable[[Running], None] | None,
) -> None:
    connection = Connection(settings.kafka, embedded=embedded)
    partitions = topics.EMBEDDED_PARTITIONS if embedded else settings.kafka.partitions
    names = topics.names(settings.kafka.topic_prefix)
    members: dict[str, Membership] = {}
    page = listener.bind(settings.ops.host, settings.ops.port, section="ops")
    ops = OpsService(page, telemetry=telemetry, checks=_checks(settings, members))
    callbacks = _callbacks(connection, settings, telemetry, names, partitions)
    console = _console(connection, settings, telemetry, names, partitions, checked.rules)
    console_port = None if console is None else console.port
    role = settings.service.role
    log.info("service_started", role=role.value, ops_port=ops.port, console_port=console_port, embedded=embedded)
    running = Running(
        ops_port=ops.port,
        callback_port=None if callbacks is None else callbacks.port,
        console_port=console_port,
        partitions=partitions,
        topics=names,
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(ops.run(stop), name="ops")
        if console is not None:
            group.create_task(console.run(stop), name=console.name)
        if role is Role.OPS:
            if on_ready is not None:
                on_ready(running)
        else:
            prepared = group.create_task(
                _prepare(connection, settings, telemetry, stop, checked.feeds, names, partitions)
            )
            async with _stages(
                settings, telemetry, partitions, names, checked.rules, pool
            ) as stages:  # warms up meanwhile
                if await prepared:
                    members |= {stage.name: _member(connection, stage, settings, telemetry) for stage in stages}
                    if on_ready is not None:
                        on_ready(running)
                    async with asyncio.TaskGroup() as work:
                        if callbacks is not None:
                            work.create_task(callbacks.run(stop), name=callbacks.name)
                        for member in members.values():
                            work.create_task(member.run(stop))
    log.info("service_stopped")


def _keys(settings: Settings) -> CallbackKeys | None:
    """Return what hubs' calls are checked with; None while WebSub is off."""
    chosen = settings.websub
    if chosen.callback_url is None or chosen.secret is None:
        return None
    return CallbackKeys(chosen.callback_url, chosen.secret.get_secret_value())


def _callbacks(
    connection: Connection, settings: Settings, telemetry: Telemetry, names: TopicNames, partitions: int
) -> CallbackService | None:
    """Return what takes hubs' calls, where feeds are polled and WebSub is on."""
    keys = _keys(settings)
    if keys is None or settings.service.role not in (Role.ALL, Role.POLLER):
        return None
    return CallbackService(
        listener.bind(settings.websub.host, settings.websub.port, section="websub"),
        connection=connection,
        keys=keys,
        topics=names,
        partitions=partitions,
        limit_bytes=settings.fetch.feed_limit_bytes,
        telemetry=telemetry,
    )


def _console(
    connection: Connection,
    settings: Settings,
    telemetry: Telemetry,
    names: TopicNames,
    partitions: int,
    rules: dict[str, SiteRules],
) -> ConsoleService | None:
    """Return the ops page: always in the role of its own, and where its port is set in the one that does everything."""
    role, port = settings.service.role, settings.console.port
    if role not in (Role.ALL, Role.OPS) or (role is Role.ALL and port is None):
        return None

    async def subscribe(url: str) -> bool:
        wanted = [Listed(url=url)]
        return await subscriptions.add(connection, names.feeds, partitions, wanted, now=time.time()) > 0

    return ConsoleService(
        listener.bind(settings.console.host, DEFAULT_PORT if port is None else port, section="console"),
        connection=connection,
        settings=settings,
        names=names,
        partitions=partitions,
        own_rules=rules,
        subscribe=subscribe,
        inspection=Inspection(settings, rules),
        telemetry=telemetry,
    )


def _checks(settings: Settings, members: dict[str, Membership]) -> dict[str, Check]:
    """Return what must hold for this replica to be ready. `members` fills once the topics are there."""
    if settings.service.role is Role.OPS:
        return {}

    def groups() -> str | None:
        if not members:
            return "waiting for the broker and its topics"
        missing = [name for name, member in members.items() if not member.joined]
        return f"not in the group of: {', '.join(missing)}" if missing else None

    def partitions() -> str | None:
        looping = [f"{name} {number}" for name, member in members.items() for number in sorted(member.looping)]
        return f"failing again and again: {', '.join(looping)}" if looping else None

    return {"groups": groups, "partitions": partitions}


async def _prepare(
    connection: Connection,
    settings: Settings,
    telemetry: Telemetry,
    stop: asyncio.Event,
    wanted: list[Listed],
    names: TopicNames,
    partitions: int,
) -> bool:
    """Wait for the broker, make or check the topics, subscribe to the feeds of the settings; false when stopped."""
    specs = topics.layout(settings.kafka)
    while await topics.wait_for_broker(connection, stop, telemetry, who="service"):
        try:
            if settings.kafka.topics == "create":
                await topics.create(connection, specs)
            problems = await topics.check(connection, specs)
            if problems:
                raise StateDamaged("topics are not as the settings say:\n" + "\n".join(problems))
            await _refuse_rivals(connection, settings, names, stop)
            if settings.service.role in (Role.ALL, Role.POLLER) and settings.service.feeds:
                changes = await subscriptions.synchronise(connection, names.feeds, partitions, wanted, now=time.time())
                log.info(
                    "feeds_synchronised",
                    added=len(changes.added),
                    changed=len(changes.changed),
                    removed=len(changes.removed),
                    kept=changes.kept,
                )
            return True
        except BrokerUnavailable as error:
            log.warning("broker_unavailable", detail=str(error))
            await waiting.until(stop, RETRY_S)
    return False


async def _refuse_rivals(connection: Connection, settings: Settings, names: TopicNames, stop: asyncio.Event) -> None:
    """Refuse to start beside another installation where both would harm each other; role `ops` only reads.

    Who was killed is a member until its session times out, so what is found is looked at again after that long.

    Raises:
        ConfigError: names what must differ.
    """
    if settings.service.role is Role.OPS or connection.embedded:
        return
    installation = settings.service.installation
    dealt: dict[str, str] = {catalogue.Stage.POLLER: names.feeds, catalogue.Stage.CLEANER: names.entries}
    try:
        if not (found := await groups.rivals(connection, installation, dealt)):
            return
        log.warning("other_installation_found", detail=found)
        await waiting.until(stop, settings.kafka.session_timeout_s)
        found = await groups.rivals(connection, installation, dealt)
    except BrokerUnavailable as error:  # we may not look: to work is allowed all the same
        log.info("other_installations_unknown", detail=str(error))
        return
    if found and not stop.is_set():
        raise ConfigError("\n".join(f"service.installation {installation!r}: {why}" for why in found))


@asynccontextmanager
async def _stages(
    settings: Settings,
    telemetry: Telemetry,
    partitions: int,
    names: TopicNames,
    rules: dict[str, SiteRules],
    pool: ProcessPool | None,
) -> AsyncIterator[list[Stage]]:
    """Open what the stages of this role need, in the order they depend on each other."""
    role = settings.service.role
    pace = Pace(
        commit_interval_s=settings.kafka.commit_interval_s,
        wind_down_s=settings.service.shutdown_grace_s * WIND_DOWN_SHARE,
    )
    async with AsyncExitStack() as stack:
        clocks = ServerClocks()

        def compare_clocks(url: str, headers: Mapping[str, str]) -> None:
            ahead_s = clocks.hear(url, headers, now=time.time())
            if ahead_s is not None:
                telemetry.clock_compared(ahead_s=ahead_s)

        fetcher = await stack.enter_async_context(Fetcher(settings.fetch, on_reply=compare_clocks))
        stages: list[Stage] = []
        agent = settings.fetch.user_agent.partition("/")[0]
        robots = RobotsCache(fetcher, agent=agent, ttl_s=settings.fetch.robots_ttl_s)
        sites = Sites()
        if role in (Role.ALL, Role.POLLER):
            keys = _keys(settings)
            readers = await stack.enter_async_context(Readers(settings.poll, on_open_door=telemetry.sandbox_door_open))
            poller_desk = partial(
                PollerDesk,
                polls=Polls(fetcher, readers, settings.poll, settings.fetch),
                searches=Searches(fetcher, robots, readers, settings.fetch),
                settings=settings.poll,
                topics=names,
                partitions=partitions,
                telemetry=telemetry,
                host_down_pause_s=settings.fetch.host_down_pause_s,
                sites=sites,
                places=Places(settings.poll.concurrency),
                hubs=None if keys is None else Hubs(fetcher, keys, settings.websub),
            )
            stages.append(
                DeskStage[Item, Outcome](
                    "poller", names.feeds, poller_desk, concurrency=settings.poll.concurrency, pace=pace
                )
            )
        if role in (Role.ALL, Role.CLEANER):
            if pool is None:
                own = ExtractionPool(settings.clean, on_open_door=telemetry.sandbox_door_open)
                pool = await stack.enter_async_context(own)
            cleaner_desk = partial(
                CleanerDesk,
                attempts=Attempts(
                    fetcher=fetcher,
                    robots=robots,
                    tdmrep=TdmrepCache(fetcher) if settings.fetch.tdmrep else None,
                    pool=pool,
                    clean_settings=settings.clean,
                    fetch_settings=settings.fetch,
                    telemetry=telemetry,
                    rules=rules,
                ),
                settings=settings.clean,
                topics=names,
                partitions=partitions,
                telemetry=telemetry,
                host_down_pause_s=settings.fetch.host_down_pause_s,
                sites=sites,
                places=Places(settings.clean.concurrency),
            )
            stages.append(
                DeskStage("cleaner", names.entries, cleaner_desk, concurrency=settings.clean.concurrency, pace=pace)
            )
        yield stages


def _member(connection: Connection, stage: Stage, settings: Settings, telemetry: Telemetry) -> Membership:
    return Membership(
        connection,
        stage,
        installation=settings.service.installation,
        observer=telemetry,
        grace_s=settings.service.shutdown_grace_s,
    )
