"""`cleanwire feeds`, `topics` and `articles` on a real broker."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Command, Ended

pytestmark = pytest.mark.kafka
A, B, C = (f"https://{name}.example/feed" for name in "abc")

OPML = f"""<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="B" type="rss" xmlUrl="{B}"/>
<outline text="folder"><outline text="C" type="rss" xmlUrl="{C}"/></outline>
</body></opml>
"""


@pytest.fixture
def at_home(cleanwire: Command, kafka: Any) -> Command:
    """Return the command line with topics of its own."""
    prefix = f"{uuid.uuid4().hex[:8]}."
    environment = {
        "CLEANWIRE_KAFKA_BOOTSTRAP": kafka.bootstrap,
        "CLEANWIRE_KAFKA_TOPIC_PREFIX": prefix,
        "CLEANWIRE_KAFKA_PARTITIONS": "3",
    }

    def run(*arguments: str) -> Ended:
        return cleanwire(*arguments, environment=environment)

    return run


def test_topics_are_missing_then_made_then_right(at_home: Command) -> None:
    missing = at_home("topics", "check")
    assert missing.code == 1
    assert "feed-state: the topic is missing" in missing.err
    made = at_home("topics", "create")
    assert (made.code, made.err) == (0, "")
    assert at_home("topics", "create").code == 0
    right = at_home("topics", "check")
    assert (right.code, right.err) == (0, "")


def test_every_difference_of_the_topics_is_named(at_home: Command) -> None:
    at_home("topics", "create")
    ended = at_home("topics", "check", "--set", "kafka.partitions=5")
    assert ended.code == 1
    assert ended.err.count("3 partitions, expected 5") == 8


def test_feeds_are_added_imported_listed_exported_and_removed(at_home: Command, tmp_path: Path) -> None:
    at_home("topics", "create")
    assert at_home("feeds", "add", A, "--tag", "local", "--title", "The A").out == "1 added, 0 known already\n"
    opml = tmp_path / "mine.opml"
    opml.write_text(OPML)
    assert at_home("feeds", "import", str(opml)).out == "2 added, 0 known already\n"
    assert at_home("feeds", "import", str(opml)).out == "0 added, 2 known already\n"
    assert at_home("feeds", "list").out.splitlines() == [
        f"{A}\tcli\tactive\tlocal",
        f"{B}\tcli\tactive\t",
        f"{C}\tcli\tactive\t",
    ]
    assert at_home("feeds", "export", "--format", "text").out.split() == [A, B, C]
    assert json.loads(at_home("feeds", "export", "--format", "json").out.splitlines()[0])["options"]["title"] == "The A"
    assert at_home("feeds", "remove", A, B).out == "2 removed\n"
    assert at_home("feeds", "export", "--format", "text").out.split() == [C]


def test_what_was_exported_can_be_imported(at_home: Command, tmp_path: Path) -> None:
    at_home("topics", "create")
    at_home("feeds", "add", A, B, "https://d.example/feed?a=1&b=2")
    exported = at_home("feeds", "export").out
    opml = tmp_path / "all.opml"
    opml.write_text(exported)
    assert at_home("feeds", "import", str(opml)).out == "0 added, 3 known already\n"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        pytest.param("a.opml", "<?xml version='1.0'?>\n<opml>\n<body>\n<outline text='x'<\n", "a.opml:4", id="broken"),
        pytest.param("a.opml", "<rss/>", "a.opml:1", id="no-opml"),
        pytest.param("a.txt", f"{A}\nwhat is this\n", "a.txt:2", id="text-line"),
    ],
)
def test_a_wrong_list_ends_with_two_and_names_the_line(
    at_home: Command, tmp_path: Path, name: str, text: str, says: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    ended = at_home("feeds", "import", str(file))
    assert ended.code == 2
    assert says in ended.err


def test_a_wrong_address_adds_nothing(at_home: Command) -> None:
    at_home("topics", "create")
    ended = at_home("feeds", "add", A, "mailto:x@b.example")
    assert ended.code == 2
    assert "mailto:x@b.example" in ended.err
    assert at_home("feeds", "list").out == ""


@pytest.mark.parametrize("command", ["remove", "poll", "pause", "resume"])
def test_what_is_not_subscribed_is_named(at_home: Command, command: str) -> None:
    at_home("topics", "create")
    ended = at_home("feeds", command, A)
    assert ended.code == 2
    assert A in ended.err


def test_commands_are_written_for_the_owner(at_home: Command) -> None:
    at_home("topics", "create")
    at_home("feeds", "add", A, B)
    assert at_home("feeds", "poll", A, B).out == "2 asked\n"
    assert at_home("feeds", "pause", A).out == "1 asked\n"
    assert at_home("articles", "retry", "https://a.example/story").out.startswith("asked: ")
    assert at_home("articles", "retry", "nonsense").code == 2


def test_topics_that_nobody_made_are_named(at_home: Command) -> None:
    ended = at_home("feeds", "list", "--set", "kafka.request_timeout_s=1")
    assert ended.code == 1
    assert "feeds: there is no such topic" in ended.err
