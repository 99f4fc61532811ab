"""Are a publisher's validators sent back as they came, none invented, and a cache that lies found out?"""

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import formatdate

from bench.politeness.grading import Grade, grade, verdict
from bench.politeness.press import Press
from bench.politeness.site import Reply, Site, conditional
from bench.politeness.subjects.subject import polls
from bench.politeness.terms import Terms
from bench.politeness.traffic import Asked, Traffic

_SHARE = 0.5  # of repeated polls that must carry a condition; the others may be looks behind a cache
_AUDIT_WITHIN_S = 75.0


class Conditions:
    """Publishers with validators of every kind, with none, with some that go, and one whose cache says 304 for ever."""

    def __init__(self, terms: Terms, press: Press) -> None:
        self._terms = terms
        self._press = press
        told_at = time.time() - 3600
        self.etags = Site("etags")
        self._etag("/strong", '"33a64df551425fcc"')
        self._etag("/weak", 'W/"0815-4711"')
        self._etag("/odd", '"a, b; c=\\d/--gzip"')
        self.etags.feed("/changing", self._changing)
        self.dates = Site("dates")
        self._date("/rfc1123", formatdate(told_at, usegmt=True))
        self._date("/rfc850", datetime.fromtimestamp(told_at, UTC).strftime("%A, %d-%b-%y %H:%M:%S GMT"))
        self._date("/offset", datetime.fromtimestamp(told_at, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000"))
        self.bare = Site("bare")
        self.bare.feed("/none", lambda asked: press.feed(asked))
        self.bare.feed("/no-longer", self._no_longer)
        self.lying = Site("lying")
        self.lying.feed("/feed", self._lying)
        self.sites = (self.etags, self.dates, self.bare, self.lying)

    def grades(self, traffic: Traffic) -> Iterable[Grade]:
        yield self._sent_back(traffic, "etag", self.etags, "etag", "if-none-match")
        yield self._sent_back(traffic, "last-modified", self.dates, "last-modified", "if-modified-since")
        yield self._invented(traffic)
        yield self._audited(traffic)

    def _sent_back(self, traffic: Traffic, name: str, site: Site, validator: str, condition: str) -> Grade:
        """Repeated polls carry the latest validator, byte for byte (RFC 9110 §13.1.2, §13.1.3)."""
        repeated, conditional_ones, against = 0, 0, []
        for requests in polls(traffic, site).values():
            for number, asked in enumerate(requests[1:], 1):
                sent, known = asked.headers.get(condition), _known(traffic, requests[:number], validator)
                repeated += 1
                conditional_ones += sent is not None
                if sent is not None and sent not in known:
                    against.append(asked)
        figures = (
            f"{repeated} repeated polls, {conditional_ones} with {condition}, {len(against)} of them altered or old"
        )
        if not against and conditional_ones < _SHARE * repeated:
            late = [asked for found in polls(traffic, site).values() for asked in found[1:]]
            unconditional = [asked for asked in late if condition not in asked.headers]
            return verdict(name, occasion=repeated >= 3, kept=False, figures=figures, shown_by=unconditional)
        return grade(name, occasion=repeated >= 3, against=against, figures=figures)

    def _invented(self, traffic: Traffic) -> Grade:
        """No condition is sent with a value that the publisher did not give, or has taken back."""
        repeated, against = 0, []
        for requests in polls(traffic, self.bare).values():
            for number, asked in enumerate(requests[1:], 1):
                repeated += 1
                for validator, condition in (("etag", "if-none-match"), ("last-modified", "if-modified-since")):
                    sent = asked.headers.get(condition)
                    if sent is not None and sent not in _known(traffic, requests[:number], validator):
                        against.append(asked)
        figures = f"{repeated} repeated polls of feeds without validators, {len(against)} with a condition"
        return grade("no-invented-condition", occasion=repeated >= 3, against=against, figures=figures)

    def _audited(self, traffic: Traffic) -> Grade:
        """A feed that answers 304 for ever is now and then asked without conditions: its cache may lie."""
        requests = traffic.of("lying", "/feed")
        believed = [asked for asked in requests if asked.status == 304]
        anew = [asked for asked in requests if asked.status == 200 and believed and asked.at > believed[0].at]
        figures = f"{len(believed)} times 304 though there was news, {len(anew)} looks without a condition"
        occasion = len(believed) >= 3 and traffic.now - believed[0].at > min(_AUDIT_WITHIN_S, 10 * self._terms.floor)
        return verdict("lying-cache", occasion=occasion, kept=bool(anew), figures=figures, shown_by=believed[-3:])

    def _etag(self, path: str, etag: str) -> None:
        self.etags.feed(path, lambda asked: conditional(asked, self._press.feed(asked, still=True), etag=etag))

    def _changing(self, asked: Asked) -> Reply:
        reply = self._press.feed(asked)
        return conditional(asked, reply, etag=f'W/"{len(self._press.items(asked.at))}-{hash(reply.body) & 0xFFFFFF:x}"')

    def _date(self, path: str, value: str) -> None:
        self.dates.feed(
            path, lambda asked: conditional(asked, self._press.feed(asked, still=True), last_modified=value)
        )

    def _no_longer(self, asked: Asked) -> Reply:
        """An ETag at first, and from the third poll on none."""
        reply = self._press.feed(asked)
        return conditional(asked, reply, etag='"only-at-first"') if asked.nth < 3 else reply

    def _lying(self, asked: Asked) -> Reply:
        """Whatever condition comes is met, though there is news."""
        etag = asked.headers.get("if-none-match") or '"never-changes"'
        if "if-none-match" in asked.headers or "if-modified-since" in asked.headers:
            return Reply(status=304, headers={"ETag": etag})
        return self._press.feed(asked, ETag=etag)


def _known(traffic: Traffic, earlier: Sequence[Asked], validator: str) -> set[str | None]:
    """Return what the publisher last gave as `validator`; after a kill also what it gave before that."""
    given: set[str | None] = set()
    for asked in reversed(earlier):
        if asked.status == 304 and validator not in asked.replied:
            continue
        given.add(asked.replied.get(validator))
        if not traffic.maybe_forgotten(asked):
            break
    return given
