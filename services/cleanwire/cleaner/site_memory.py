"""What has been learned of the sites of a partition?"""

from collections.abc import Iterator, Mapping

import msgspec

from cleanwire.records.article_state import Looks, SiteState
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.stream.messages import Message

WRITE_EVERY = 8  # looks of a site; those since the last write may be lost, which does no harm


class SiteMemory:
    """Site states by site, as `news.site-state` holds them. One page of a site is read at a time, so none is lost."""

    def __init__(self) -> None:
        self._sites: dict[str, SiteState] = {}
        self._unwritten: dict[str, int] = {}

    def restore(self, message: Message) -> Unreadable | None:
        """Take one record of the table; return why it cannot be read, then it says nothing."""
        if message.value is None:
            self._sites.pop(message.key_text, None)
            return None
        state = _STATES.row(message.key, message.value)
        if isinstance(state, Unreadable):
            return state
        self._sites[state.site] = state
        return None

    def template(self, site: str) -> bytes | None:
        """Return what `site`'s pages have taught, as the extractor takes it."""
        known = self._sites.get(site)
        return known.template if known is not None else None

    def learn(self, site: str, template: bytes, *, now: float) -> SiteState:
        """Remember what `site`'s template has become and return the state to write."""
        known = self._sites.get(site) or SiteState(site=site)
        learned = msgspec.structs.replace(known, pages=known.pages + 1, template=template, updated_at=now)
        self._sites[site] = learned
        self._unwritten.pop(site, None)
        return learned

    def looks(self, site: str) -> Mapping[int, Looks]:
        """Return what planned looks found at `site`, by age."""
        known = self._sites.get(site)
        return known.looks if known is not None else {}

    def looked(self, site: str, looks: dict[int, Looks], *, now: float) -> SiteState | None:
        """Remember what planned looks have found and return the state to write, now and then."""
        known = self._sites.get(site) or SiteState(site=site)
        self._sites[site] = msgspec.structs.replace(known, looks=looks, updated_at=now)
        self._unwritten[site] = self._unwritten.get(site, 0) + 1
        if self._unwritten[site] < WRITE_EVERY:
            return None
        del self._unwritten[site]
        return self._sites[site]

    def rests(self, site: str, until: float) -> SiteState:
        """Remember that `site` is to be left alone `until` then and return the state to write."""
        known = self._sites.get(site) or SiteState(site=site)
        self._sites[site] = msgspec.structs.replace(known, rest_until=until)
        self._unwritten.pop(site, None)
        return self._sites[site]

    def resting(self, now: float) -> Iterator[tuple[str, float]]:
        """Return the sites that are to be left alone at `now`, and until when."""
        for state in self._sites.values():
            if state.rest_until is not None and state.rest_until > now:
                yield state.site, state.rest_until

    def forget(self, site: str) -> bool:
        """Forget `site`; tells whether anything was known."""
        self._unwritten.pop(site, None)
        return self._sites.pop(site, None) is not None


_STATES = Reader(SiteState, key="site")
