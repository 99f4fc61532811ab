"""What does a robots.txt allow? RFC 9309, with the decisions of google/robotstxt where the RFC leaves room."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from cleanwire.crawl import patterns

MAX_BYTES = 500 * 1024
"""RFC 9309 §2.5: at least 500 KiB must be read. What lies beyond is ignored."""
MAX_LINE_BYTES = 16_663
"""Longer lines are cut; eight times the longest address the big search engines take."""
MAX_SITEMAPS = 1000
MAX_RULES = 200_000
"""Each counted once for every agent it is for: thousands of agents before thousands of rules multiply."""
MAX_USAGES = 50
"""Preferences kept of one group."""
MAX_USAGE_CHARS = 200

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SPACES = re.compile(rb"[ \t\f\v]+")
_PRODUCT_TOKEN = re.compile(rb"[A-Za-z_-]*")
_ANY = "*"
_GROUP_BYTES = 400
_RULE_BYTES = 120


class _Key(Enum):
    AGENT = "user-agent"
    ALLOW = "allow"
    DISALLOW = "disallow"
    DELAY = "crawl-delay"
    SITEMAP = "sitemap"
    USAGE = "content-usage"


# As written in the wild, misspellings included; a key only has to begin like this.
_SPELLINGS = (
    (b"user-agent", _Key.AGENT),
    (b"useragent", _Key.AGENT),
    (b"user agent", _Key.AGENT),
    (b"allow", _Key.ALLOW),
    (b"disallow", _Key.DISALLOW),
    (b"dissallow", _Key.DISALLOW),
    (b"dissalow", _Key.DISALLOW),
    (b"disalow", _Key.DISALLOW),
    (b"diasllow", _Key.DISALLOW),
    (b"disallaw", _Key.DISALLOW),
    (b"crawl-delay", _Key.DELAY),
    (b"crawldelay", _Key.DELAY),
    (b"sitemap", _Key.SITEMAP),
    (b"site-map", _Key.SITEMAP),
    (b"content-usage", _Key.USAGE),
    (b"content-signal", _Key.USAGE),
)


@dataclass(frozen=True, slots=True)
class _Rule:
    allow: bool
    pattern: bytes


@dataclass(frozen=True, slots=True)
class _Usage:
    pattern: bytes
    preference: str


@dataclass(slots=True)
class _Group:
    """What is said to one agent; groups that name the same agent are one, RFC 9309 §2.2.1."""

    rules: list[_Rule] = field(default_factory=list)
    crawl_delay_s: float | None = None
    usages: list[_Usage] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """One robots.txt, read. `sitemaps` are as written."""

    groups: dict[str, _Group]
    sitemaps: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int:
        """About what it takes in memory."""
        kept = {id(rule): len(rule.pattern) for group in self.groups.values() for rule in group.rules}
        places = sum(
            _GROUP_BYTES + 8 * len(group.rules) + _RULE_BYTES * len(group.usages) for group in self.groups.values()
        )
        return places + sum(kept.values()) + _RULE_BYTES * len(kept) + sum(map(len, self.sitemaps))

    def allowed(self, agent: str, url: str) -> bool:
        """Return whether `agent` (a product token, anything after `/` is ignored) may fetch `url`.

        The longest matching pattern decides, `Allow` on a tie; without any match everything is allowed.
        """
        group = self._group(agent)
        if group is None:
            return True
        path = patterns.path(url)
        longest, allowed = 0, True
        for rule in group.rules:
            size = len(rule.pattern)
            better = size > longest or (size == longest and rule.allow)
            if size and better and patterns.matches(path, rule.pattern):
                longest, allowed = size, rule.allow
        return allowed

    def crawl_delay_s(self, agent: str) -> float | None:
        """Return the seconds between two requests that are asked of `agent`; not in the RFC, but widely written."""
        group = self._group(agent)
        return None if group is None else group.crawl_delay_s

    def named(self, agent: str) -> bool:
        """Return whether a group is for `agent` itself, not only for everybody."""
        return agent.lower() in self.groups

    def usage(self, agent: str, url: str) -> str | None:
        """Return the preferences for the use of what is at `url`, as written: `Content-Usage` of the IETF's draft
        (draft-ietf-aipref-attach §3) or the `Content-Signal` that some hosts write; the longest pattern decides.
        """
        group = self._group(agent)
        path = patterns.path(url)
        fitting = [rule for rule in group.usages if patterns.matches(path, rule.pattern)] if group else []
        longest = max((len(rule.pattern) for rule in fitting), default=0)
        found = [rule.preference for rule in fitting if len(rule.pattern) == longest]
        return ", ".join(dict.fromkeys(found))[:MAX_USAGE_CHARS] or None

    def _group(self, agent: str) -> _Group | None:
        return self.groups.get(agent.partition("/")[0].strip().lower()) or self.groups.get(_ANY)


def parse(body: bytes) -> Robots:
    """Return what `body` says. Never fails: lines that are not understood are skipped."""
    groups: dict[str, _Group] = {}
    sitemaps: list[str] = []
    current: list[_Group] = []
    kept = 0
    closed = False  # a rule ends the list of agents; other lines between them do not
    for key, value in _lines(body):
        if key not in (_Key.SITEMAP, _Key.AGENT):
            kept += len(current)
        if kept > MAX_RULES:
            break
        if key is _Key.SITEMAP:
            sitemaps.append(value.decode("utf-8", "replace"))
        elif key is _Key.AGENT:
            if closed:
                current, closed = [], False
            current.append(groups.setdefault(_agent(value), _Group()))
        elif key is _Key.DELAY:
            _set_delay(current, value)
        elif key is _Key.USAGE:
            usage = _usage(value)
            for group in current:
                if usage is not None and len(group.usages) < MAX_USAGES:
                    group.usages.append(usage)
        else:
            closed = True
            rules = _rules(key is _Key.ALLOW, value)
            for group in {id(group): group for group in current}.values():
                group.rules.extend(rules)
    return Robots(groups=groups, sitemaps=tuple(sitemaps[:MAX_SITEMAPS]))


def _lines(body: bytes) -> Iterator[tuple[_Key, bytes]]:
    for line in _LINE_END.split(_without_bom(body[:MAX_BYTES])):
        text = line[:MAX_LINE_BYTES].partition(b"#")[0].strip()
        name, separator, value = text.partition(b":")
        if not separator:  # the colon is missing: taken only when there are just two words
            words = _SPACES.split(text)
            if len(words) != 2:
                continue
            name, value = words
        key = _key(name.strip())
        if key is not None:
            yield key, value.strip()


def _without_bom(body: bytes) -> bytes:
    """Drop a byte order mark, also one that was cut short."""
    for size in (3, 2, 1):
        if body.startswith(_BOM[:size]):
            return body[size:]
    return body


def _key(name: bytes) -> _Key | None:
    low = name.lower()
    return next((key for spelling, key in _SPELLINGS if low.startswith(spelling)), None)


def _agent(value: bytes) -> str:
    """Return the agent a group is for: everyone, or the product token that `value` begins with."""
    if value[:1] == b"*" and (len(value) == 1 or value[1:2].isspace()):
        return _ANY
    token = _PRODUCT_TOKEN.match(value)
    return token.group().decode().lower() if token else ""


def _set_delay(groups: list[_Group], value: bytes) -> None:
    try:
        seconds = float(value)
    except ValueError:
        return
    if not 0 <= seconds <= 86_400:
        return
    for group in groups:
        group.crawl_delay_s = seconds


def _usage(value: bytes) -> _Usage | None:
    """Read `[path] preference`; None when there is no preference."""
    path, *rest = value.split(maxsplit=1) if value.startswith(b"/") else (b"/", value)
    written = b"".join(rest).decode("utf-8", "replace")
    text = "".join(char for char in written if char.isprintable()).strip()
    return _Usage(patterns.escaped(path), text) if text else None


def _rules(allow: bool, value: bytes) -> list[_Rule]:
    rules = [_Rule(allow, patterns.escaped(value))]
    folder, slash, page = value.rpartition(b"/")
    if allow and slash and page.startswith(b"index.htm"):
        rules.append(_Rule(allow, patterns.escaped(folder + b"/$")))  # who allows the index page allows its folder
    return rules
