"""`cleanwire config`, `cleanwire run` with wrong settings, and how the command line ends."""

import json
import tomllib
from pathlib import Path

import pytest

from cleanwire import settings
from cli.conftest import Command


def test_what_is_shown_is_a_configuration_file_that_says_the_same(cleanwire: Command, tmp_path: Path) -> None:
    shown = cleanwire("config", "show", "--set", "poll.min_interval_s=60", "--set", "service.feeds=https://a.example/f")
    assert shown.code == 0
    file = tmp_path / "cleanwire.toml"
    file.write_text(shown.out)
    again = cleanwire("config", "show", "--config", str(file))
    assert again.out == shown.out
    assert tomllib.loads(shown.out)["poll"]["min_interval_s"] == 60


def test_every_setting_is_shown_with_its_variable(cleanwire: Command) -> None:
    shown = cleanwire("config", "show").out
    for key in ("kafka.bootstrap", "poll.backfill", "clean.max_attempts", "log.level"):
        assert settings.variable(key) in shown


def test_settings_are_shown_one_json_object_a_setting_with_secrets_hidden(cleanwire: Command) -> None:
    environment = {"CLEANWIRE_KAFKA_SASL_PASSWORD": "hush-hush"}
    feed = "service.feeds=https://a.example/f?apikey=hush-hush"
    shown = cleanwire("config", "show", "--json", "--set", "clean.min_words=7", "--set", feed, environment=environment)
    assert shown.code == 0
    assert "hush-hush" not in shown.out
    found = {record["setting"]: record for record in map(json.loads, shown.out.splitlines())}
    assert found["clean.min_words"]["value"] == 7
    assert found["kafka.bootstrap"]["value"] is None
    assert found["kafka.sasl_password"]["value"] == "***"
    assert found["poll.backfill"]["variable"] == settings.variable("poll.backfill")


def test_secrets_stay_hidden(cleanwire: Command) -> None:
    environment = {"CLEANWIRE_KAFKA_SASL_PASSWORD": "hush-hush", "CLEANWIRE_KAFKA_SASL_USERNAME": "reader"}
    shown = cleanwire("config", "show", environment=environment)
    assert "hush-hush" not in shown.out + shown.err
    assert "reader" in shown.out


def test_flags_win_over_variables_and_variables_over_the_file(cleanwire: Command, tmp_path: Path) -> None:
    file = tmp_path / "cleanwire.toml"
    file.write_text("[poll]\nmin_interval_s = 10\nbackfill = 11\n[clean]\nprocesses = 12\n")
    environment = {
        "CLEANWIRE_POLL_MIN_INTERVAL_S": "20",
        "CLEANWIRE_POLL_BACKFILL": "21",
        "CLEANWIRE_CONFIG": str(file),
    }
    shown = tomllib.loads(cleanwire("config", "show", "--set", "poll.min_interval_s=30", environment=environment).out)
    assert (shown["poll"]["min_interval_s"], shown["poll"]["backfill"], shown["clean"]["processes"]) == (30, 21, 12)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("[poll]\nmin_intervall_s = 3\n", "did you mean poll.min_interval_s", id="misspelt"),
        pytest.param("[poll\n", "not valid TOML", id="no-toml"),
        pytest.param("poll = 3\n", "poll: expected a table", id="no-table"),
        pytest.param("[pol]\nx = 3\n", "pol", id="no-such-section"),
        pytest.param("[kafka]\npartitions = 0\n", "kafka.partitions", id="out-of-bounds"),
    ],
)
def test_a_wrong_file_ends_with_two_and_names_what(cleanwire: Command, tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "cleanwire.toml"
    file.write_text(text)
    ended = cleanwire("config", "show", "--config", str(file))
    assert ended.code == 2
    assert says in ended.err


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        pytest.param((), {}, "kafka.bootstrap", id="no-broker"),
        pytest.param(("--bootstrap", "127.0.0.1:9"), {}, "fetch.contact", id="no-contact"),
        pytest.param((), {"CLEANWIRE_CLEAN_PROCESES": "2"}, "CLEANWIRE_CLEAN_PROCESSES", id="misspelt-variable"),
        pytest.param((), {"CLEANWIRE_FETCH_ALLOW_PRIVATE": "10.0.0.0/99"}, "fetch.allow_private", id="no-network"),
        pytest.param(("--set", "poll.min_interval_s=9", "--set", "poll.max_interval_s=3"), {}, "poll.max_", id="order"),
        pytest.param(("nowhere.opml", "--bootstrap", "127.0.0.1:9", "--contact", "a"), {}, "nowhere.opml", id="list"),
        pytest.param(("--role", "cook"), {}, "cook", id="no-such-role"),
        pytest.param(("--set", "kafka.security_protocol=SASL_SSL"), {}, "kafka.sasl_username", id="half-a-login"),
        pytest.param(("--embedded",), {}, "at least one feed", id="embedded-without-feeds"),
        pytest.param(
            ("--embedded", "--bootstrap", "127.0.0.1:9", "https://a.example/f"), {}, "--bootstrap", id="two-brokers"
        ),
    ],
)
def test_run_with_wrong_settings_ends_with_two_and_names_the_key(
    cleanwire: Command, arguments: tuple[str, ...], environment: dict[str, str], says: str
) -> None:
    ended = cleanwire("run", *arguments, environment=environment)
    assert ended.code == 2
    assert says in ended.err
    assert "Traceback" not in ended.err


def test_all_wrong_lines_of_a_feed_list_are_named(cleanwire: Command, tmp_path: Path) -> None:
    listing = tmp_path / "feeds.txt"
    listing.write_text("https://a.example/feed\nnot an address\n# remark\nftp://b.example/\n")
    ended = cleanwire("run", str(listing), "--bootstrap", "127.0.0.1:9", "--contact", "a@b.example")
    assert ended.code == 2
    assert f"{listing}:2:" in ended.err
    assert f"{listing}:4:" in ended.err


@pytest.mark.parametrize("command", ["feeds list", "feeds export", "topics check", "topics create"])
def test_commands_without_a_broker_end_with_two(cleanwire: Command, command: str) -> None:
    ended = cleanwire(*command.split())
    assert ended.code == 2
    assert "kafka.bootstrap" in ended.err


@pytest.mark.parametrize("command", ["feeds list", "topics check"])
def test_a_broker_that_does_not_answer_ends_with_one(cleanwire: Command, command: str) -> None:
    ended = cleanwire(*command.split(), "--bootstrap", "127.0.0.1:9", "--set", "kafka.request_timeout_s=1")
    assert ended.code == 1
    assert ended.err.startswith("cleanwire: ")
    assert "Traceback" not in ended.err


def test_a_service_that_is_not_there_is_not_healthy(cleanwire: Command) -> None:
    ended = cleanwire("healthcheck", "--port", "9")
    assert ended.code == 1
    assert "127.0.0.1:9" in ended.err


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help"), ("feeds", "add", "-h")])
def test_help_ends_with_zero(cleanwire: Command, arguments: tuple[str, ...]) -> None:
    assert cleanwire(*arguments).code == 0


def test_an_unknown_command_ends_with_two(cleanwire: Command) -> None:
    assert cleanwire("dance").code == 2
