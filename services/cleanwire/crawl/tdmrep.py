"""Does a site reserve the rights to text and data mining? W3C TDM Reservation Protocol, `/.well-known/tdmrep.json`."""

from dataclasses import dataclass

import msgspec

from cleanwire.crawl import patterns
from cleanwire.urls import parse as urls

PATH = "/.well-known/tdmrep.json"
MAX_RULES = 2000
_RULE_BYTES = 200  # two objects and what points to them


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What is said: whether rights are reserved, and where their policy is."""

    reserved: bool
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: bytes
    reservation: Reservation


@dataclass(frozen=True, slots=True)
class Tdmrep:
    """One file, read."""

    rules: tuple[_Rule, ...] = ()

    @property
    def size_bytes(self) -> int:
        """About what it takes in memory."""
        return sum(_RULE_BYTES + len(rule.pattern) + len(rule.reservation.policy or "") for rule in self.rules)

    def of(self, url: str) -> Reservation | None:
        """Return what the first rule that matches `url` says; None when none does."""
        path = patterns.path(url)
        return next((rule.reservation for rule in self.rules if patterns.matches(path, rule.pattern)), None)


def parse(body: bytes, *, url: str) -> Tdmrep:
    """Return the rules in `body`, policies resolved against `url`. Never fails; rules it cannot read are left out."""
    try:
        found = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Tdmrep()
    listed = found if isinstance(found, list) else [found]  # one rule without the brackets is seen in the wild
    rules = (_rule(item, url) for item in listed[:MAX_RULES] if isinstance(item, dict))
    return Tdmrep(tuple(rule for rule in rules if rule is not None))


def reserved(value: object) -> bool | None:
    """Return what `tdm-reservation` says: 1 or 0, as a number or a text; anything else is as if it were not set."""
    return {"1": True, "0": False}.get(str(value).strip()) if isinstance(value, int | str) else None


def _rule(item: dict[str, object], url: str) -> _Rule | None:
    location, reservation = item.get("location"), reserved(item.get("tdm-reservation"))
    if not isinstance(location, str) or not location or reservation is None:
        return None
    policy = item.get("tdm-policy")
    href = urls.href(policy, url) if isinstance(policy, str) and policy else None
    rooted = location if location.startswith(("/", "*")) else f"/{location}"
    pattern = patterns.escaped(rooted.encode("utf-8", "surrogatepass"))
    return _Rule(pattern, Reservation(reserved=reservation, policy=href))
