"""A simple CSS selector finds on a page what it finds in a browser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import document_fromstring

from cleanwire.text.site_rules import selectors

PAGE = document_fromstring("""<html><head><meta property="og:title" content="x" id="meta"></head><body>
<main id="main"><div class="story top" id="a"><h1 id="h" class="headline big">One</h1>
<section id="s"><p id="p1" data-kind="lead text">Two</p><p id="p2" lang="en-GB">Three</p></section></div></main>
<div class="topic" id="b"><p id="p3" title='say "hi"'>Four</p></div></body></html>""")


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("h1", "h"),
        ("H1.headline", "h"),
        (".headline.big", "h"),
        (".top", "a"),
        ("#p2", "p2"),
        ("div p", "p1 p2 p3"),
        ("div > p", "p3"),
        ("main>.story > section p", "p1 p2"),
        ("main *", "a h s p1 p2"),
        ("meta[property='og:title']", "meta"),
        ('meta[property="og:title"][content]', "meta"),
        ("p[lang^=en]", "p2"),
        ("p[data-kind$=text]", "p1"),
        ("p[data-kind*='ad t']", "p1"),
        ("p[title='say \"hi\"']", "p3"),
        ("h1, #p3 , .none", "h p3"),
        ("p[lang=en]", ""),
    ],
)
def test_a_selector_finds(selector: str, found: str) -> None:
    elements = PAGE.xpath(selectors.xpath(selector))
    assert [element.get("id") for element in elements] == found.split()


@pytest.mark.parametrize(
    "selector",
    ["", " ", "h1:hover", "p::first-line", "a + b", "a ~ b", "div >", "> p", "p,", ",p", "p[", "p[x='", ".", "#", "..a",
     "p[x^='']", "//p", "p]", "x" * 301],
)  # fmt: skip
def test_what_is_not_understood_is_refused(selector: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        selectors.xpath(selector)


@given(st.text("pdiv.#[]='\"^$*> ,:-x", max_size=20))
def test_whatever_is_accepted_is_valid_xpath(selector: str) -> None:
    try:
        path = selectors.xpath(selector)
    except ValueError:
        return
    etree.XPath(path)
