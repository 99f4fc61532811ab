"""What does reading a page load from files when it is first needed?

An extraction process can open no file once it reads pages. Whoever adds what is loaded late adds it here; a test reads
pages and finds every file that is opened.
"""

import charset_normalizer  # noqa: F401  for pages that do not say how they are written
from trafilatura import external

from cleanwire.article import clean
from cleanwire.article.page import Page
from cleanwire.article.pages import mail_page, web_page  # noqa: F401
from cleanwire.text.boilerplate import rules, voices
from cleanwire.text.plain import header_fields, sitenames

_SENTENCE = "The bakers of the town rose before three that morning, lit {} ovens and sang to keep each other awake."
_PARAGRAPHS = "".join(f"<p>{_SENTENCE.format(count)}</p>" for count in range(2, 14))
_PAGE = f"<html><head><title>Bread at dawn</title></head><body><article>{_PARAGRAPHS}</article></body></html>"


def load() -> None:
    """Load it all."""
    rules.load()  # their files; those of a language are compiled as its lines are met
    header_fields.load()
    sitenames.load()
    voices.load()
    external.jt_stoplist_init()  # trafilatura's, for pages on which it finds little
    # languages, rules, the judge's weights, public suffixes: of what every page needs
    clean.clean(Page(url="https://news.example.org/bread-at-dawn", body=_PAGE.encode(), fetched_at=0.0))
