"""Which values may a setting have that is no plain number or text? Addresses, lists, mappings."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Annotated, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

_MAX_AGE_S = 30 * 86_400
_MAX_AGES = 12
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")  # RFC 9110 §5.6.2


def _words(value: object) -> object:
    """Split a variable's text at commas and white space; a list from a file stays as it is."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def networks(value: tuple[str, ...]) -> tuple[str, ...]:
    for network in value:
        ipaddress.ip_network(network)  # raises ValueError, which names the text
    return value


def brokers(value: str | None) -> str | None:
    for address in value.split(",") if value else ():
        host, colon, port = address.strip().rpartition(":")
        name, digits = (host, port) if colon else (port, "9092")
        if not name or " " in name or not digits.isdecimal() or not 0 < int(digits) < 65_536:
            raise ValueError(f"{address!r} is not host:port")
    return value


def web_address(value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("must be an http(s) address without query")
    return value


def token_endpoint(value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment or parts.username:
        raise ValueError("must be an https address without user or fragment")
    if parts.port == 0:  # one that is no number raises by itself
        raise ValueError("port 0 is none")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("must be https: the client's secret would travel in the clear (http only to loopback)")
    return value


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _extensions(value: object) -> object:
    """Return `name=value, …` as a mapping; a table of a file stays as it is."""
    if not isinstance(value, (str, tuple, list)):
        return value
    pairs = [str(word).partition("=") for word in cast("Iterable[str]", _words(value))]
    if any(not equals for _, equals, _ in pairs):
        raise ValueError("each must be name=value")
    return {name: text for name, _, text in pairs}


def _extension_names(value: Mapping[str, str]) -> Mapping[str, str]:
    for name, text in value.items():
        if not (name.isascii() and name.isalpha()) or name == "auth" or not text.isprintable():  # RFC 7628 §3.1
            raise ValueError(f"{name!r} is no name of letters with a printable value")
    return value


def headers(value: str) -> dict[str, str]:
    """Return `name=value, …` as names of HTTP headers and their values.

    Raises:
        ValueError: it is not that; the text, which holds secrets, is not told.
    """
    pairs = [word.strip().partition("=") for word in value.split(",")]
    if not all(_HEADER_NAME.fullmatch(name) and text.isascii() and text.isprintable() for name, _, text in pairs):
        raise ValueError("must be name=value, name=value, …")
    return {name: text for name, _, text in pairs}


def header_lines(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        headers(value.get_secret_value())
    return value


def _ages(value: tuple[int, ...]) -> tuple[int, ...]:
    if any(not 1 <= age <= _MAX_AGE_S for age in value):
        raise ValueError(f"each age must be between 1 and {_MAX_AGE_S} seconds")
    if any(later <= earlier for earlier, later in pairwise(value)):
        raise ValueError("each age must be above the one before it")
    if len(value) > _MAX_AGES:
        raise ValueError(f"at most {_MAX_AGES} ages")
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Extensions = Annotated[Mapping[str, str], BeforeValidator(_extensions), AfterValidator(_extension_names)]
Ages = Annotated[tuple[int, ...], BeforeValidator(_words), AfterValidator(_ages)]
