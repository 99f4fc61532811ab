"""Settings come from flags, variables and a file, in that order, and every mistake names its key."""

from pathlib import Path

import pytest

from cleanwire import settings
from cleanwire.errors import ConfigError


def load(flags: dict[str, object] | None = None, file: Path | None = None, **environment: str) -> settings.Settings:
    return settings.load(flags=flags or {}, environment=environment, file=file)


def test_defaults_need_nothing() -> None:
    assert load().poll.min_interval_s == 300


def test_flags_win_over_variables_and_variables_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("[poll]\nmin_interval_s = 1\nfirst_interval_s = 1\nbackfill = 1\n")
    got = load({"poll.min_interval_s": 3}, file, CLEANWIRE_POLL_MIN_INTERVAL_S="2", CLEANWIRE_POLL_FIRST_INTERVAL_S="2")
    assert (got.poll.min_interval_s, got.poll.first_interval_s, got.poll.backfill) == (3, 2, 1)


@pytest.mark.parametrize(
    "text",
    [pytest.param("a,b", id="commas"), pytest.param(" a\n b ", id="white-space"), pytest.param("a, b", id="both")],
)
def test_lists_in_variables_split_at_commas_and_white_space(text: str) -> None:
    assert load(CLEANWIRE_SERVICE_FEEDS=text).service.feeds == ("a", "b")


