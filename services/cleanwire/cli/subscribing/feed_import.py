"""`cleanwire feeds import`: subscribe to what files list, and report what became of each line."""

import asyncio
import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

from cleanwire import characters, terminal
from cleanwire.cli import options
from cleanwire.errors import InputError
from cleanwire.feed.lists import subscribed
from cleanwire.feed.lists.read import FeedList, Listed
from cleanwire.fetch.client import Fetcher
from cleanwire.poller import subscriptions
from cleanwire.poller.bodies.readers import Readers
from cleanwire.poller.finding.probe import Prober
from cleanwire.records.feed import Feed, Origin
from cleanwire.settings import Settings
from cleanwire.telemetry import redact
from cleanwire.urls import identity, secrets

WRITTEN_AT_ONCE = 500
SHOWN = 20  # lines about single feeds on standard error; the report file has them all


@dataclass(slots=True, kw_only=True)
class _Result:
    added: list[Listed] = field(default_factory=list)
    known: list[Listed] = field(default_factory=list)
    repeated: list[Listed] = field(default_factory=list)
    failed: list[tuple[str, str, str]] = field(default_factory=list)  # place, URL, why

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        for outcome, feeds in (("added", self.added), ("known", self.known), ("repeated", self.repeated)):
            for feed in feeds:
                yield feed.place, secrets.shown(feed.url), outcome, ""
        for place, url, why in self.failed:
            yield place, secrets.shown(url), "failed", redact.text(why)


def import_(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="OPML, CSV with a column url, or text with a URL a line.")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Ask each new feed once; subscribe to those that answer.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Write what became of each line as CSV.")] = None,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Subscribe to every feed that files list; what is known already stays as it is."""
    settings = options.load(config, assignments, kafka__bootstrap=bootstrap)
    listed = subscriptions.read_files(files)
    if report is not None:
        _write(report, _Result())  # a path that cannot be written is told before anything is done
    result = asyncio.run(_import(settings, listed, check))
    if report is not None:
        _write(report, result)
    _say("repeated", [f"{feed.place}: {secrets.shown(feed.url)}" for feed in result.repeated])
    _say(
        "failed",
        [": ".join(filter(None, (place, secrets.shown(url), redact.text(why)))) for place, url, why in result.failed],
    )
    counts = f"{len(result.added)} added, {len(result.known)} known already"
    counts += f", {len(result.repeated)} repeated" if result.repeated else ""
    counts += f", {len(result.failed)} failed" if result.failed else ""
    terminal.say(counts)
    if result.failed:
        raise typer.Exit(1)


async def _import(settings: Settings, listed: FeedList, check: bool) -> _Result:
    connection, names = options.connect(settings)
    with terminal.reading() as tell:
        known = await subscriptions.read_all(connection, names.feeds, tell)
    result = _Result(repeated=list(listed.repeated))
    result.failed += [_split(problem) for problem in listed.problems]
    paired = subscribed.pair(listed.feeds, known.values())
    result.known = [feed for feed in listed.feeds if paired[identity.feed_id(feed.url)] is not None]
    new = [feed for feed in listed.feeds if paired[identity.feed_id(feed.url)] is None]
    result.failed += [
        (feed.place, feed.url, "its key is not shown") for feed in new if subscribed.is_redacted(feed.url)
    ]
    new = [feed for feed in new if not subscribed.is_redacted(feed.url)]
    with terminal.bars(MofNCompleteColumn(), TimeRemainingColumn()) as progress:
        wanted = await _checked(new, settings, result, progress) if check else new
        task = progress.add_task("subscribing", total=len(wanted))
        for start in range(0, len(wanted), WRITTEN_AT_ONCE):
            part = wanted[start : start + WRITTEN_AT_ONCE]
            feeds: list[Feed] = [subscriptions.listed(feed, Origin.CLI, now=time.time()) for feed in part]
            await subscriptions.write(connection, names.feeds, settings.kafka.partitions, put=feeds)
            result.added += part
            progress.advance(task, len(part))
    return result


async def _checked(new: list[Listed], settings: Settings, result: _Result, progress: Progress) -> list[Listed]:
    """Return the feeds of `new` that answered with a feed; the others have failed."""
    task = progress.add_task("asking", total=len(new))
    async with Fetcher(settings.fetch) as fetcher, Readers(settings.poll) as readers:
        prober = Prober(fetcher, readers, settings)

        async def ask(feed: Listed) -> str | None:
            answer = await prober.feed(secrets.part(feed.url).url, subscribed.options(feed))
            progress.advance(task)
            return answer if isinstance(answer, str) else None

        problems = await asyncio.gather(*(ask(feed) for feed in new))
    result.failed += [
        (feed.place, feed.url, problem) for feed, problem in zip(new, problems, strict=True) if problem is not None
    ]
    return [feed for feed, problem in zip(new, problems, strict=True) if problem is None]


def _split(problem: str) -> tuple[str, str, str]:
    place, _, why = problem.partition(": ")
    return place, "", why


def _write(path: Path, result: _Result) -> None:
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("place", "url", "outcome", "detail"))
            writer.writerows(tuple(map(characters.cell, row)) for row in result.rows())
    except OSError as error:
        raise InputError(f"--report {path}: cannot be written: {error.strerror}") from error


def _say(outcome: str, lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        terminal.say(f"{outcome}: {line}", err=True)
    if len(lines) > SHOWN:
        terminal.say(f"{outcome}: and {len(lines) - SHOWN} more (--report FILE names them all)", err=True)
