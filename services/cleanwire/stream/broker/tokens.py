"""Where does the token of SASL/OAUTHBEARER come from? A client credentials grant, fetched again before it expires."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote_plus

import httpx
import msgspec
from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import KafkaError

from cleanwire.settings import KafkaSettings
from cleanwire.stream.broker import tls

RENEW_AT = 0.8  # of a token's life a new one is fetched, while the old one would still do
LEAST_LIFE_S = 60.0  # of a token whose life the endpoint does not tell (expires_in is only recommended, RFC 6749 §5.1)
ANSWER_LIMIT_BYTES = 256 * 1024
FIRST_REST_S = 0.5  # no request for this long after a failure; doubled each time
LAST_REST_S = 30.0
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1


class TokenUnavailable(KafkaError):  # type: ignore[misc]  # aiokafka has no types
    """There is no token. One of the Kafka client's own errors, so that it takes it for a failed connection."""


class _Grant(msgspec.Struct, frozen=True):
    """The part of a token endpoint's answer that is ours (RFC 6749 §5.1)."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105  a kind, no secret
    expires_in: float | str | None = None


class _Refusal(msgspec.Struct, frozen=True):
    """An answer that says why there is no token (RFC 6749 §5.2)."""

    error: str


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    renew_at: float
    expires_at: float


class TokenProvider(AbstractTokenProvider):  # type: ignore[misc]  # aiokafka has no types
    """One token for all clients of a process, fetched by one request at a time.

    When a new token cannot be had, the old one serves until it expires. After a failure the endpoint is left alone
    for a while, however many connections ask.

    Raises:
        ConfigError: `kafka.sasl_oauth_cafile` cannot be used.
    """

    def __init__(self, settings: KafkaSettings, *, now: Callable[[], float] = time.monotonic) -> None:
        assert settings.sasl_oauth_token_endpoint is not None, "the settings were checked"
        assert settings.sasl_oauth_client_id is not None, "the settings were checked"
        assert settings.sasl_oauth_client_secret is not None, "the settings were checked"
        self._endpoint = settings.sasl_oauth_token_endpoint
        self._shown = self._endpoint.partition("?")[0]
        self._client = (settings.sasl_oauth_client_id, settings.sasl_oauth_client_secret.get_secret_value())
        self._asked = {
            "grant_type": "client_credentials",
            **({"scope": settings.sasl_oauth_scope} if settings.sasl_oauth_scope else {}),
            **({"audience": settings.sasl_oauth_audience} if settings.sasl_oauth_audience else {}),
        }
        self._extensions = dict(settings.sasl_oauth_extensions)
        self._limit_s = settings.request_timeout_s
        self._trust = tls.trusting(settings.sasl_oauth_cafile, key="kafka.sasl_oauth_cafile")
        self._now = now
        self._one_at_a_time = asyncio.Lock()
        self._token: _Token | None = None
        self._failure: str | None = None
        self._rest_s = 0.0
        self._rest_until = 0.0

    async def token(self) -> str:
        """Return a token that has not expired.

        Raises:
            TokenUnavailable: naming the setting to look at.
        """
        async with self._one_at_a_time:
            if self._token is None or self._now() >= self._token.renew_at:
                await self._renew()
            assert self._token is not None
            return self._token.text

    def extensions(self) -> dict[str, str]:
        """Return what the broker is told beside the token (RFC 7628 §3.1)."""
        return self._extensions

    async def _renew(self) -> None:
        if self._failure is None or self._now() >= self._rest_until:
            try:
                self._token, self._failure, self._rest_s = await self._fetch(), None, 0.0
                return
            except TokenUnavailable as error:
                self._failure = str(error)
                self._rest_s = min(max(self._rest_s * 2, FIRST_REST_S), LAST_REST_S)
                self._rest_until = self._now() + self._rest_s
        if self._token is None or self._now() >= self._token.expires_at:
            raise TokenUnavailable(self._failure)

    async def _fetch(self) -> _Token:
        began = self._now()
        try:
            async with asyncio.timeout(self._limit_s):
                status, answer = await self._ask()
        except (httpx.HTTPError, OSError) as error:  # TimeoutError is an OSError
            raise self._without_token(str(error) or type(error).__name__) from error
        if status != 200:
            raise TokenUnavailable(_refusal(self._shown, status, answer))
        try:
            grant = msgspec.json.decode(answer, type=_Grant)
            life_s = float(grant.expires_in) if grant.expires_in is not None else LEAST_LIFE_S
        except (ValueError, RecursionError) as error:
            raise self._without_token("no token in its answer") from error
        if not (_TOKEN.fullmatch(grant.access_token) and 0 < life_s < float("inf")):
            raise self._without_token("its token cannot be used")
        return _Token(grant.access_token, began + life_s * RENEW_AT, began + life_s)

    def _without_token(self, why: str) -> TokenUnavailable:
        return TokenUnavailable(f"kafka.sasl_oauth_token_endpoint: {self._shown}: {why}")

    async def _ask(self) -> tuple[int, bytes]:
        # Nothing of the environment: neither a proxy nor .netrc. A redirect would carry the secret elsewhere.
        async with (
            httpx.AsyncClient(verify=self._trust, trust_env=False, timeout=self._limit_s) as client,
            client.stream("POST", self._endpoint, data=self._asked, auth=_basic(*self._client)) as response,
        ):
            answer = b""
            async for part in response.aiter_bytes():
                answer += part
                if len(answer) > ANSWER_LIMIT_BYTES:
                    raise httpx.TransportError("its answer is too large")
            return response.status_code, answer


def _basic(client_id: str, secret: str) -> httpx.BasicAuth:
    """Return HTTP Basic authentication with id and secret encoded as forms are (RFC 6749 §2.3.1)."""
    return httpx.BasicAuth(quote_plus(client_id), quote_plus(secret))


def _refusal(endpoint: str, status: int, answer: bytes) -> str:
    """Return what is told of an answer without a token: never more of it than its error code."""
    try:
        code = msgspec.json.decode(answer, type=_Refusal).error
    except (ValueError, RecursionError):
        code = ""
    known = code if code.replace("_", "").isalnum() and code.isascii() and len(code) <= 60 else ""
    keys = "kafka.sasl_oauth_token_endpoint"
    if known in ("invalid_client", "unauthorized_client") or status == 401:
        keys = "kafka.sasl_oauth_client_id, kafka.sasl_oauth_client_secret"
    elif known == "invalid_scope":
        keys = "kafka.sasl_oauth_scope"
    # The keys come last: `…_secret: ` would look like a secret itself, and be blotted out of logs.
    return f"{endpoint} answers {f'{status} {known}'.rstrip()} ({keys})"
