import asyncio
import socket
import subprocess
import sys
import threading
import time

import pytest

from cleanwire.fetch.resolver import SystemResolver


class Answers:
    """Stands in for the system's resolver library, which cannot be told to hang."""

    def __init__(self, *, gate: threading.Event | None = None) -> None:
        self.asked: list[str] = []
        self._gate = gate

    def __call__(self, host: str, *args: object, **kwargs: object) -> list[tuple[object, ...]]:
        self.asked.append(host)
        if self._gate is not None:
            self._gate.wait(10)
        if host.startswith("missing"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        addresses = ("192.0.2.7", "2001:db8::7", "192.0.2.7")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]


async def test_the_system_is_asked() -> None:
    assert set(await SystemResolver().resolve("localhost")) <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example", "\ud800.example"])
async def test_names_that_cannot_be_asked_for_are_errors_like_others(host: str) -> None:
    with pytest.raises(OSError):  # noqa: PT011  which text it has is the system's business
        await SystemResolver().resolve(host)


async def test_one_look_up_serves_all_who_wait_and_the_next_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    answers = Answers(gate=gate)
    monkeypatch.setattr(socket, "getaddrinfo", answers)
    resolver = SystemResolver()
    tasks = [asyncio.create_task(resolver.resolve("news.example.org")) for _ in range(10)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    gate.set()
    found = await asyncio.wait_for(asyncio.gather(*tasks[1:]), 5)
    assert found == [("192.0.2.7", "2001:db8::7")] * 9
    assert await resolver.resolve("news.example.org") == found[0]
    assert answers.asked == ["news.example.org"]


async def test_failures_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers()
    monkeypatch.setattr(socket, "getaddrinfo", answers)
    resolver = SystemResolver()
    for _ in range(2):
        with pytest.raises(socket.gaierror):
            await resolver.resolve("missing.example.org")
    assert answers.asked == ["missing.example.org"] * 2


async def test_dead_names_do_not_hold_up_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty look-ups hang, more than asyncio's own executor has threads; the next name is answered all the same."""
    gate = threading.Event()
    hanging, quick = Answers(gate=gate), Answers()
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *args, **kwargs: (hanging if host.startswith("dead") else quick)(host)
    )
    resolver = SystemResolver()
    dead = [asyncio.create_task(resolver.resolve(f"dead{number}.example")) for number in range(40)]
    try:
        assert await asyncio.wait_for(resolver.resolve("news.example.org"), 5)
    finally:
        gate.set()
        await asyncio.gather(*dead)


def test_a_hanging_look_up_does_not_keep_the_process_alive() -> None:
    script = """
import asyncio, contextlib, socket, time
from cleanwire.fetch.resolver import SystemResolver
socket.getaddrinfo = lambda *args, **kwargs: time.sleep(60)
async def main():
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(SystemResolver().resolve("news.example.org"), 0.1)
asyncio.run(main())
"""
    started = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=50, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert time.monotonic() - started < 40