@pytest.mark.parametrize(("text", "ages"), [("60 3600", (60, 3600)), ("60,3600", (60, 3600)), ("", ())])
def test_ages_are_numbers_and_may_be_none(text: str, ages: tuple[int, ...]) -> None:
    assert load(CLEANWIRE_CLEAN_REVISIT_S=text).clean.revisit_s == ages


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        pytest.param({"CLEANWIRE_POLL_MIN_INTERVALS": "3"}, "CLEANWIRE_POLL_MIN_INTERVAL_S", id="typo-is-suggested"),
        pytest.param({"CLEANWIRE_POLL_MIN_INTERVAL_S": "fast"}, "poll.min_interval_s", id="not-a-number"),
        pytest.param({"CLEANWIRE_OPS_PORT": "70000"}, "ops.port", id="out-of-range"),
        pytest.param({"CLEANWIRE_SERVICE_ROLE": "boss"}, "service.role", id="not-a-role"),
        pytest.param({"CLEANWIRE_FETCH_ALLOW_PRIVATE": "10.0.0.1/8"}, "fetch.allow_private", id="not-a-network"),
        pytest.param({"CLEANWIRE_KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, "sasl_username", id="sasl-without-user"),
        pytest.param({"CLEANWIRE_CLEAN_REVISIT_S": "60 soon"}, "clean.revisit_s", id="an-age-that-is-no-number"),
        pytest.param({"CLEANWIRE_CLEAN_REVISIT_S": "60 30"}, "above the one before", id="ages-not-in-order"),
        pytest.param({"CLEANWIRE_CLEAN_REVISIT_S": "0"}, "between 1 and 2592000", id="no-age-at-all"),
        pytest.param({"CLEANWIRE_CLEAN_REVISIT_S": " ".join(map(str, range(1, 14)))}, "at most 12", id="many-ages"),
        pytest.param({"CLEANWIRE_CLEAN_REMEMBER_S": "3600"}, "clean.forget_after_s", id="forgotten-twice"),
        pytest.param(
            {"CLEANWIRE_POLL_MIN_INTERVAL_S": "900", "CLEANWIRE_POLL_MAX_INTERVAL_S": "60"}, "poll", id="order"
        ),
    ],
)
def test_a_mistake_names_its_key(environment: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        load(**environment)


@pytest.mark.parametrize("address", ["a b:9092", "a:b:c", ":9092", "a:0", "a:65536", "a:9092,,b:9092"])
def test_a_broker_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(ConfigError, match=r"kafka\.bootstrap .*is not host:port"):
        load(CLEANWIRE_KAFKA_BOOTSTRAP=address)


@pytest.mark.parametrize("address", ["a", "a:9092", "a:9092,b:9092", "a:1, b:2", "[::1]:9092"])
def test_broker_addresses_are_taken(address: str) -> None:
    assert load(CLEANWIRE_KAFKA_BOOTSTRAP=address).kafka.bootstrap == address


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("[pol]\nx = 1", "pol", id="unknown-section"),
        pytest.param("[poll]\nbackfil = 1", "poll.backfill", id="unknown-key-is-suggested"),
        pytest.param("poll = 3", "poll", id="not-a-table"),
        pytest.param("[poll]\nx y", "line 2", id="not-toml"),
    ],
)
def test_a_mistake_in_the_file_names_it(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "c.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=named):
        load(file=file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        load(file=tmp_path / "none.toml")


def test_a_wrong_password_is_not_shown() -> None:
    with pytest.raises(ConfigError) as caught:
        load({"kafka.sasl_password": ["secret"]})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", settings.secret_keys())
def test_no_secret_is_shown_when_it_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match=key) as caught:
        load({key: [{"p4ss": 1}]})
    assert "p4ss" not in str(caught.value)


@pytest.mark.parametrize("value", ["no pair", "=v4lue", "na me=v4lue", "name=v4lue\r\nhost: x", "name=v4lueé"])
def test_wrong_headers_for_the_collector_are_refused_and_not_shown(value: str) -> None:
    with pytest.raises(ConfigError, match=r"tracing\.secret_headers") as caught:
        load({"tracing.secret_headers": value})
    assert "v4lue" not in str(caught.value)
    right = load({"tracing.secret_headers": "authorization=Basic YTpi==, x-tenant=news"}).tracing
    assert right.headers == {"authorization": "Basic YTpi==", "x-tenant": "news"}


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        ({"websub.callback_url": "https://push.example/"}, "needs websub.secret"),
        ({"websub.callback_url": "push.example", "websub.secret": "q" * 16}, "websub.callback_url"),
        ({"websub.callback_url": "https://push.example/?a=1", "websub.secret": "q" * 16}, "without query"),
        ({"websub.callback_url": "https://push.example/", "websub.secret": "qqqq"}, "websub.secret"),
    ],
)
def test_half_a_websub_is_refused_and_its_secret_not_shown(flags: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        load(flags)
    assert "qqqq" not in str(caught.value)


IN_EVERY_POD = {
    "CLEANWIRE_SERVICE_HOST": "10.0.0.7",
    "CLEANWIRE_SERVICE_PORT": "9464",
    "CLEANWIRE_SERVICE_PORT_METRICS": "9464",
    "CLEANWIRE_PORT": "tcp://10.0.0.7:9464",
    "CLEANWIRE_PORT_9464_TCP": "tcp://10.0.0.7:9464",
    "CLEANWIRE_PORT_9464_TCP_ADDR": "10.0.0.7",
    "CLEANWIRE_PORT_9464_TCP_PORT": "9464",
    "CLEANWIRE_PORT_9464_TCP_PROTO": "tcp",
    "CLEANWIRE_PUSH_SERVICE_HOST": "10.0.0.8",
    "CLEANWIRE_PUSH_PORT_53_UDP": "udp://10.0.0.8:53",
}


def test_what_kubernetes_sets_for_a_service_of_our_name_is_no_setting() -> None:
    assert load(**IN_EVERY_POD) == load()


@pytest.mark.parametrize(
    "name", ["CLEANWIRE_OPS_PROT", "CLEANWIRE_PORT_9464", "CLEANWIRE_OSP_PORT", "CLEANWIRE_SERVICE_HOSTS"]
)
def test_a_misspelt_setting_is_still_an_error(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name}: no such setting"):
        load(**{name: "9464"})


def test_a_service_that_hides_a_setting_is_named() -> None:
    with pytest.raises(ConfigError, match=r"Service 'cleanwire-ops'.*ops\.port.*enableServiceLinks: false"):
        load(CLEANWIRE_OPS_PORT="tcp://10.0.0.7:9464")
    assert load(CLEANWIRE_OPS_PORT="9470").ops.port == 9470


def test_every_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from=the file, all=of it\n")
    mutual = {"kafka.security_protocol": "SSL", "kafka.ssl_certfile": "c", "kafka.ssl_keyfile": "k"}
    for key in settings.secret_keys():
        section, _, name = key.partition(".")
        got = getattr(load(mutual, **{settings.variable(f"{key}_file"): str(file)}), section)
        assert getattr(got, name).get_secret_value() == "from=the file, all=of it"
        assert getattr(got, f"{name}_file") == file


def test_a_layer_above_wins_over_a_secret_of_a_file(tmp_path: Path) -> None:
    secret, file = tmp_path / "secret", tmp_path / "c.toml"
    secret.write_text("lower")
    file.write_text(f'[kafka]\nsasl_password_file = "{secret}"\n')
    assert load({"kafka.sasl_password": "upper"}, file).kafka.sasl_password.get_secret_value() == "upper"  # type: ignore[union-attr]
    file.write_text('[kafka]\nsasl_password = "lowest"\n')
    got = load({}, file, CLEANWIRE_KAFKA_SASL_PASSWORD_FILE=str(secret))
    assert got.kafka.sasl_password.get_secret_value() == "lower"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(None, "No such file", id="missing"),
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"\n", "is empty", id="only-a-line-end"),
        pytest.param(b"x" * 70_000, "is too large", id="large"),
        pytest.param(b"\xff\xfe", "is not text", id="no-text"),
    ],
)
def test_a_secret_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, told: str) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=rf"kafka\.sasl_password_file .*{told}"):
        load(CLEANWIRE_KAFKA_SASL_PASSWORD_FILE=str(file))


def test_a_secret_that_is_set_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="_password_file are both set"):
        load(CLEANWIRE_KAFKA_SASL_PASSWORD="a", CLEANWIRE_KAFKA_SASL_PASSWORD_FILE=str(tmp_path))
