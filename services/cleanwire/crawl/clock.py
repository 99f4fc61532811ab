"""How far is our clock off, by what servers say the time is? Judged by the median of many sites, so that none decides.

`Date` is when a server made its reply, in whole seconds (RFC 9110 §6.6.1). A server's clock may be wrong, or it may
lie; that most are wrong in the same way means that ours is. It is only shown: no date is corrected by it.
"""

from collections import OrderedDict
from collections.abc import Mapping
from statistics import median

from cleanwire.crawl import headers as http
from cleanwire.urls import site as sites

SITES = 101  # the latest heard; a site counts once, however many hosts and replies it has
FEWEST = 3  # sites, below which one of them would decide
HEARD_WITHIN_S = 3600.0
EVERY_S = 0.05  # twenty replies a second tell enough, and cost next to nothing however many come
MAX_S = 10 * 365 * 86_400  # a figure that a graph can show


class ServerClocks:
    """What the sites that answered of late say the time is."""

    def __init__(self, *, every_s: float = EVERY_S) -> None:
        self._every_s = every_s
        self._heard_at = 0.0
        self._heard: OrderedDict[str, tuple[float, float]] = OrderedDict()  # site to (when, seconds that we are ahead)

    def hear(self, url: str, reply: Mapping[str, str], *, now: float) -> float | None:
        """Take note of a reply that came at `now`, and return by how many whole seconds our clock is ahead.

        Negative: it is behind. None: the reply says nothing, the last one was heard just now, or too few sites have
        answered within HEARD_WITHIN_S.
        `reply` has lower-case names. A reply out of a cache (`age`) has the date of long ago and says nothing.
        """
        if abs(now - self._heard_at) < self._every_s:
            return None
        served = http.date(reply)
        if served is None or reply.get("age", "0").strip() not in ("", "0"):
            return None
        try:
            site = sites.site(url)
        except ValueError:
            return None
        ahead = max(-MAX_S, min(MAX_S, now - served))
        self._heard_at = now
        self._heard.pop(site, None)
        self._heard[site] = (now, ahead)
        if len(self._heard) > SITES:
            self._heard.popitem(last=False)
        return self._ahead(now)

    def _ahead(self, now: float) -> float | None:
        recent = [ahead for at, ahead in self._heard.values() if abs(now - at) <= HEARD_WITHIN_S]
        return float(int(median(recent))) if len(recent) >= FEWEST else None
