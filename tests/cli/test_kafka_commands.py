"""`cleanwire feeds`, `topics` and `articles` on a real broker."""

import asyncio
import csv
import json
import os
import socket
import uuid
from pathlib import Path
from typing import Any

import pytest

from cleanwire.records.article_state import Looks, SiteState
from cleanwire.records.base import encode
from cleanwire.settings import KafkaSettings
from cleanwire.stream import direct
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Write
from cli.conftest import Command, Ended
from services.newsroom import Newsroom, Reply, Request, rss

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
    assert ended.err.count("3 partitions, expected 5") == 9


def test_topics_are_compared_one_json_object_a_topic_with_the_same_exit_status(at_home: Command) -> None:
    missing = at_home("topics", "check", "--json")
    records = [json.loads(line) for line in missing.out.splitlines()]
    assert (missing.code, len(records)) == (1, 9)
    assert all(record["problems"] == [f"{record['topic']}: the topic is missing"] for record in records)
    assert missing.err.count("the topic is missing") == 9
    at_home("topics", "create")
    right = at_home("topics", "check", "--json")
    assert (right.code, right.err) == (0, "")
    assert [(record["partitions"], record["problems"]) for record in map(json.loads, right.out.splitlines())] == [
        (3, [])
    ] * 9


def test_feeds_are_listed_one_json_object_a_feed_without_its_secrets(at_home: Command) -> None:
    at_home("topics", "create")
    at_home("feeds", "add", "https://reader:hunter2@a.example/feed", "--tag", "local", "--header", "X-Key: hunter3")
    at_home("feeds", "add", B, "--paused")
    listed = at_home("feeds", "list", "--json")
    assert (listed.code, listed.err) == (0, "")
    assert "hunter" not in listed.out
    first, second = map(json.loads, listed.out.splitlines())
    assert (first["url"], first["origin"], first["options"]["tags"]) == (A, "cli", ["local"])
    assert (second["url"], second["options"]["paused"]) == (B, True)


def test_what_was_learned_of_a_site_is_shown_as_one_json_object(at_home: Command, kafka: Any) -> None:
    at_home("topics", "create")
    nothing = at_home("site", "show", "a.example", "--json")
    assert (nothing.code, nothing.out) == (1, "")
    learned = SiteState(site="a.example", pages=7, updated_at=1_790_000_000.0, looks={3600: Looks(looked=4, changed=1)})
    prefix = os.environ["CLEANWIRE_KAFKA_TOPIC_PREFIX"]
    write = Write(topic=f"{prefix}site-state", key=b"a.example", value=encode(learned), partition=1)
    connection = Connection(KafkaSettings(bootstrap=kafka.bootstrap))
    asyncio.run(direct.write(connection, [write]))
    shown = json.loads(at_home("site", "show", "https://www.a.example/x", "--json").out)
    assert (shown["site"], shown["pages"], shown["updated_at"]) == ("a.example", 7, "2026-09-21T14:13:20+00:00")
    assert shown["looks"] == [{"after_s": 3600, "looked": 4.0, "changed": 1.0}]
    assert "learned from\t7 pages" in at_home("site", "show", "a.example").out


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
        f"{C}\tcli\tactive\tfolder",
    ]
    assert at_home("feeds", "export", "--format", "text").out.split() == [A, B, C]
    assert json.loads(at_home("feeds", "export", "--format", "json").out.splitlines()[0])["options"]["title"] == "The A"
    assert at_home("feeds", "remove", A, B).out == "2 removed\n"
    assert at_home("feeds", "export", "--format", "text").out.split() == [C]


