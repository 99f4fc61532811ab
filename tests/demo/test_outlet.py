"""Real pipes: what is written arrives whole, and a reader that sleeps or went away holds nothing up."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from cleanwire.demo.outlet import Outlet

MUCH = bytes(range(256)) * 4_096  # more than any pipe holds


Pipe = tuple[BinaryIO, BinaryIO]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb", buffering=0) as sink:
        yield source, sink


async def test_a_slow_reader_gets_everything_in_order(pipe: Pipe) -> None:
    source, sink = pipe
    outlet = Outlet(sink.fileno())

    async def write() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(outlet.write(MUCH))
            group.create_task(outlet.write(b"end"))
        sink.close()

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(write())
        found = group.create_task(asyncio.to_thread(source.read))
    assert found.result() == MUCH + b"end"


async def test_a_reader_that_sleeps_does_not_hold_up_the_loop(pipe: Pipe) -> None:
    outlet = Outlet(pipe[1].fileno())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await outlet.write(MUCH)
    assert not outlet.closed.is_set()


async def test_a_reader_that_went_away_is_noticed(pipe: Pipe) -> None:
    source, sink = pipe
    source.close()
    outlet = Outlet(sink.fileno())
    async with asyncio.timeout(5):
        await outlet.write(MUCH)
    assert outlet.closed.is_set()


async def test_a_file_takes_everything_at_once(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out:
        await Outlet(out.fileno()).write(MUCH)
    assert (tmp_path / "out").read_bytes() == MUCH
