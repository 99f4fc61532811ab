"""What does the standard library read from files only when it is first needed?

A process that reads what strangers wrote can open no files, so it loads all that before.
"""

import encodings
import importlib
import pkgutil
import time
import zoneinfo
from importlib import resources

_MODULES = ("_strptime", "stringprep", "unicodedata", "calendar", "locale", "traceback")
_ELSEWHERE = frozenset({"mbcs", "oem"})  # codecs of Windows
_kept: list[zoneinfo.ZoneInfo] = []  # zoneinfo itself forgets all but eight that nobody uses


def load() -> None:
    """Load every codec, every time zone, and what is imported by functions."""
    for module in _MODULES:
        importlib.import_module(module)
    for codec in pkgutil.iter_modules(encodings.__path__):
        if codec.name not in _ELSEWHERE:
            importlib.import_module(f"encodings.{codec.name}")
    time.strptime("2000", "%Y")
    _kept.extend(map(zoneinfo.ZoneInfo, _zones()))


def _zones() -> list[str]:
    """Return the names of all time zones; `available_timezones` would take twice as long to look into each file."""
    try:
        return resources.files("tzdata").joinpath("zones").read_text("ascii").split()
    except (ModuleNotFoundError, FileNotFoundError):
        return sorted(zoneinfo.available_timezones())
