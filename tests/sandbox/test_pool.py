import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cleanwire.sandbox.pool import Crash, PoolBroken, PoolCrashed, PoolTimeout, ProcessPool
from sandbox import hazards
from sandbox.looking import is_running, until

pytestmark = pytest.mark.slow

MB = 1024 * 1024
LONG_S = 30.0


@asynccontextmanager
async def opened(
    *,
    preload: tuple[str, ...] = ("sandbox.hazards",),
    processes: int = 2,
    tasks_per_process: int = 2000,
    memory_limit_mb: int = 512,
) -> AsyncIterator[ProcessPool]:
    pool = ProcessPool(
        processes=processes,
        memory_limit_bytes=memory_limit_mb * MB,
        tasks_per_process=tasks_per_process,
        preload=preload,
    )
    async with pool:
        yield pool


async def test_values_come_back() -> None:
    async with opened() as pool, asyncio.TaskGroup() as group:
        tasks = [group.create_task(pool.run(hazards.double, number, timeout_s=LONG_S)) for number in range(50)]
    assert [task.result() for task in tasks] == [2 * number for number in range(50)]


async def test_named_arguments_reach_the_function() -> None:
    async with opened(processes=1) as pool:
        assert await pool.run(hazards.double, number=21, timeout_s=LONG_S) == 42


@pytest.mark.parametrize("size", [0, 1, 65_536, 20 * MB])
async def test_data_of_any_size_travels_both_ways(size: int) -> None:
    data = os.urandom(size)
    async with opened(processes=1) as pool:
        assert await pool.run(hazards.echo, data, timeout_s=LONG_S) == data


async def test_what_a_task_cost_is_told_without_the_time_it_only_waited() -> None:
    spent: list[float] = []
    async with opened(processes=1) as pool:
        await pool.run(hazards.compute_then_wait, 0.5, 1.5, timeout_s=LONG_S, spent=spent.append)
        await pool.run(hazards.endless, timeout_s=0.3, spent=spent.append)
    assert 0.3 < spent[0] < 1.4
    assert spent[1] == 0.3


@pytest.mark.parametrize("function", [hazards.endless, hazards.endless_in_c])
async def test_a_loop_without_end_is_killed_at_the_deadline(function: Callable[[], object]) -> None:
    async with opened(processes=1) as pool:
        pid = await pool.run(hazards.process_id, timeout_s=LONG_S)
        assert await pool.run(function, timeout_s=0.3) == PoolTimeout(after_s=0.3)
        assert isinstance(pid, int)
        assert not is_running(pid)
        assert await pool.run(hazards.double, 4, timeout_s=LONG_S) == 8


async def test_a_task_that_only_waits_is_killed_a_little_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleanwire.sandbox.process._WALL_SLACK_S", 0.2)
    async with opened(processes=1) as pool:
        assert await pool.run(hazards.waiting, timeout_s=0.3) == PoolTimeout(after_s=0.3)


@pytest.mark.parametrize(
    ("function", "args", "outcome"),
    [
        pytest.param(hazards.segfault, (), PoolCrashed(kind=Crash.SIGNAL, detail="SIGSEGV"), id="segfault"),
        pytest.param(hazards.kill_itself, (), PoolCrashed(kind=Crash.SIGNAL, detail="SIGKILL"), id="oom-killer"),
        pytest.param(
            hazards.killed_while_sent, (), PoolCrashed(kind=Crash.SIGNAL, detail="SIGKILL"), id="killed-while-sent"
        ),
        pytest.param(hazards.leave, (), PoolCrashed(kind=Crash.EXIT, detail="exit code 3"), id="exit"),
        pytest.param(hazards.eat_memory, (), PoolCrashed(kind=Crash.MEMORY, detail="MemoryError"), id="memory"),
        pytest.param(
            hazards.raising, ("odd",), PoolCrashed(kind=Crash.RAISED, detail="AssertionError: odd"), id="raised"
        ),
    ],
)  # fmt: skip
async def test_what_happens_to_one_task_happens_to_no_other(
    function: Callable[..., object], args: tuple[object, ...], outcome: PoolCrashed
) -> None:
    async with opened(processes=2) as pool, asyncio.TaskGroup() as group:
        neighbours = [group.create_task(pool.run(hazards.double, number, timeout_s=LONG_S)) for number in range(10)]
        bad = group.create_task(pool.run(function, *args, timeout_s=LONG_S))
        later = [group.create_task(pool.run(hazards.double, number, timeout_s=LONG_S)) for number in range(10)]
    assert bad.result() == outcome
    assert [task.result() for task in neighbours + later] == [2 * number for number in range(10)] * 2


async def test_a_result_that_cannot_be_sent_is_told() -> None:
    async with opened(processes=1) as pool:
        outcome = await pool.run(hazards.nameless, timeout_s=LONG_S)
        assert isinstance(outcome, PoolCrashed)
        assert outcome.kind is Crash.RAISED
        assert await pool.run(hazards.double, 4, timeout_s=LONG_S) == 8


