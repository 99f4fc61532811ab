"""Are a publisher's validators sent back as they came, none invented, and a cache that lies found out?"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bench.politeness.grading import Grade, grade, verdict
from bench.politeness.press import Press
from bench.politeness.site import Reply, Site, conditional, tagged
from bench.politeness.subjects.subject import polls
from bench.politeness.terms import Terms
from bench.politeness.traffic import Asked, Traffic

_SHARE = 0.5  # of repeated polls that must carry a condition; the others may be looks behind a cache
_TRUE_AT_FIRST = 6  # polls: a feed that brings much is asked often, also when it falls silent


class Conditions:
    """Publishers with validators of every kind, with none, with some that go, and one whose cache says 304 for ever."""

    def __init__(self, terms: Terms, press: Press) -> None:
        self._terms = terms
        self._press = press
        self._lie = '"never-changes"'
        self.etags = Site("etags")
        self._etag("/strong", '"33a64df551425fcc-{}"')
        self._etag("/weak", 'W/"0815-{}"')
        self._etag("/odd", '"a, b; c=\\d/{}--gzip"')
        self.dates = Site("dates")
        self._date("/rfc1123", "%a, %d %b %Y %H:%M:%S GMT")
        self._date("/rfc850", "%A, %d-%b-%y %H:%M:%S GMT")
        self._date("/offset", "%a, %d %b %Y %H:%M:%S +0000")
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
        fresh = traffic.after_restart(requests)[:1]  # it may have forgotten all: that is no look behind a cache
        anew = [asked for asked in requests if asked.status == 200 and believed and asked.at > believed[0].at]
        anew = [asked for asked in anew if asked not in fresh]
        figures = f"{len(believed)} times 304 though there was news, {len(anew)} looks without a condition"
        long_enough = len(believed) >= 3 and traffic.now - believed[0].at > 10 * self._terms.floor
        occasion = bool(anew) or long_enough
        return verdict("lying-cache", occasion=occasion, kept=bool(anew), figures=figures, shown_by=believed[-3:])

    def _etag(self, path: str, form: str) -> None:
        """Give each state of the feed an ETag of its own."""

        def answer(asked: Asked) -> Reply:
            newest = self._press.items(asked.at)[0].published
            return conditional(asked, self._press.feed(asked), etag=form.format(f"{newest:.0f}"))

        self.etags.feed(path, answer)

    def _date(self, path: str, form: str) -> None:
        """Tell when the feed was last changed, written as `form` says."""

        def answer(asked: Asked) -> Reply:
            newest = datetime.fromtimestamp(self._press.items(asked.at)[0].published, UTC)
            return conditional(asked, self._press.feed(asked), last_modified=newest.strftime(form))

        self.dates.feed(path, answer)

    def _no_longer(self, asked: Asked) -> Reply:
        """An ETag at first, and from the third poll on none."""
        reply = self._press.feed(asked)
        return tagged(asked, reply) if asked.nth < 3 else reply

    def _lying(self, asked: Asked) -> Reply:
        """Tell the truth at first; from then on whatever condition comes is met, though there is news."""
        reply = self._press.crowded_feed(asked)
        if asked.nth <= _TRUE_AT_FIRST:
            return tagged(asked, reply)
        if "if-none-match" in asked.headers or "if-modified-since" in asked.headers:
            self._lie = asked.headers.get("if-none-match", self._lie)
            return Reply(status=304, headers={"ETag": self._lie})
        return replace(reply, headers={**reply.headers, "ETag": self._lie})


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
