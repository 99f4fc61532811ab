"""What an operator may set: read once at the edge from flags, environment and a TOML file, checked, frozen."""

from cleanwire.settings.keys import meanings, secret_keys, variable
from cleanwire.settings.sections import (
    CleanSettings,
    ConsoleSettings,
    FetchSettings,
    KafkaSettings,
    LogSettings,
    OpsSettings,
    PollSettings,
    RegistrySettings,
    Role,
    ServiceSettings,
    Settings,
    TracingSettings,
    WebSubSettings,
)
from cleanwire.settings.sources import load

__all__ = [
    "CleanSettings",
    "ConsoleSettings",
    "FetchSettings",
    "KafkaSettings",
    "LogSettings",
    "OpsSettings",
    "PollSettings",
    "RegistrySettings",
    "Role",
    "ServiceSettings",
    "Settings",
    "TracingSettings",
    "WebSubSettings",
    "load",
    "meanings",
    "secret_keys",
    "variable",
]