def test_feeds_with_secrets_are_named_with_or_without_them_and_shown_without(at_home: Command, tmp_path: Path) -> None:
    at_home("topics", "create")
    private, keyed = "https://reader:hunter2@a.example/feed", "https://b.example/feed?apikey=hunter3"
    other = "https://second:hunter4@a.example/feed"
    assert at_home("feeds", "add", private, keyed).out == "2 added, 0 known already\n"
    assert at_home("feeds", "add", private, keyed).out == "0 added, 2 known already\n"
    assert at_home("feeds", "pause", A).out == "1 asked\n"
    assert at_home("feeds", "poll", "https://b.example/feed", "https://b.example/feed?apikey=***").out == "1 asked\n"
    assert (
        at_home("feeds", "set", "https://reader@a.example/feed", "--title", "Mine").out == "1 changed, 0 as they were\n"
    )
    assert at_home("feeds", "add", other).out == "1 added, 0 known already\n"
    unclear = at_home("feeds", "remove", A)
    assert unclear.code == 2
    assert unclear.err.count("id ") >= 2
    for form in ("text", "opml", "csv", "json"):
        shown = at_home("feeds", "export", "--format", form)
        assert "hunter" not in shown.out + unclear.err + at_home("feeds", "list").out
        whole = at_home("feeds", "export", "--format", form, "--secrets").out
        assert all(secret in whole for secret in ("hunter2", "hunter3", "hunter4"))
        listing = tmp_path / f"again.{form}"
        listing.write_text(whole)
        if form != "json":
            assert at_home("feeds", "import", str(listing)).out == "0 added, 3 known already\n"
    wrong = at_home("feeds", "remove", "https://third:hunter5@a.example/feed")
    assert wrong.code == 2
    assert "hunter" not in wrong.err
    ids = [json.loads(line)["id"] for line in at_home("feeds", "export", "--format", "json").out.splitlines()]
    assert at_home("feeds", "remove", *ids).out == "3 removed\n"


def test_what_was_exported_can_be_imported(at_home: Command, tmp_path: Path) -> None:
    at_home("topics", "create")
    at_home("feeds", "add", A, B, "https://d.example/feed?a=1&b=2")
    exported = at_home("feeds", "export").out
    opml = tmp_path / "all.opml"
    opml.write_text(exported)
    assert at_home("feeds", "import", str(opml)).out == "0 added, 3 known already\n"


def test_a_table_can_be_exported_and_keeps_options_but_secrets_only_when_asked(at_home: Command) -> None:
    at_home("topics", "create")
    options = (
        "--time-zone",
        "Europe/Vienna",
        "--header",
        "X-Key: a secret key",
        "--username",
        "me",
        "--password",
        "geheim",
    )
    at_home("feeds", "add", A, "--min-interval-s", "600", "--tag", "x", "--tag", "y z", *options)
    open_ = at_home("feeds", "export", "--format", "csv").out
    assert open_ == f'url,tags,min_interval_s,time_zone,username\n{A},"x,y z",600,Europe/Vienna,me\n'
    assert "geheim" not in at_home("feeds", "export", "--format", "json").out
    assert "a secret key" not in at_home("feeds", "export", "--format", "json").out
    assert (
        at_home("feeds", "export", "--format", "csv", "--secrets")
        .out.splitlines()[1]
        .endswith(",me,geheim,a secret key")
    )


def test_options_of_a_feed_are_changed_and_taken_back(at_home: Command) -> None:
    at_home("topics", "create")
    at_home("feeds", "add", A, "--title", "Old", "--max-interval-s", "900")
    assert at_home("feeds", "set", A, "--title", "", "--min-interval-s", "60").out == "1 changed, 0 as they were\n"
    assert at_home("feeds", "set", A, "--min-interval-s", "60").out == "0 changed, 1 as they were\n"
    options = json.loads(at_home("feeds", "export", "--format", "json").out)["options"]
    assert options == {"min_interval_s": 60.0, "max_interval_s": 900.0}
    wrong = at_home("feeds", "set", A, "--min-interval-s", "1000")
    assert (wrong.code, "min_interval_s: 1000 is more than max_interval_s, 900" in wrong.err) == (2, True)
    assert at_home("feeds", "set", B, "--title", "x").code == 2
    other = at_home("feeds", "set", A.replace("https", "ftp"), "--title", "x")
    assert (other.code, other.err) == (2, "cleanwire: not an http(s) address: 'ftp://a.example/feed'\n")


