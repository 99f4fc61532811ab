"""Whatever a process answers is a result of the type asked for, or a crash that costs the process."""

import pickle
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.sandbox import contract
from cleanwire.sandbox.pool import Crash, PoolCrashed, ProcessPool
from cleanwire.sandbox.process import Order, taken
from sandbox import hazards, hostile
from sandbox.hostile import Told
from sandbox.looking import is_running, until

pytestmark = pytest.mark.slow

LONG_S = 30.0
MB = 2**20
HUGE = 2**63
DEEP = 200_000


class Harm:
    """Its pickle is a call."""

    def __reduce__(self) -> tuple[object, ...]:
        return exec, ("raise SystemExit('ran')",)


@asynccontextmanager
async def opened() -> AsyncIterator[ProcessPool]:
    pool = ProcessPool(
        processes=1, memory_limit_bytes=2**30, tasks_per_process=2000, preload=["sandbox.hostile", "sandbox.hazards"]
    )
    async with pool:
        yield pool


def encoded(*parts: object) -> bytes:
    return msgspec.msgpack.encode(parts)


FRAMES = {
    "nothing": b"",
    "garbage": bytes(range(256)),
    "another type": encoded("an answer"),
    "too few fields": encoded(1),
    "too many fields": encoded(1, "value", 0, None, "", 1),
    "an unknown kind": encoded(1, "code"),
    "another task": encoded(10**9, "value", 0, {"text": "x"}),
    "a place below": encoded(1, "value", -1, {"text": "x"}),
    "a place above": encoded(1, "value", 65, {"text": "x"}),
    "a long detail": encoded(1, "raised", 0, None, "x" * 10_000),
    "more behind it": encoded(1, "raised", 0, None, "") + b"\x00",
    "a pickle": pickle.dumps(Harm()),
    "a pickle in MessagePack": encoded(1, "value", 0, pickle.dumps(Harm())),
    "lists in lists": b"\x91" * DEEP,
    "maps in maps": b"\x81\xa5inner" * DEEP,
    "a list of absurd length": b"\xdd\xff\xff\xff\xff",
    "a text of absurd length": b"\xdb\xff\xff\xff\xff",
    "an extension of absurd length": b"\xc9\xff\xff\xff\xff\x01",
}


ORDER = Order(number=7, frame=b"", contract=contract.of(hostile.honest), timeout_s=1.0, result_limit_bytes=2**20)


def answered(payload: bytes) -> bytes:
    return msgspec.msgpack.encode([7, "value", 0, msgspec.Raw(payload), ""])


PAYLOADS = {
    "another type": msgspec.msgpack.encode("x"),
    "another field's type": msgspec.msgpack.encode({"text": 1}),
    "a missing field": msgspec.msgpack.encode({"number": 1}),
    "a number beyond": msgspec.msgpack.encode({"text": "x", "number": "1"}),
    "no UTF-8": b"\x81\xa4text\xa1\xff",
    "records in records": b"\x82\xa4text\xa1x\xa5inner" * DEEP,
    "cut off": b"\x82\xa4text\xa1x",
}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_what_is_no_result_of_the_type_is_a_crash(payload: bytes) -> None:
    outcome = taken(ORDER, answered(payload))
    assert isinstance(outcome, PoolCrashed)
    assert outcome.kind is Crash.ANSWER


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_what_is_no_answer_is_a_crash(frame: bytes) -> None:
    outcome = taken(replace(ORDER, number=1), frame)
    assert isinstance(outcome, PoolCrashed)
    assert outcome.kind is Crash.ANSWER


@given(st.binary(max_size=200))
def test_no_bytes_are_anything_but_a_result_or_a_crash(raw: bytes) -> None:
    for frame in (raw, answered(raw), answered(msgspec.msgpack.encode({"text": "x"}) + raw)):
        assert isinstance(taken(ORDER, frame), PoolCrashed | Told)


@given(st.data())
def test_a_damaged_answer_is_a_result_or_a_crash(data: st.DataObject) -> None:
    answer = bytearray(answered(msgspec.msgpack.encode(hostile.honest())))
    for _ in range(data.draw(st.integers(1, 4))):
        answer[data.draw(st.integers(0, len(answer) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(taken(ORDER, bytes(answer)), PoolCrashed | Told)


def test_an_answer_made_to_grow_is_not_read_to_its_end() -> None:
    """Each byte would become a record of 64 bytes and its place in a list."""
    count = 12 * MB  # more than the tests before may have left free in this process
    payload = b"\x82\xa4text\xa1x\xa4kids\xdd" + count.to_bytes(4) + b"\x80" * count
    order = replace(ORDER, contract=contract.of(hostile.parent))
    before, limits = peak_kb(), resource.getrlimit(resource.RLIMIT_AS)
    outcome = taken(order, answered(payload))
    assert isinstance(outcome, PoolCrashed)
    assert outcome.kind is Crash.MEMORY
    assert (peak_kb() - before) / 1024 < 250
    assert resource.getrlimit(resource.RLIMIT_AS) == limits


def peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_an_honest_answer_of_any_size_is_read() -> None:
    told = Told(text="文" * 10 * MB, many=tuple(f"a text {number}" for number in range(200_000)))
    payload = msgspec.msgpack.encode(told)
    assert taken(ORDER, answered(payload)) == told


@pytest.mark.parametrize("name", ["garbage", "a pickle", "lists in lists", "a list of absurd length"])
async def test_a_process_that_answers_otherwise_is_ended(name: str) -> None:
    async with opened() as pool:
        pid = await pool.run(hazards.process_id, timeout_s=LONG_S)
        outcome = await pool.run(hostile.framed, FRAMES[name], timeout_s=LONG_S)
        assert isinstance(outcome, PoolCrashed)
        assert outcome.kind is Crash.ANSWER
        assert isinstance(pid, int)
        await until(lambda: not is_running(pid))
        assert await pool.run(hostile.honest, timeout_s=LONG_S) == hostile.honest()


async def test_an_answer_of_absurd_length_is_not_waited_for() -> None:
    async with opened() as pool:
        for head in (HUGE.to_bytes(8), b"\xff" * 8, (33 * 2**20).to_bytes(8)):
            outcome = await pool.run(hostile.raw, head, timeout_s=LONG_S)
            assert isinstance(outcome, PoolCrashed)
            assert outcome.kind is Crash.MEMORY


async def test_the_answer_to_another_task_is_not_taken() -> None:
    forged = msgspec.msgpack.encode([10**6, "value", 0, {"text": "forged"}])
    async with opened() as pool:
        outcome = await pool.run(hostile.said_twice, forged, timeout_s=LONG_S)
        assert outcome == PoolCrashed(kind=Crash.ANSWER, detail="the answer to another task")
        assert await pool.run(hostile.honest, timeout_s=LONG_S) == hostile.honest()
