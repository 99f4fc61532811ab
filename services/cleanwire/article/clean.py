"""What article does this page hold?"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from cleanwire.article import by_operator
from cleanwire.article.article import Article, Refusal
from cleanwire.article.markup import charset, file_kind
from cleanwire.article.means import MIN_WORDS, Means
from cleanwire.article.page import Hints, Page
from cleanwire.article.pages import plain_page
from cleanwire.records.rejected import Rejection
from cleanwire.text.boilerplate import rules as line_rules
from cleanwire.text.boilerplate.rules import RuleSet
from cleanwire.text.site_rules.tables import SiteRules

if TYPE_CHECKING:
    from cleanwire.article.verdict.judge.model import Judge


def clean(
    page: Page,
    hints: Hints | None = None,
    *,
    min_words: int = MIN_WORDS,
    memory: bytes | None = None,
    site_rules: SiteRules | None = None,
    rules: RuleSet | None = None,
    judge: Judge | None = None,
) -> Article | Refusal:
    """Return the article on `page`, or why there is none. The same input always gives the same output.

    `memory` is what `Article.template` of the site's former pages gave, handed back by the caller.
    `site_rules` is the operator's word for the page's site. `rules` judge lines by their words and `judge` by all else;
    None means those of the package.
    Takes tens of milliseconds; hostile pages may take far longer or crash a process, so run it in a child process
    under a deadline. Nothing but `MemoryError` and crashes of the process escape: this is the boundary where whatever
    the parser and the extractor raise becomes a `Refusal`.
    """
    collecting = gc.isenabled()
    gc.disable()  # thousands of small objects live until the end anyway: a tenth of the time is saved
    try:
        means = Means(
            rules=rules or line_rules.load(),
            judge=judge,
            site_rules=site_rules,
            memory=memory,
            min_words=min_words,
        )
        return _clean(page, by_operator.hints(hints or Hints(), site_rules), means)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - lxml and trafilatura raise AssertionError, RecursionError and others
        return Refusal(reason=Rejection.EXTRACTION_CRASHED, detail=f"{type(error).__name__}: {error}"[:500])
    finally:
        if collecting:
            gc.enable()


def _clean(page: Page, hints: Hints, means: Means) -> Article | Refusal:
    """Tell mails and plain texts from pages: each kind has its own way of reading."""
    if file_kind.is_mail(page.body, page.content_type):
        from cleanwire.article.pages import mail_page  # with the parser of mails, which only mails need

        if (message := mail_page.read(page)) is not None:
            return mail_page.applied(_clean(message.page, message.hints(hints), means), message, hints)
    if (kind_of_file := file_kind.not_a_page(page.body, page.content_type)) is not None:
        return Refusal(reason=Rejection.NOT_HTML, detail=kind_of_file)
    decoded = charset.decode(page.body, page.content_type)
    if plain_page.is_plain(decoded.text, page.content_type):
        return plain_page.read(decoded.text, page, hints, charset=decoded.name, means=means)
    from cleanwire.article.pages import web_page  # the extractor and judge load half a second: texts do without

    return web_page.read(decoded.text, page, hints, charset=decoded.name, means=means)
