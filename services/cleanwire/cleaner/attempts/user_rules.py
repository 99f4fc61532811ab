"""Which rules has the operator for which site? Read once at start, from a file or a folder."""

from collections.abc import Mapping
from pathlib import Path

from cleanwire.errors import ConfigError, InputError
from cleanwire.text.site_rules import tables
from cleanwire.text.site_rules.tables import SiteRules
from cleanwire.urls import site as sites


def load(path: Path | None) -> dict[str, SiteRules]:
    """Return the rules by site: those of a TOML file, or of all `*.toml` of a folder; none without a path.

    Raises:
        ConfigError: `path` cannot be read.
        InputError: a file is wrong, with file, line and key; or two files have rules for one site.
    """
    found: dict[str, SiteRules] = {}
    origins: dict[str, Path] = {}
    for file in _files(path) if path is not None else ():
        for site, rules in tables.read(_read(file), str(file)).items():
            if site in origins:
                raise InputError(f"{file}: {site}: its rules are in {origins[site]} already")
            found[site], origins[site] = rules, file
    return found


def of_page(rules: Mapping[str, SiteRules], url: str) -> SiteRules | None:
    """Return the rules for the page at `url`, None when its site has none."""
    try:
        return rules.get(sites.site(url)) if rules else None
    except ValueError:  # a page read from a file may have no address
        return None


def _files(path: Path) -> list[Path]:
    try:
        return sorted(path.glob("*.toml")) if path.is_dir() else [path]
    except OSError as error:
        raise _unreadable(path, error) from error


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(tables.MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(f"clean.rules (CLEANWIRE_CLEAN_RULES): {path}: cannot be read: {error.strerror}")
