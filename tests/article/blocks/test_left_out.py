"""What the extractor leaves out comes back if it is the article's; the next story below the page's own does not."""

from lxml.etree import _Element

from article.candidates import located
from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.blocks import left_out
from cleanwire.article.markup import parsing
from cleanwire.article.markup.outline import Outline
from cleanwire.article.page import Page
from cleanwire.text.boilerplate.lines import Line

STORY = (
    "The council met twice this week and heard what the new harbour wall will cost the town over ten years.",
    "Engineers told the members that the old wall had moved by a hand's width since the storms of last winter.",
    "A decision is expected in spring, when the ministry has said how much of the work it is ready to pay for.",
    "Fishermen asked for a temporary landing stage, because the way round the island takes them half a day.",
    "The mayor promised to put the question to the harbour office before the end of the month, as asked.",
)
NEXT = (
    "The regatta will start an hour later than planned, its organisers said after a look at the tide tables.",
    "Forty boats from nine clubs have entered, among them two that were built in the yard behind the church.",
    "Spectators are asked to leave their cars at the station and to walk along the old towpath to the pier.",
    "The prizes are given in the evening by last year's winner, who cannot sail this time with a broken arm.",
)


def paragraphs(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def cleaned(body: str) -> Article:
    html = f"<html><head><title>Harbour wall</title></head><body>{body}</body></html>"
    article = clean.clean(Page(url="https://example.org/wall", body=html.encode(), fetched_at=1_790_000_000.0))
    assert isinstance(article, Article)
    return article


def stretches(body: str, extracted: tuple[str, ...]) -> list[str]:
    tree = parsing.parse(f"<html><body>{body}</body></html>")
    assert isinstance(tree, _Element)
    outline = Outline.of(tree)
    return [one.text for one in left_out.find(outline, located(outline, [Line(text=text) for text in extracted]))]


def test_text_between_line_breaks_and_blocks_is_a_stretch_of_its_own() -> None:
    body = f"<div>{STORY[0]}<br>{STORY[1]}<p>{STORY[2]}</p>{STORY[3]}</div>"
    assert stretches(body, (STORY[2],)) == [STORY[0], STORY[1], STORY[3]]


def test_emphasis_and_white_space_make_no_new_stretch() -> None:
    body = f"<p>{STORY[0]}</p><div>The  <b>old</b> <i>wall</i> has moved by a hand's width</div>"
    assert stretches(body, STORY[:1]) == ["The old wall has moved by a hand's width"]


def test_navigation_links_and_short_lines_are_no_stretches() -> None:
    linked = f'<div><a href="/next">{NEXT[0]}</a></div>'
    body = f"<p>{STORY[0]}</p><nav><p>{NEXT[1]}</p></nav>{linked}<div>Read it all</div><footer>{NEXT[2]}</footer>"
    assert stretches(body, STORY[:1]) == []


def test_a_form_round_the_whole_page_is_no_form_of_the_page() -> None:
    asked = f"<form><label>{NEXT[1]}</label><div>{NEXT[2]}</div></form>"
    body = f"<form><p>{STORY[0]}</p><div>{STORY[1]}</div></form>{asked}"
    assert stretches(body, STORY[:1]) == [STORY[1]]


def test_the_next_story_below_the_article_is_cut_and_told() -> None:
    other = f"<article><h1>Regatta starts later</h1>{paragraphs(NEXT)}</article>"
    article = cleaned(f"<main><article><h1>Harbour wall</h1>{paragraphs(STORY)}</article>{other}</main>")
    assert all(text in article.body for text in STORY)
    assert not any(text in article.body for text in NEXT)
    told = {cut.text: cut.rule for cut in article.removed}
    assert {told[text] for text in NEXT} == {"structure/other-article"}


def test_posts_without_a_main_headline_stay() -> None:
    posts = "".join(f"<article><h2>Update</h2><p>{text}</p></article>" for text in NEXT)
    article = cleaned(f"<main><article><h1>Harbour wall</h1>{paragraphs(STORY)}{posts}</article></main>")
    assert all(text in article.body for text in (*STORY, *NEXT))


def test_a_quotation_in_a_figure_comes_back_and_the_caption_of_a_picture_does_not() -> None:
    quoted = "We were never asked whether the wall should be higher, and nobody will pay us for the lost summer."
    told = "The old wall stands in the low sun of a November afternoon, and a few gulls stand in a row on it."
    figures = (
        f"<figure><blockquote><p>{quoted}</p></blockquote><figcaption>The harbour master</figcaption></figure>",
        f"<figure><img src='/wall.jpg'><p>{told}</p></figure>",
    )
    texts = [f"<p>{text}</p>" for text in (*STORY, *NEXT)]
    article = cleaned(f"<article><h1>Harbour wall</h1>{''.join((*texts[:3], *figures, *texts[3:]))}</article>")
    assert quoted in article.body
    assert told not in article.body
