"""What decides about a page beside the page itself?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleanwire.article import by_operator
from cleanwire.text.boilerplate.rules import RuleSet
from cleanwire.text.site_rules.tables import SiteRules

if TYPE_CHECKING:
    from cleanwire.article.verdict.judge.model import Judge

MIN_WORDS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Nothing of it is a global: whoever cleans hands it in."""

    rules: RuleSet
    judge: Judge | None = None  # None: the package's, loaded for the first page that has lines to judge
    site_rules: SiteRules | None = None
    memory: bytes | None = None
    min_words: int = MIN_WORDS

    @property
    def rules_version(self) -> str:
        return by_operator.version(self.rules.version, self.site_rules)
