"""Under which id does a schema registry know a schema? Asked once, before records that carry the id are written.

The interface is Confluent's, which others speak too (Karapace, Apicurio under `/apis/ccompat/v7`, Redpanda).
"""

import asyncio
from urllib.parse import quote

import httpx
import msgspec

from cleanwire.errors import ConfigError, RegistryUnavailable
from cleanwire.settings import RegistrySettings
from cleanwire.stream.broker import tls

LIMIT_S = 20.0
ANSWER_LIMIT_BYTES = 256 * 1024
_SHOWN = 300  # characters of a registry's message
_TYPE = "application/vnd.schemaregistry.v1+json"
_LARGEST_ID = 2**31 - 1  # four bytes, signed


class _Registered(msgspec.Struct, frozen=True):
    id: int


class _Refusal(msgspec.Struct, frozen=True):
    message: str = ""


async def register(settings: RegistrySettings, subject: str, *, schema_type: str, schema: str) -> int:
    """Return the id of `schema` under `subject`, registered now unless it was: `schema_type` is AVRO, PROTOBUF or JSON.

    Raises:
        ConfigError: no registry is set, or `registry.cafile` cannot be used.
        RegistryUnavailable: no answer in time, or a no: the schema does not go with an earlier one of the subject, or
            we may not write there. The message names subject, status and what the registry says of it.
    """
    if settings.url is None:
        raise ConfigError("registry.url (CLEANWIRE_REGISTRY_URL) is not set: give the schema registry's address")
    url = f"{settings.url.rstrip('/')}/subjects/{quote(subject, safe='')}/versions"
    body = msgspec.json.encode({"schemaType": schema_type, "schema": schema})
    trust = tls.trusting(settings.cafile, key="registry.cafile")
    try:
        async with asyncio.timeout(LIMIT_S):
            # Nothing of the environment: neither a proxy nor .netrc. A redirect would carry the login elsewhere.
            async with httpx.AsyncClient(verify=trust, trust_env=False, timeout=LIMIT_S) as client:
                status, answer = await _post(client, url, body, settings)
    except (httpx.HTTPError, OSError) as error:  # TimeoutError is an OSError
        why = str(error) or type(error).__name__
        raise RegistryUnavailable(f"registry.url: {settings.url}: {subject}: {why}") from error
    if status != 200:
        raise RegistryUnavailable(f"{settings.url} answers {status} for {subject}: {_message(answer, settings)}")
    try:
        found = msgspec.json.decode(answer, type=_Registered).id
    except (ValueError, RecursionError):
        found = -1
    if not 0 <= found <= _LARGEST_ID:
        raise RegistryUnavailable(f"{settings.url} answers without an id for {subject}: is registry.url right?")
    return found


async def _post(client: httpx.AsyncClient, url: str, body: bytes, settings: RegistrySettings) -> tuple[int, bytes]:
    headers = {"Content-Type": _TYPE, "Accept": f"{_TYPE}, application/json"}
    if settings.token is not None:
        headers["Authorization"] = f"Bearer {settings.token.get_secret_value()}"
    login = None
    if settings.username is not None and settings.password is not None:
        login = httpx.BasicAuth(settings.username, settings.password.get_secret_value())
    answer = b""
    async with client.stream("POST", url, content=body, headers=headers, auth=login) as response:
        async for part in response.aiter_bytes():
            answer += part
            if len(answer) > ANSWER_LIMIT_BYTES:
                raise httpx.TransportError("its answer is too large")
        return response.status_code, answer


def _message(answer: bytes, settings: RegistrySettings) -> str:
    """Return what a registry says about its no, in one line, and never what we logged in with."""
    try:
        told = msgspec.json.decode(answer, type=_Refusal).message
    except (ValueError, RecursionError):
        return "no message"
    for secret in (settings.password, settings.token):
        if secret is not None:
            told = told.replace(secret.get_secret_value(), "…")
    return "".join(one if one.isprintable() else " " for one in told)[:_SHOWN].strip() or "no message"
