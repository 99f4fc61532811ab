"""JSON-LD as publishers write it, broken in the usual ways."""

import pytest

from cleanwire.article.markup import parsing
from cleanwire.article.metadata.statements import json_ld

ARTICLE = '{"@type":"NewsArticle","headline":"Pier to reopen","datePublished":"2026-03-02T18:30:00Z"}'
OTHER = '{"@type":"Organization","name":"The Wexport Ledger"}'


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(ARTICLE, id="one-object"),
        pytest.param(f"[{OTHER},{ARTICLE}]", id="array"),
        pytest.param(f"[[{OTHER}],[{ARTICLE}]]", id="arrays-in-an-array"),
        pytest.param(f'{{"@context":"https://schema.org","@graph":[{OTHER},{ARTICLE}]}}', id="graph"),
        pytest.param(f'{{"@type":"WebPage","mainEntity":{ARTICLE}}}', id="inside-the-page"),
        pytest.param(ARTICLE.replace('"NewsArticle"', '["Article","NewsArticle"]'), id="two-types"),
        pytest.param(ARTICLE.replace('"NewsArticle"', '"https://schema.org/NewsArticle"'), id="type-as-address"),
        pytest.param(f"{OTHER}\n{ARTICLE};", id="objects-in-a-row"),
        pytest.param(f"<!-- {ARTICLE} -->", id="comment"),
        pytest.param(f"/*<![CDATA[*/{ARTICLE}/*]]>*/", id="cdata"),
        pytest.param(f"[{OTHER},,{ARTICLE[:-1]},}},]", id="commas"),
        pytest.param(ARTICLE.replace("Pier to", "<b>Pier</b>\n\tto&amp;nbsp;"), id="html-and-line-breaks"),
        pytest.param(f'{{"@type":"NewsArticle","headline": oops }}, {ARTICLE}', id="another-object-is-beyond-repair"),
    ],
)
def test_the_article_is_read(script: str) -> None:
    tree = parsing.parse(
        f'<html><head><script type="application/ld+json">{script}</script></head><body>x</body></html>'
    )
    assert tree is not None
    found = json_ld.read(json_ld.statements(tree), "https://ledger.example/pier")
    assert found is not None
    assert (found.headline, found.published) == ("Pier to reopen", "2026-03-02T18:30:00Z")
