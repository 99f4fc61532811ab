"""What is known of a line of the page besides its words and its place?"""

from dataclasses import dataclass

from cleanwire.article import fingerprint
from cleanwire.article.blocks.candidate import Candidate
from cleanwire.article.markup.outline import Location
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

SURE_WORDS = 12  # of a paragraph that can be nothing but the article's


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

    def is_sure(self, *, below: float) -> bool:
        """Whether it is a paragraph of some length that the extractor took and the judge doubts less than `below`."""
        return (
            self.candidate.is_taken
            and self.doubt < below
            and self.line.type is BlockType.PARAGRAPH
            and fingerprint.word_count(self.text) >= SURE_WORDS
        )
