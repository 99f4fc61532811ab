"""What may an operator set? A class for each section of the file, a field with bounds and meaning for each setting."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from cleanwire.settings import values

_PASSWORD_LOGIN = ("sasl_username", "sasl_password")
_OAUTH_LOGIN = ("sasl_oauth_token_endpoint", "sasl_oauth_client_id", "sasl_oauth_client_secret")


class Role(StrEnum):
    ALL = "all"
    POLLER = "poller"
    CLEANER = "cleaner"
    OPS = "ops"


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ServiceSettings(Section):
    """`[service]`: who this installation is."""

    installation: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,80}$")] = "cleanwire"
    """Name of the installation: part of group and transactional ids, so two on one cluster never meet."""
    role: Role = Role.ALL
    """Which stages this process runs: all, poller, cleaner or ops."""
    feeds: values.Words = ()
    """Feed URLs, or paths of OPML, CSV or text files, synchronised into the feeds topic at start."""
    shutdown_grace_s: Annotated[float, Field(gt=0, le=60)] = 6.0
    """Seconds that work in hand gets after SIGTERM before it is dropped (it is done again later)."""


class KafkaSettings(Section):
    """`[kafka]`: how to reach the broker and how topics are laid out."""

    bootstrap: Annotated[str | None, AfterValidator(values.brokers)] = None
    """Broker addresses, `host:port[,host:port…]`. Required unless the embedded broker is asked for."""
    topic_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,80}$")] = "news."
    """Put before every topic's name."""
    topics: Literal["create", "check"] = "create"
    """`create` makes missing topics at start; `check` only compares and stops if one is missing or differs."""
    partitions: Annotated[int, Field(ge=1, le=1000)] = 12
    """Partitions of every topic; fixed for the life of an installation."""
    replication_factor: Annotated[int, Field(ge=1, le=9)] = 1
    """Replicas of each partition of a topic that is created here; 3 on a cluster."""
    compression: Literal["zstd", "lz4", "gzip", "none"] = "zstd"
    """How records are packed. kafkajs without a plugin reads `gzip` and `none` only; librdkafka and Java read all."""
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How the connection is secured."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] = "PLAIN"
    """SASL mechanism."""
    sasl_username: str | None = None
    """SASL user, for PLAIN and SCRAM."""
    sasl_password: SecretStr | None = None
    """SASL password, for PLAIN and SCRAM; never logged."""
    sasl_password_file: Path | None = None
    """File that holds the SASL password, in place of `sasl_password`."""
    sasl_oauth_token_endpoint: Annotated[str | None, AfterValidator(values.token_endpoint)] = None
    """OAUTHBEARER: https address that gives tokens for the client's credentials (RFC 6749, section 4.4)."""
    sasl_oauth_client_id: str | None = None
    """OAUTHBEARER: the client's id."""
    sasl_oauth_client_secret: SecretStr | None = None
    """OAUTHBEARER: the client's secret; never logged."""
    sasl_oauth_client_secret_file: Path | None = None
    """File that holds the client's secret, in place of `sasl_oauth_client_secret`."""
    sasl_oauth_scope: str | None = None
    """OAUTHBEARER: scope to ask for; several with a space between them."""
    sasl_oauth_audience: str | None = None
    """OAUTHBEARER: audience to ask for, where the token endpoint wants one."""
    sasl_oauth_extensions: values.Extensions = {}
    """OAUTHBEARER: `name=value, …` that the broker wants beside the token, e.g. `logicalCluster=…`."""
    sasl_oauth_cafile: Path | None = None
    """OAUTHBEARER: CA bundle for the token endpoint's certificate."""
    ssl_cafile: Path | None = None
    """CA bundle for the broker's certificate."""
    ssl_certfile: Path | None = None
    """Client certificate, for mutual TLS."""
    ssl_keyfile: Path | None = None
    """Client key, for mutual TLS."""
    ssl_key_password: SecretStr | None = None
    """Password of the client key, if it is encrypted; never logged."""
    ssl_key_password_file: Path | None = None
    """File that holds the password of the client key, in place of `ssl_key_password`."""
    session_timeout_s: Annotated[float, Field(ge=6, le=300)] = 10.0
    """Seconds without a heartbeat after which a replica's partitions go to others."""
    instance_id: str | None = None
    """Static membership: a name unique to this replica. A restart within the session timeout then moves nothing."""
    transaction_timeout_s: Annotated[float, Field(ge=5, le=900)] = 20.0
    """Seconds after which the broker aborts a transaction left open."""
    request_timeout_s: Annotated[float, Field(ge=1, le=300)] = 10.0
    """Seconds one request to the broker may take."""
    commit_interval_s: Annotated[float, Field(ge=0.05, le=60)] = 1.0
    """A busy partition commits this often; an idle one at once."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.security_protocol.startswith("SASL"):
            self._need_login()
        if (self.ssl_certfile is None) != (self.ssl_keyfile is None):
            raise ValueError("kafka.ssl_certfile and kafka.ssl_keyfile belong together")
        if self.ssl_key_password is not None and self.ssl_keyfile is None:
            raise ValueError("kafka.ssl_key_password needs kafka.ssl_keyfile")
        unused = [name for name in ("ssl_cafile", "ssl_certfile") if getattr(self, name) is not None]
        if unused and not self.security_protocol.endswith("SSL"):
            raise ValueError(f"kafka.{unused[0]} needs kafka.security_protocol SSL or SASL_SSL")
        return self

    def _need_login(self) -> None:
        oauth = self.sasl_mechanism == "OAUTHBEARER"
        needed = _OAUTH_LOGIN if oauth else _PASSWORD_LOGIN
        if missing := [name for name in needed if not getattr(self, name)]:
            raise ValueError(f"SASL {self.sasl_mechanism} needs {' and '.join(f'kafka.{name}' for name in missing)}")


class PollSettings(Section):
    """`[poll]`: when feeds are asked."""

    min_interval_s: Annotated[float, Field(ge=1, le=86_400)] = 300.0
    """No feed is asked more often than this."""
    max_interval_s: Annotated[float, Field(ge=1, le=7 * 86_400)] = 86_400.0
    """No feed waits longer than this, whatever its headers say."""
    first_interval_s: Annotated[float, Field(ge=1, le=86_400)] = 900.0
    """Interval of a feed whose rhythm is not known yet."""
    concurrency: Annotated[int, Field(ge=1, le=2000)] = 64
    """Feeds polled at the same time by one process."""
    site_spacing_s: Annotated[float, Field(ge=0, le=600)] = 1.0
    """Seconds between two polls of one site."""
    backfill: Annotated[int, Field(ge=0, le=20_000)] = 100
    """How many entries of a feed's first poll are taken; the rest is remembered as seen."""
    gap_search_interval_s: Annotated[float, Field(ge=0, le=7 * 86_400)] = 21_600.0
    """How often, at most, a feed's site is asked for its news sitemap after entries were missed; 0: never."""
    processes: Annotated[int, Field(ge=1, le=64)] = 1
    """Processes that read feeds; small ones are read without. One is started when the first needs it."""
    deadline_s: Annotated[float, Field(ge=0.1, le=300)] = 20.0
    """CPU time for reading one feed; one that takes longer is a failed poll. One of 20,000 entries takes 3 s."""
    memory_limit_mb: Annotated[int, Field(ge=256, le=65_536)] = 1024
    """Address space of one process that reads feeds."""
    audit_interval_s: Annotated[float, Field(ge=1)] = 86_400.0
    """How often a feed is fetched without conditions, to find caches that lie."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_interval_s > self.max_interval_s:
            raise ValueError("poll.min_interval_s is above poll.max_interval_s")
        return self


class FetchSettings(Section):
    """`[fetch]`: how everything is fetched."""

    contact: str | None = None
    """URL or mail address shown to publishers in the User-Agent. Required by `run`."""
    user_agent: Annotated[str, Field(min_length=3, max_length=200)] = "Cleanwire/0.2"
    """Product token of the User-Agent; its part before `/` is what robots.txt is matched with."""
    timeout_s: Annotated[float, Field(gt=0, le=300)] = 30.0
    """Seconds for one exchange, redirects included."""
    connect_timeout_s: Annotated[float, Field(gt=0, le=60)] = 10.0
    """Seconds to look up, connect and shake hands."""
    max_redirects: Annotated[int, Field(ge=0, le=20)] = 5
    """Redirects followed, each checked like the first address."""
    host_down_pause_s: Annotated[float, Field(ge=0, le=3600)] = 30.0
    """Pause for a site that did not answer three times in a row; doubled each further time, up to 15 minutes."""
    feed_limit_bytes: Annotated[int, Field(ge=1024)] = 10 * 1024 * 1024
    """Largest feed, decoded."""
    page_limit_bytes: Annotated[int, Field(ge=1024)] = 5 * 1024 * 1024
    """Largest page, decoded."""
    allow_private: Annotated[values.Words, AfterValidator(values.networks)] = ()
    """Networks (CIDR) that may be fetched although they are not public, for tests and intranets."""
    robots: bool = True
    """Obey robots.txt (RFC 9309)."""
    robots_ttl_s: Annotated[float, Field(ge=60, le=86_400)] = 14_400.0
    """How long a robots.txt is kept."""
    tdmrep: bool = True
    """Ask each site once a day for tdmrep.json, and record in documents whether it reserves text and data mining."""


class CleanSettings(Section):
    """`[clean]`: how pages become documents."""

    concurrency: Annotated[int, Field(ge=1, le=2000)] = 32
    """Pages fetched at the same time by one process."""
    site_spacing_s: Annotated[float, Field(ge=0, le=600)] = 1.0
    """Seconds between two page fetches of one site; a robots.txt Crawl-delay may lengthen it."""
    max_crawl_delay_s: Annotated[float, Field(ge=0, le=3600)] = 60.0
    """Longest Crawl-delay that is honoured."""
    processes: Annotated[int, Field(ge=1, le=128)] = 2
    """Extraction processes."""
    deadline_s: Annotated[float, Field(gt=0, le=120)] = 10.0
    """Seconds one page may take to extract before its process is killed."""
    memory_limit_mb: Annotated[int, Field(ge=256, le=65_536)] = 1024
    """Address space of one extraction process."""
    pages_per_process: Annotated[int, Field(ge=1)] = 2000
    """Pages after which an extraction process is replaced."""
    max_attempts: Annotated[int, Field(ge=1, le=20)] = 5
    """Attempts before an article is rejected."""
    retry_base_s: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    """Wait before the second attempt; doubled each time."""
    retry_max_s: Annotated[float, Field(gt=0, le=86_400)] = 7200.0
    """Longest wait between two attempts."""
    max_pending: Annotated[int, Field(ge=1)] = 5000
    """Articles that wait in one partition before intake pauses; one site, or one site's feeds, count for a tenth."""
    max_pending_mb: Annotated[int, Field(ge=1, le=65_536)] = 64
    """Memory for them, for each partition; what one site, or one site's feeds, bring beyond 3/8 of it is rejected."""
    min_words: Annotated[int, Field(ge=0, le=10_000)] = 25
    """Articles with fewer words are rejected as too short."""
    forget_after_s: Annotated[float, Field(ge=3600)] = 7 * 86_400.0
    """How long after a feed last brought it an article is known in full, and at least until its last planned look."""
    remember_s: Annotated[float, Field(ge=3600)] = 30 * 86_400.0
    """How long after a feed last brought it its id, revision and hashes are kept: it never comes out as new again."""
    revisit_s: values.Ages = (3600, 21_600, 86_400, 259_200)
    """Ages in seconds at which a published page is looked at again; empty: only when its feed entry changes."""
    revision_gap_s: Annotated[float, Field(ge=0, le=86_400)] = 300.0
    """No look during n - 1 times this after an article's n-th revision: a page that flaps floods nobody."""
    gone_after_s: Annotated[float, Field(ge=1, le=7 * 86_400)] = 3600.0
    """Seconds between two looks that find a page gone (404, 410), after which its document is canceled."""
    rules: Path | None = None
    """TOML file, or folder of such files, with your own rules for sites (docs/user-rules.md)."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.remember_s < self.forget_after_s:
            raise ValueError("clean.remember_s is below clean.forget_after_s")
        return self


class WebSubSettings(Section):
    """`[websub]`: pushes from hubs (docs/websub.md)."""

    callback_url: Annotated[str | None, AfterValidator(values.web_address)] = None
    """Public address under which hubs reach this service; setting it switches WebSub on."""
    secret: Annotated[SecretStr | None, Field(min_length=16)] = None
    """At least 16 characters that callback addresses and signatures are made from, the same for all replicas."""
    secret_file: Path | None = None
    """File that holds the secret, in place of `secret`."""
    host: str = "0.0.0.0"  # noqa: S104  the container's port; a proxy with TLS stands in front of it
    """Address that hubs' calls are listened for on; a port of its own, for metrics are not public."""
    port: Annotated[int, Field(ge=0, le=65_535)] = 9465
    """Port of the same; 0 lets the system choose."""
    lease_s: Annotated[int, Field(ge=60, le=90 * 86_400)] = 10 * 86_400
    """Seconds a subscription is asked for; the hub may grant others."""
    check_interval_s: Annotated[float, Field(ge=60)] = 86_400.0
    """Longest wait between two polls of a feed whose hub pushes."""
    min_interval_s: Annotated[float, Field(ge=1, le=86_400)] = 60.0
    """Pushes make us ask no feed more often than this."""
    retry_s: Annotated[float, Field(gt=0, le=86_400)] = 300.0
    """Wait before a hub that has not verified a subscription is asked again; longer each time."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.callback_url is not None and self.secret is None:
            raise ValueError("websub.callback_url needs websub.secret")
        return self


class OpsSettings(Section):
    """`[ops]`: metrics and health."""

    host: str = "0.0.0.0"  # noqa: S104  the container's port; publish it only where Prometheus is
    """Address that /metrics, /healthz and /readyz listen on."""
    port: Annotated[int, Field(ge=0, le=65_535)] = 9464
    """Port of the same; 0 lets the system choose."""


class ConsoleSettings(Section):
    """`[console]`: the ops page (docs/ops.md)."""

    host: str = "127.0.0.1"
    """Address that the ops page listens on. One that others reach needs `console.token`, for reading too."""
    port: Annotated[int | None, Field(ge=0, le=65_535)] = None
    """Port of the same; 0 lets the system choose. Unset: 9466 in role `ops`, and no page in role `all`."""
    token: Annotated[SecretStr | None, Field(min_length=16)] = None
    """At least 16 characters that whoever changes something must know. Unset: the page changes nothing."""
    token_file: Path | None = None
    """File that holds the token, in place of `token`."""
    memory_mb: Annotated[int, Field(ge=16, le=65_536)] = 256
    """Memory for what the page shows; what there is no room for is counted there."""
    consumers: Annotated[values.Words, Field(max_length=20)] = ()
    """Consumer groups that read the documents: the page shows how far each is behind, an alert tells of a slow one."""

    @model_validator(mode="after")
    def _closed(self) -> Self:
        if self.token is None and not values.is_loopback(self.host):
            raise ValueError("console.host is reached from elsewhere: that needs console.token")
        return self


class RegistrySettings(Section):
    """`[registry]`: the schema registry that `cleanwire export` asks for the id of its schema (docs/consuming.md)."""

    url: Annotated[str | None, AfterValidator(values.web_address)] = None
    """http(s) address of the registry, with the path that `/subjects` follows. `cleanwire export` needs it."""
    username: str | None = None
    """User that the registry knows us as."""
    password: SecretStr | None = None
    """The user's password; never logged."""
    password_file: Path | None = None
    """File that holds the password, in place of `password`."""
    token: SecretStr | None = None
    """Bearer token, where the registry wants one in place of a user; never logged."""
    token_file: Path | None = None
    """File that holds the token, in place of `token`."""
    cafile: Path | None = None
    """CA bundle for the registry's certificate."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.url is None:
            return self
        if (self.username is None) != (self.password is None):
            raise ValueError("registry.username and registry.password belong together")
        if self.username is not None and self.token is not None:
            raise ValueError("registry.username and registry.token are both set: leave one out")
        parts = urlsplit(self.url)
        known = self.username is not None or self.token is not None
        if known and parts.scheme == "http" and not values.is_loopback(parts.hostname or ""):
            raise ValueError("registry.url must be https: what we log in with would travel in the clear")
        return self


class LogSettings(Section):
    """`[log]`: what is written to standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Least severe level written."""
    format: Literal["json", "console"] = "json"
    """`json`: one object a line; `console`: for people."""


class TracingSettings(Section):
    """`[tracing]`: spans for an OpenTelemetry collector (docs/how-to/tracing.md); needs the extra `otel`."""

    endpoint: Annotated[str | None, AfterValidator(values.web_address)] = None
    """Address that takes OTLP over HTTP, e.g. `http://collector:4318`; setting it switches spans on."""
    sample: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Share of the polls that are recorded, with all that comes of their entries."""
    secret_headers: Annotated[SecretStr | None, AfterValidator(values.header_lines)] = None
    """`name=value, …` sent to the collector with each request, such as a token; never logged."""
    secret_headers_file: Path | None = None
    """File that holds the headers, in place of `secret_headers`."""
    cafile: Path | None = None
    """CA bundle for the collector's certificate."""

    @property
    def headers(self) -> dict[str, str]:
        """The names and values of `secret_headers`."""
        return values.headers(self.secret_headers.get_secret_value()) if self.secret_headers else {}


class Settings(Section):
    """Everything that can be set."""

    service: ServiceSettings = ServiceSettings()
    kafka: KafkaSettings = KafkaSettings()
    poll: PollSettings = PollSettings()
    fetch: FetchSettings = FetchSettings()
    clean: CleanSettings = CleanSettings()
    websub: WebSubSettings = WebSubSettings()
    ops: OpsSettings = OpsSettings()
    console: ConsoleSettings = ConsoleSettings()
    tracing: TracingSettings = TracingSettings()
    registry: RegistrySettings = RegistrySettings()
    log: LogSettings = LogSettings()
