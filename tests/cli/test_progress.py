"""Long reading shows how far it has come: on a terminal only, without colours where NO_COLOR is set."""

import asyncio
import os
import pty
import subprocess
import sys
import uuid
from typing import Any

import pytest

from cleanwire.settings import KafkaSettings
from cleanwire.stream import direct, topics
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message, Write

PROGRAM = """
from cleanwire import terminal
with terminal.reading(after_s={after_s}) as tell:
    tell("news.entries", 0.5)
    tell("news.documents", 0.25)
"""
COLOUR = b"\x1b[38"


def shown(after_s: float = 0.0, **environment: str) -> bytes:
    """Return what standard error shows when it is a terminal."""
    mine, its = pty.openpty()
    others = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "COLORTERM")}
    subprocess.run(
        [sys.executable, "-c", PROGRAM.format(after_s=after_s)],
        check=True,
        stderr=its,
        env={**others, "TERM": "xterm-256color", **environment},
    )
    os.close(its)
    found = b""
    try:
        while part := os.read(mine, 65_536):
            found += part
    except OSError:
        pass  # Linux: nobody writes any more
    finally:
        os.close(mine)
    return found


def test_bars_are_shown_on_a_terminal_in_colour() -> None:
    found = shown()
    assert b"reading news.entries" in found
    assert b"reading news.documents" in found
    assert COLOUR in found


def test_no_color_is_honoured() -> None:
    found = shown(NO_COLOR="1")
    assert b"reading news.entries" in found
    assert COLOUR not in found


def test_what_takes_no_time_shows_no_bar() -> None:
    assert b"reading" not in shown(after_s=60.0)


def test_nobody_is_told_where_there_is_no_terminal() -> None:
    program = "from cleanwire import terminal\nwith terminal.reading(after_s=0) as tell: assert tell is None"
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert (ended.stdout, ended.stderr) == (b"", b"")


@pytest.mark.kafka
def test_the_share_that_has_been_read_grows_to_all_of_it(kafka: Any) -> None:
    prefix = f"{uuid.uuid4().hex[:8]}."
    settings = KafkaSettings(bootstrap=kafka.bootstrap, topic_prefix=prefix, partitions=2)
    connection, name = Connection(settings), topics.names(prefix).feeds
    heard: list[tuple[str, float]] = []
    read: list[Message] = []

    async def live() -> None:
        await topics.create(connection, topics.layout(settings))
        records = [Write(topic=name, key=b"%d" % at, value=b"{}", partition=at % 2) for at in range(20)]
        await direct.write(connection, records)
        await direct.read_all(connection, name, read.append, lambda topic, share: heard.append((topic, share)))

    asyncio.run(live())
    assert len(read) == 20
    assert {topic for topic, _ in heard} == {name}
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert min(shares) <= 0.5