def test_a_broker_that_is_not_there_is_named(at_home: Command) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        ended = at_home("feeds", "list", "--bootstrap", address)
    assert ended.code == 1
    assert ended.err.endswith(f" at {address}: no broker can be reached\n")
    assert len(ended.err.splitlines()) == 1


def test_an_import_reports_what_became_of_each_line(at_home: Command, tmp_path: Path) -> None:
    at_home("topics", "create")
    at_home("feeds", "add", B)
    listing, report = tmp_path / "a.txt", tmp_path / "report.csv"
    listing.write_text(f"{A}\nwhat is this\n{B}\n{A}\n")
    ended = at_home("feeds", "import", str(listing), "--report", str(report))
    assert (ended.code, ended.out) == (1, "1 added, 1 known already, 1 repeated, 1 failed\n")
    assert ended.err.splitlines() == [
        f"repeated: {listing}:4: {A}",
        f"failed: {listing}:2: not an http(s) address: 'what is this'",
    ]
    assert list(csv.reader(report.open())) == [
        ["place", "url", "outcome", "detail"],
        [f"{listing}:1", A, "added", ""],
        [f"{listing}:3", B, "known", ""],
        [f"{listing}:4", A, "repeated", ""],
        [f"{listing}:2", "", "failed", "not an http(s) address: 'what is this'"],
    ]
    assert at_home("feeds", "export", "--format", "text").out.split() == [A, B]


def test_a_report_that_cannot_be_written_stops_an_import_before_it_begins(at_home: Command, tmp_path: Path) -> None:
    at_home("topics", "create")
    listing = tmp_path / "a.txt"
    listing.write_text(A)
    ended = at_home("feeds", "import", str(listing), "--report", str(tmp_path / "none" / "r.csv"))
    assert (ended.code, "--report" in ended.err) == (2, True)
    assert at_home("feeds", "list").out == ""


def test_a_checked_import_takes_only_feeds_that_answer(at_home: Command, tmp_path: Path) -> None:
    at_home("topics", "create")
    host = "127.0.9.5"
    with Newsroom().open_in_thread(host) as room:
        good = room.feed(host, "/good", ("https://quay.example/1", "One"))
        page, gone = room.put(host, "/page", b"<html><body>x</body></html>"), room.url(host, "/gone")

        def guarded(request: Request) -> Reply:
            known = request.headers.get("authorization") == "Basic bWU6Z2VoZWlt"
            return Reply(body=rss(("https://quay.example/2", "Two"))) if known else Reply(status=401)

        private = room.put(host, "/private", guarded)
        table = tmp_path / "a.csv"
        table.write_text(f"url,username,password\n{good},,\n{page},,\n{gone},,\n{private},me,geheim\n")
        allowed = ("--set", "fetch.allow_private=127.0.0.0/8", "--set", "poll.site_spacing_s=0")
        ended = at_home("feeds", "import", str(table), "--check", *allowed)
    assert (ended.code, ended.out) == (1, "2 added, 0 known already, 2 failed\n")
    assert ended.err.splitlines() == [
        f"failed: {table}:3: {page}: html: a web page",
        f"failed: {table}:4: {gone}: HTTP 404",
    ]
    assert at_home("feeds", "export", "--format", "text").out.split() == [good, private]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        pytest.param("a.opml", "<?xml version='1.0'?>\n<opml>\n<body>\n<outline text='x'<\n", "a.opml:4", id="broken"),
        pytest.param("a.opml", "<rss/>", "a.opml:1", id="no-opml"),
        pytest.param("a.csv", f"url;colour\n{A};red\n", "a.csv:1: unknown column 'colour'", id="column"),
    ],
)
def test_a_file_that_is_no_list_ends_with_two_and_names_the_line(
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
