"""Is a document one that the reader asked for?"""

from collections.abc import Iterable
from dataclasses import dataclass

from cleanwire.errors import InputError
from cleanwire.records.document import Document, Kind
from cleanwire.urls import site as sites


@dataclass(frozen=True, slots=True)
class Filter:
    """Takes documents of these languages, sites and kinds; of every one where nothing is named."""

    languages: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    @classmethod
    def of(cls, languages: Iterable[str] = (), sites: Iterable[str] = (), kinds: Iterable[str] = ()) -> "Filter":
        """Return the filter for what people name: `de` (with `de-AT`), `news.example` (with its hosts), `live`.

        Raises:
            InputError: there is no such kind, or one text is given where several belong.
        """
        for name, values in (("languages", languages), ("sites", sites), ("kinds", kinds)):
            if isinstance(values, str):
                raise InputError(f"{name}={values!r}: give a list, [{values!r}]")
        known = {kind.value for kind in Kind}
        wanted = frozenset(kinds)
        for kind in sorted(wanted - known):
            raise InputError(f"kind {kind!r}: there are {', '.join(sorted(known))}")
        return cls(
            frozenset(language.lower() for language in languages), frozenset(site.lower() for site in sites), wanted
        )

    def takes(self, document: Document) -> bool:
        """Tell whether `document` was asked for."""
        return (
            (not self.languages or self._speaks(document.language))
            and (not self.sites or any(sites.is_above(site, document.url) for site in self.sites))
            and (not self.kinds or document.kind in self.kinds)
        )

    def _speaks(self, language: str | None) -> bool:
        tag = (language or "").lower()
        return any(tag == wanted or tag.startswith(f"{wanted}-") for wanted in self.languages)
