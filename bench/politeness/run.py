"""What happens in a run? The field opens, the reader comes, is killed, comes back, and is graded."""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.politeness import field
from bench.politeness.grading import Grade
from bench.politeness.reader import Reader
from bench.politeness.server import Server
from bench.politeness.terms import Terms
from bench.politeness.traffic import Traffic

_START_LIMIT_S = 60.0
_BEFORE_KILL = 0.6  # share of the run that comes before the kill


class NothingAsked(Exception):
    """The reader did not ask for anything; the message holds its last words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long the reader is watched. `every_s`: start it again so often, if it ends after each round of polls."""

    seconds: float
    restart: bool
    every_s: float | None = None
    without_hostile: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    traffic: Traffic
    grades: list[Grade]


async def run(command: str, terms: Terms, plan: Plan, *, log: Path | None = None) -> Result:
    """Let the reader that `command` starts poll the field, and grade it.

    Raises:
        NothingAsked: it never came.
        OSError: it cannot be started, or the machine has no such loopback addresses.
    """
    server, place = Server(), field.plan(terms, without_hostile=plan.without_hostile)
    with tempfile.TemporaryDirectory(prefix="politeness-", ignore_cleanup_errors=True) as name:
        async with server.serving(place.addressed):
            reader = Reader(command, place.feeds(), terms, Path(name), log=log or Path(name) / "reader.log")
            try:
                await _watch(server, reader, plan)
            finally:
                reader.kill()
            server.traffic.now = server.now()
            return Result(server.traffic, list(place.grades(server.traffic)))


async def _watch(server: Server, reader: Reader, plan: Plan) -> None:
    await _start(server, reader, plan)
    await _poll(server, reader, plan, plan.seconds * (_BEFORE_KILL if plan.restart else 1.0))
    if plan.restart:
        server.traffic.stopped.append(server.now())
        reader.kill()
        await _start(server, reader, plan)
        await _poll(server, reader, plan, plan.seconds * (1.0 - _BEFORE_KILL))


async def _start(server: Server, reader: Reader, plan: Plan) -> None:
    """Start the reader and wait for its first request; the time before that is not counted."""
    server.first.clear()
    server.traffic.started.append(server.now())
    reader.start()
    until = server.now() + _START_LIMIT_S
    while not server.first.is_set():
        ended = reader.ended() is not None and plan.every_s is None
        if ended or server.now() > until:
            raise NothingAsked(f"the reader {'ended' if ended else 'is silent'}; it said: {reader.last_words()}")
        await _once_more(reader, plan)


async def _poll(server: Server, reader: Reader, plan: Plan, seconds: float) -> None:
    """Let the reader poll for `seconds`."""
    until = server.now() + seconds
    while (left := until - server.now()) > 0:
        await _once_more(reader, plan, within_s=left)


async def _once_more(reader: Reader, plan: Plan, *, within_s: float = 0.1) -> None:
    """Let a moment pass; start a reader again whose round is over."""
    await asyncio.sleep(min(within_s, 0.1))
    if plan.every_s is not None and reader.ended() is not None and reader.age() >= plan.every_s:
        reader.start()
