"""Where do settings come from? Flags, environment and a TOML file, read once at the edge, checked, frozen.

Precedence: flags, then `CLEANWIRE_<SECTION>_<KEY>` variables, then the file, then the defaults in `sections.py`.
"""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cleanwire.errors import ConfigError
from cleanwire.settings import keys, service_links
from cleanwire.settings.sections import Settings

_SECRET_LIMIT_BYTES = 64 * 1024
NOT_SETTINGS = frozenset({"CLEANWIRE_CONFIG"})  # the file's own path, read by the command line


def load(*, flags: Mapping[str, Any], environment: Mapping[str, str], file: Path | None) -> Settings:
    """Return the checked settings.

    Args:
        flags: `section.key` to value; wins over everything.
        environment: variables; those that begin with `CLEANWIRE_` are ours and must be known.
        file: TOML with a table for each section.

    Raises:
        ConfigError: naming each key that is unknown or has a value that is not allowed.
    """
    layers = [_read_file(file) if file else {}, _read_environment(environment), _nest(flags)]
    for layer in layers:
        _read_secrets(layer)
    merged: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for section, values in layer.items():
            if not isinstance(values, dict):
                raise ConfigError(f"{section}: expected a table of settings, [{section}], got {values!r}")
            merged.setdefault(section, {}).update(values)
    try:
        return Settings(**merged)  # type: ignore[arg-type]  # pydantic validates the mappings
    except ValidationError as error:
        raise ConfigError("\n".join(_explain(problem) for problem in error.errors())) from None


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from error


def _read_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    known = {keys.variable(key): key for key in keys.known()}
    for name, value in environment.items():
        if not name.startswith(keys.PREFIX) or name in NOT_SETTINGS:
            continue
        service = service_links.service(name, value)
        if service is not None and name in known:
            raise ConfigError(
                f"{name}={value}: Kubernetes set this for the Service {service!r}, and it hides the setting "
                f"{known[name]}: give the pod `enableServiceLinks: false`, or the Service another name"
            )
        if service is None and name not in known:
            raise ConfigError(f"{name}: no such setting{_suggest(name, list(known))}")
    return _nest({known[name]: value for name, value in environment.items() if name in known})


def _read_secrets(layer: dict[str, Any]) -> None:
    """Put into `layer` the secrets whose files it names."""
    for key in keys.secret_keys():
        section, _, name = key.partition(".")
        values = layer.get(section)
        if not isinstance(values, dict) or values.get(f"{name}_file") is None:
            continue
        if values.get(name) is not None:
            raise ConfigError(f"{key} and {key}_file are both set: leave one out")
        values[name] = _secret_in(Path(values[f"{name}_file"]), f"{key}_file")


def _secret_in(file: Path, key: str) -> str:
    """Return what `file` holds without the line end that editors put there."""
    try:
        with file.open("rb") as opened:
            content = opened.read(_SECRET_LIMIT_BYTES + 1).decode().rstrip("\r\n")
    except OSError as error:
        raise ConfigError(f"{key} ({keys.variable(key)}): {file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise ConfigError(f"{key} ({keys.variable(key)}): {file} is not text in UTF-8") from None
    if not content or len(content) > _SECRET_LIMIT_BYTES:
        raise ConfigError(f"{key} ({keys.variable(key)}): {file} is {'too large' if content else 'empty'}")
    return content


def _nest(flags: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for key, value in flags.items():
        section, _, name = key.partition(".")
        if not name:
            raise ConfigError(f"{key}: expected section.key{_suggest(key, list(keys.known()))}")
        nested.setdefault(section, {})[name] = value
    return nested


def _explain(problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"][:2])
    if problem["type"] == "extra_forbidden":
        return f"{key}: no such setting{_suggest(key, keys.known())}"
    message = problem["msg"].removeprefix("Value error, ")
    section, _, name = key.partition(".")
    if not name:  # of several settings, which the message names; the input is the whole section, passwords included
        return f"[{section}]: {message}"
    value = repr(problem["input"])
    shown = "" if key in keys.secret_keys() or _holds_secret(name, value) else f", got {value}"
    return f"{key} ({keys.variable(key)}): {message}{shown}"


def _holds_secret(name: str, value: str) -> bool:
    return "password" in name or "secret" in name or name == "token" or ("://" in value and "@" in value)


def _suggest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
