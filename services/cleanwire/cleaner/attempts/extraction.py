"""What runs in an extraction process. Light to import: only the process itself loads the extractor."""

from cleanwire.article.article import Article, Refusal
from cleanwire.article.page import Hints, Page
from cleanwire.text.site_rules.tables import SiteRules


def extract(
    page: Page, hints: Hints, *, min_words: int, memory: bytes | None, site_rules: SiteRules | None = None
) -> Article | Refusal:
    """Return `article.clean.clean`'s outcome."""
    from cleanwire.article import clean

    return clean.clean(page, hints, min_words=min_words, memory=memory, site_rules=site_rules)
