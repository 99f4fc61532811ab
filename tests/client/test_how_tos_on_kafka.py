"""The commands of the tutorial and the how-tos are run as they stand, against a real broker and a site of a test."""

import os
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from kafka.broker import free_port
from services.newsroom import Newsroom, story

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"(?:^ *<!-- ([a-z ]+) -->\n)?^( *)```(\w+)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
LIMIT_S = 200
NOT_RUN, GOES_ON = "not run by tests", "goes on running"
HOST = "127.0.71.1"

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(300)]


def script(page: Path, names: dict[str, str]) -> str:
    """Return the page's commands as one script, with what stands for other things replaced; files are written first."""
    parts = ["set -euo pipefail", "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT"]
    for remark, indent, language, text in _FENCE.findall(page.read_text("utf-8")):
        body = re.sub(f"^{indent}", "", text, flags=re.MULTILINE)
        for name, value in names.items():
            body = body.replace(name, value)
        if language == "toml":
            parts.insert(1, f"cat > cleanwire.toml <<'END'\n{body}END")
        elif language == "sh" and remark == GOES_ON:
            parts.append(body.rstrip() + " >> log 2>&1 &")
        elif language == "sh" and remark != NOT_RUN:
            parts.append(body)
    return "\n".join(parts) + "\n"


@pytest.mark.parametrize(
    "name", ["tutorial", "how-to/first-feeds", "how-to/secured-kafka", "how-to/upgrade", "how-to/move"]
)
def test_the_commands_of_a_page_work(kafka: Any, tmp_path: Path, name: str) -> None:
    prefix = uuid.uuid4().hex[:8]
    room = Newsroom()
    with room.open_in_thread(HOST):
        page = room.put(HOST, "/2026/story.html", story("The ferry returns"))
        feed = room.feed(HOST, "/feed.xml", (page, "The ferry returns"))
        room.put(
            HOST,
            "/",
            f'<html><head><link rel="alternate" type="application/rss+xml" href="{feed}"></head></html>'.encode(),
        )
        (tmp_path / "subscriptions.opml").write_text(
            f'<opml version="2.0"><body><outline type="rss" text="a" xmlUrl="{feed}"/></body></opml>'
        )
        (tmp_path / "cleanwire.toml").write_text("[poll]\nmin_interval_s = 600\n")
        names = {
            "localhost:9092": kafka.bootstrap,
            "https://example.org/feed.xml": feed,
            "https://example.org/2026/story.html": page,
            "discover example.org": f"discover {room.url(HOST, '/')}",
            "9465": str(free_port()),
            "9466": str(free_port()),
            "/etc/cleanwire/ca.pem": str(tmp_path / "ca.pem"),
            "/run/secrets/kafka": str(tmp_path / "password"),
        }
        (tmp_path / "password").write_text("a password\n")
        (tmp_path / "ca.pem").write_bytes(_authorities())
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CLEANWIRE_KAFKA_BOOTSTRAP": kafka.bootstrap,
            "CLEANWIRE_KAFKA_TOPIC_PREFIX": prefix + ".",
            "CLEANWIRE_KAFKA_PARTITIONS": "4",
            "CLEANWIRE_SERVICE_INSTALLATION": prefix,
            "CLEANWIRE_FETCH_CONTACT": "https://reader.example/about",
            "CLEANWIRE_FETCH_ALLOW_PRIVATE": "127.0.0.0/8",
            "CLEANWIRE_OPS_PORT": str(free_port()),
        }
        made = ["cleanwire", "topics", "create"]
        subprocess.run(made, check=True, capture_output=True, cwd=tmp_path, env=environment, timeout=LIMIT_S)
        if name == "how-to/secured-kafka":
            environment = {key: value for key, value in environment.items() if not key.startswith("CLEANWIRE_KAFKA")}
        commands = script(ROOT / f"docs/{name}.md", names)
        done = subprocess.run(
            ["bash", "-c", commands], capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=LIMIT_S
        )
    assert done.returncode == 0, f"{commands}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert "Traceback" not in done.stderr
    if name == "tutorial":
        assert "The ferry returns" in done.stdout
        assert "service_started" in (tmp_path / "log").read_text("utf-8")


def _authorities() -> bytes:
    """Return certificates that stand for a CA's bundle."""
    import certifi

    return Path(certifi.where()).read_bytes()
