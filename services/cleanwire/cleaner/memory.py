"""What has been learned of the sites of a partition?"""

import msgspec

from cleanwire.records.article import SiteState
from cleanwire.stream.messages import Message


class Memory:
    """Site states by site, as `news.site-state` holds them. One page of a site is read at a time, so none is lost."""

    def __init__(self) -> None:
        self._sites: dict[str, SiteState] = {}

    def restore(self, message: Message) -> None:
        """Take one record of the table.

        Raises:
            msgspec.DecodeError, UnicodeDecodeError: it cannot be read.
        """
        if message.value is None:
            self._sites.pop((message.key or b"").decode("utf-8", "replace"), None)
            return
        state = _STATES.decode(message.value)
        self._sites[state.site] = state

    def template(self, site: str) -> bytes | None:
        """Return what `site`'s pages have taught, as the extractor takes it."""
        known = self._sites.get(site)
        return known.template if known is not None else None

    def learn(self, site: str, template: bytes, *, now: float) -> SiteState:
        """Remember what `site`'s template has become and return the state to write."""
        known = self._sites.get(site)
        pages = known.pages + 1 if known is not None else 1
        self._sites[site] = SiteState(site=site, pages=pages, template=template, updated_at=now)
        return self._sites[site]

    def forget(self, site: str) -> bool:
        """Forget `site`; tells whether anything was known."""
        return self._sites.pop(site, None) is not None


_STATES = msgspec.json.Decoder(SiteState)
