"""Asking only the stages that can change something finds what trafilatura finds when it asks all of them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.etree import tostring
from trafilatura import bare_extraction

from cleanwire.article.blocks import main_text
from cleanwire.article.markup import charset, parsing

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
SENTENCE = "The bakers of the town rose before three that morning, lit {} ovens and sang to keep each other awake."
SCRIPTS = "<script>let shown = 1 < 2;</script> said <style>p { color: red }</style><svg><path d='M0 0'/></svg> twice"
MENU = "<ul>" + "".join(f"<li><a href='/{n}'>Section {n} of the paper</a></li>" for n in range(60)) + "</ul>"
TEASERS = "".join(f"<div><h3>Report {n}</h3><span>{SENTENCE.format(n)}</span></div>" for n in range(40))


def told(count: int, start: int = 2) -> str:
    return "".join(f"<p>{SENTENCE.format(number)}</p>" for number in range(start, start + count))


BODIES = {
    "an article": f"<article>{told(12)}</article>",
    "an article among much else": f"{MENU}<article>{told(4)}</article>{TEASERS}",
    "scripts between words": f"<article><p>The mayor {SCRIPTS}, as before.</p>{told(12)}</article>",
    "hardly any text": "<article><p>Closed today.</p></article>",
    "no text": "<article></article>",
    "text that only the head has": "<script type='application/ld+json'>{\"@type\": \"NewsArticle\", \"articleBody\": \""
    + SENTENCE.format(7) * 4 + "\"}</script><div>Loading</div>",
    "little of a long page": f"<article>{told(3)}</article><div class='x'>{TEASERS}</div>",
    "text in boxes without paragraphs": f"<div>{told(8).replace('<p>', '<div>').replace('</p>', '</div>')}</div>",
    "mostly a table": "<table>" + f"<tr><td>One</td><td>{SENTENCE.format(1)}</td></tr>" * 9 + "</table>",
    "comments": f"<article>{told(6)}</article><div id='comments' class='comment-list'>{told(20, 40)}</div>",
    "comments in the article": f"<article>{told(6)}<div id='comments'>{told(9, 40)}</div></article>",
    "a banner about cookies on a page with little text": f"<article>{told(2)}</article>"
    f"<div class='cookie-banner'>{told(30, 40)}</div><div>{TEASERS}</div>",
    "a box named as the text's, and the text": f"<div class='article-body'>{told(3)}</div>"
    f"<div class='main-text'>{told(20, 40)}</div>",
    "words in a drawing only": "<svg><desc>Circle</desc><text>Hello there</text></svg>",
    "a thread": "<script type='application/ld+json'>{\"@type\": \"DiscussionForumPosting\"}</script>"
    f"<div class='comment-list'>{told(9)}</div>",
    "the next articles below": f"<article><h1>Bread</h1>{told(6)}</article>"
    f"<div class='infinite-scroll'><h2>Next</h2>{told(20, 40)}</div>",
    "a film in a frame": f"<article>{told(6)}<iframe src='https://www.youtube.com/embed/x'></iframe></article>",
}  # fmt: skip


def both(markup: str) -> tuple[bytes | None, bytes | None]:
    tree = parsing.parse(markup)
    assert tree is not None
    before = tostring(tree)
    theirs = bare_extraction(tree, with_metadata=False, include_comments=False)
    ours = main_text.find(tree)
    assert tostring(tree) == before, "the page's tree was changed"
    return None if ours is None else tostring(ours), None if theirs is None else tostring(theirs.body)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_made_pages_give_what_all_stages_give(body: str) -> None:
    ours, theirs = both(f"<html><head><title>Bread at dawn</title></head><body>{body}</body></html>")
    assert ours == theirs


PARTS = (
    *BODIES.values(),
    *(f"<div>{SENTENCE.format(count)} {SENTENCE.format(count + 1)}</div>" for count in (3, 9)),
    f"<article>{told(1)}</article>",
    f"<div class='story-text'>{SENTENCE.format(5)}<br><br>{SENTENCE.format(6)}<br><br>{SENTENCE.format(7)}</div>",
    f"<form><input><p>{SENTENCE.format(8)}</p><button>Send</button></form>",
    f"<table><tr><td>{SENTENCE.format(4)}</td><td>Nine</td></tr></table>",
    f"<div class='cookie-consent'>{told(9)}</div>",
)


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=5))
def test_pages_that_chance_puts_together_give_what_all_stages_give(parts: list[str]) -> None:
    ours, theirs = both(f"<html><head><title>Bread</title></head><body>{''.join(parts)}</body></html>")
    assert ours == theirs


@pytest.mark.parametrize("page", sorted(CORPUS.glob("*/page.html")), ids=lambda page: page.parent.name)
def test_pages_of_the_corpus_give_what_all_stages_give(page: Path) -> None:
    ours, theirs = both(charset.decode(page.read_bytes(), None).text)
    assert ours == theirs
