"""What is known of a line of the page besides its words and its place?"""

from dataclasses import dataclass

from cleanwire.article.blocks.candidate import Candidate
from cleanwire.article.markup.outline import Location
from cleanwire.text.boilerplate.lines import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLine:
    """A candidate, and what speaks for and against it. Doubts are probabilities that it is outside the article."""

    candidate: Candidate
    doubt: float  # the judge's
    site_doubt: float  # the same, knowing what stands at its place on other pages of the site
    recurrences: int = 0  # on how many other pages of the site it stands
    elsewhere: bool = False  # it stands in another article of the page
    box: str | None = None  # which kind of box that is no part of the article it stands in: a reason to cut it
    is_vouched: bool = False  # the publisher says elsewhere that it is the article's
    is_subhead: bool = False  # a heading without links: over text that stays it is rarely foreign

    @property
    def line(self) -> Line:
        return self.candidate.line

    @property
    def text(self) -> str:
        return self.candidate.line.text

    @property
    def location(self) -> Location | None:
        return self.candidate.location
