"""People watch documents come with `cleanwire tail`."""

import asyncio
import json
import sys

import pytest

from published_document import document

from .published import Topic

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]
DEADLINE_S = 120


async def tail(topic: Topic, *arguments: str) -> tuple[int | None, str, str]:
    """Return the exit status of `cleanwire tail`, what it printed, and what it said on standard error."""
    command = ("-m", "cleanwire", "tail", "--bootstrap", topic.bootstrap, "--set", f"kafka.topic_prefix={topic.prefix}")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(DEADLINE_S):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_documents_are_lines_of_json_and_what_is_none_is_named(topic: Topic) -> None:
    await topic.publish(document("a", language="de"), b"{]", document("b"), document("c", language="de"))
    code, out, err = await tail(topic, "--from-start", "--limit", "2", "--json", "--language", "de")
    assert code == 0, err
    assert {json.loads(line)["id"] for line in out.splitlines()} == {"a", "c"}


@pytest.mark.parametrize(("form", "key", "value"), [("newsarticle", "@type", "NewsArticle"), ("ninjs", "type", "text")])
async def test_documents_come_in_the_words_of_other_standards(topic: Topic, form: str, key: str, value: str) -> None:
    await topic.publish(document("a"))
    code, out, err = await tail(topic, "--from-start", "--limit", "1", "--format", form)
    assert code == 0, err
    found = json.loads(out)
    assert (found[key], found["version"]) in {(value, 1), (value, "1")}


async def test_people_get_titles(topic: Topic) -> None:
    await topic.publish(document("a", title="Ferry returns"))
    code, out, err = await tail(topic, "--since", "1h", "--limit", "1")
    assert (code, "Ferry returns" in out) == (0, True), (out, err)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("--kind", "column"), "kind 'column'", id="no-such-kind"),
        pytest.param(("--since", "yesterday"), "--since yesterday", id="no-moment"),
        pytest.param(("--since", "2026-03-02T12:00"), "with its zone", id="no-zone"),
    ],
)
async def test_a_wrong_option_is_named(topic: Topic, arguments: tuple[str, str], words: str) -> None:
    code, out, err = await tail(topic, *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
