"""Documents of all pages of the corpus that give one, as the service composes them."""

import json
from functools import cache
from pathlib import Path

from cleanwire.article import clean, documents
from cleanwire.article.article import Article
from cleanwire.article.page import Page
from cleanwire.records.document import Change, ChangeKind, Document

CORPUS = Path(__file__).parent / "corpus"
NOON = 1.78e9


@cache
def corpus_documents() -> tuple[Document, ...]:
    """Return them, by the names of their folders."""
    found = []
    for file in sorted(CORPUS.glob("*/page.html")):
        url = json.loads(file.with_name("expected.json").read_text("utf-8"))["url"]
        page = Page(url=url, body=file.read_bytes(), fetched_at=NOON)
        article = clean.clean(page)
        if isinstance(article, Article):
            found.append(
                documents.compose(
                    article,
                    entry=None,
                    page=page,
                    document_id=file.parent.name,
                    revision=1,
                    change=Change(kind=ChangeKind.NEW),
                    seen_at=NOON,
                    emitted_at=NOON,
                )
            )
    assert len(found) > 30
    return tuple(found)