async def test_a_result_of_absurd_size_is_not_taken() -> None:
    async with opened(processes=1) as pool:
        outcome = await pool.run(hazards.large, 80 * MB, timeout_s=LONG_S)
        assert isinstance(outcome, PoolCrashed)
        assert outcome.kind is Crash.MEMORY
        assert await pool.run(hazards.double, 4, timeout_s=LONG_S) == 8


async def test_a_function_that_cannot_be_sent_is_the_callers_mistake() -> None:
    async with opened(processes=1) as pool:
        with pytest.raises(ValueError, match="not found by that name"):
            await pool.run(lambda: None, timeout_s=LONG_S)
        with pytest.raises(TypeError):
            await pool.run(hazards.process_id, object(), timeout_s=LONG_S)
        assert await pool.run(hazards.double, 4, timeout_s=LONG_S) == 8


async def test_processes_are_replaced_after_their_tasks() -> None:
    async with opened(processes=1, tasks_per_process=3) as pool:
        pids = [await pool.run(hazards.process_id, timeout_s=LONG_S) for _ in range(7)]
    assert [pids.index(pid) for pid in pids] == [0, 0, 0, 3, 3, 3, 6]


async def test_processes_start_limited_and_warm() -> None:
    async with opened(memory_limit_mb=300, preload=("colorsys", "sandbox.hazards")) as pool:
        assert await pool.run(hazards.limits, timeout_s=LONG_S) == (0, 300 * MB, True)


async def test_memory_stays_flat_over_many_tasks() -> None:
    async with opened(processes=1) as pool:
        for number in range(200):
            await pool.run(hazards.litter, number, timeout_s=LONG_S)
        early = await pool.run(hazards.peak_kb, timeout_s=LONG_S)
        for number in range(1000):
            await pool.run(hazards.litter, number, timeout_s=LONG_S)
        late = await pool.run(hazards.peak_kb, timeout_s=LONG_S)
    assert isinstance(early, int)
    assert isinstance(late, int)
    assert late - early < 5000


async def test_signals_to_the_service_are_not_for_its_workers() -> None:
    async with opened(processes=1) as pool:
        assert await pool.run(hazards.signals_ignored, timeout_s=LONG_S) is True


async def test_a_process_that_dies_between_tasks_costs_none() -> None:
    async with opened(processes=1) as pool:
        pid = await pool.run(hazards.process_id, timeout_s=LONG_S)
        assert isinstance(pid, int)
        os.kill(pid, signal.SIGKILL)
        await until(lambda: not is_running(pid))
        assert await pool.run(hazards.double, 4, timeout_s=LONG_S) == 8


async def test_cancelling_a_task_kills_its_process_and_frees_the_place() -> None:
    async with opened(processes=1) as pool:
        pid = await pool.run(hazards.process_id, timeout_s=LONG_S)
        assert isinstance(pid, int)
        idle = _cpu_ticks(pid)
        task = asyncio.create_task(pool.run(hazards.endless, timeout_s=LONG_S))
        await until(lambda: _cpu_ticks(pid) > idle + 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await pool.run(hazards.double, 4, timeout_s=LONG_S) == 8
        await until(lambda: not is_running(pid))


def _cpu_ticks(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


async def test_leaving_the_pool_ends_busy_processes_at_once() -> None:
    async with opened(processes=2) as pool:
        pids = [await pool.run(hazards.process_id, timeout_s=LONG_S) for _ in range(2)]
        busy = [asyncio.create_task(pool.run(hazards.endless, timeout_s=LONG_S)) for _ in range(4)]
        await asyncio.sleep(0)
        started = time.monotonic()
    assert time.monotonic() - started < LONG_S / 3
    assert not any(is_running(pid) for pid in pids if isinstance(pid, int))
    outcomes = await asyncio.gather(*busy, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [PoolBroken] * 4  # no page is to blame


async def test_a_pool_that_cannot_start_says_why() -> None:
    with pytest.raises(PoolBroken, match="no_such_module"):
        async with opened(processes=1, preload=("no_such_module",)):
            pass


SERVICE = """
import asyncio, os, sys
from sandbox import hazards
from cleanwire.sandbox.pool import ProcessPool

async def main():
    pool = ProcessPool(processes=2, memory_limit_bytes=512 * 1024 * 1024, tasks_per_process=2000)
    async with pool, asyncio.TaskGroup() as group:
        pids = await asyncio.gather(*(pool.run(hazards.process_id, timeout_s=20) for _ in range(20)))
        group.create_task(pool.run(hazards.endless, timeout_s=60))
        await asyncio.sleep(0.1)
        print(*set(pids), flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_no_process_outlives_a_service_that_is_killed() -> None:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    with subprocess.Popen(
        [sys.executable, "-c", SERVICE], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
    ) as service:
        assert service.stdout is not None
        pids = [int(pid) for pid in (await asyncio.to_thread(service.stdout.readline)).split()]
        assert pids
        assert all(is_running(pid) for pid in pids)
        service.kill()
    await until(lambda: not any(is_running(pid) for pid in pids), deadline_s=5)
