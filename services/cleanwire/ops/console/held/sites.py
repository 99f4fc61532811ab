"""What has the cleaner learned of each site?"""

from dataclasses import dataclass

from cleanwire.article.verdict import template
from cleanwire.ops.console.held import outcomes
from cleanwire.records.article_state import SiteState
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.stream.messages import Message

_ROW_BYTES = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What planned looks at pages of one age found; older looks weigh less."""

    age_s: int
    looked: float
    changed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRow:
    """One site. Times: epoch seconds, UTC."""

    site: str
    pages: int
    template_pages: int
    template_bytes: int
    template: str | None
    updated_at: float
    rest_until: float | None
    looks: tuple[Look, ...]


class SiteTable:
    """The table of sites."""

    def __init__(self, *, most_bytes: int) -> None:
        self.left_out = 0
        """Sites for which there was no room."""
        self._most = most_bytes // _ROW_BYTES
        self._rows: dict[str, SiteRow] = {}

    def get(self, site: str) -> SiteRow | None:
        return self._rows.get(site)

    def rows(self) -> list[SiteRow]:
        """Return all rows, in no order."""
        return list(self._rows.values())

    def state(self, message: Message) -> None:
        """Take in a record of the topic of sites."""
        if message.value is None:
            self._rows.pop(message.key_text, None)
            return
        found = _STATES.row(message.key, message.value)
        if isinstance(found, Unreadable):
            return
        if found.site not in self._rows and len(self._rows) >= self._most:
            self.left_out += 1
            return
        known = template.decode(found.template)
        self._rows[found.site] = SiteRow(
            site=outcomes.short(found.site),
            pages=found.pages,
            template_pages=len(known.pages),
            template_bytes=len(found.template),
            template=template.version(known),
            updated_at=found.updated_at,
            rest_until=found.rest_until,
            looks=tuple(
                Look(age_s=age, looked=looks.looked, changed=looks.changed)
                for age, looks in sorted(found.looks.items())[:_LOOKS]
            ),
        )


_LOOKS = 12
_STATES = Reader(SiteState, key="site")
