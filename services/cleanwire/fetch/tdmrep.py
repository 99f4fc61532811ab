"""Does a site's tdmrep.json reserve the rights to this? Each origin is asked once a day, whatever it answers."""

from collections import OrderedDict
from urllib.parse import urlsplit

from cleanwire.crawl import tdmrep
from cleanwire.crawl.tdmrep import Reservation, Tdmrep
from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.outcome import Fetched, FetchFailed

KEEP_S = 86_400.0
_LIMIT_BYTES = 256 * 1024
_TIMEOUT_S = 10.0  # it is a courtesy: an article does not wait long for it
_BUDGET_BYTES = 16 * 1024 * 1024  # of what is remembered
_ENTRY_BYTES = 500  # what remembering an origin costs besides its rules
_ACCEPT = "application/json"


class TdmrepCache:
    """Remembers the tdmrep.json of many origins."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._known: OrderedDict[str, tuple[float, Tdmrep]] = OrderedDict()
        self._size_bytes = 0

    def due(self, url: str, now: float) -> str | None:
        """Return the address of the file for `url`, a normalised http(s) URL, if it should be asked for now."""
        origin = _origin(url)
        known = self._known.get(origin)
        return None if known is not None and known[0] > now else f"{origin}{tdmrep.PATH}"

    async def ask(self, address: str, now: float) -> Fetched | FetchFailed:
        """Fetch the file at `address`, as `due` gave it, and remember what it says."""
        reply = await self._fetcher.get(address, limit_bytes=_LIMIT_BYTES, accept=_ACCEPT, timeout_s=_TIMEOUT_S)
        found = isinstance(reply, Fetched) and reply.status == 200
        rules = tdmrep.parse(reply.body, url=reply.url) if isinstance(reply, Fetched) and found else Tdmrep()
        self._remember(_origin(address), now + KEEP_S, rules)
        return reply

    def _remember(self, origin: str, until: float, rules: Tdmrep) -> None:
        if (before := self._known.pop(origin, None)) is not None:
            self._size_bytes -= before[1].size_bytes + _ENTRY_BYTES
        self._known[origin] = (until, rules)
        self._size_bytes += rules.size_bytes + _ENTRY_BYTES
        while self._size_bytes > _BUDGET_BYTES and len(self._known) > 1:
            _, (_, oldest) = self._known.popitem(last=False)
            self._size_bytes -= oldest.size_bytes + _ENTRY_BYTES

    def of(self, url: str) -> Reservation | None:
        """Return what the file that is remembered says of `url`."""
        known = self._known.get(_origin(url))
        return None if known is None else known[1].of(url)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
