"""What a document records of the use that page, headers and the site's files allow."""

import pytest

from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.page import Page, SiteTerms
from cleanwire.records.document import Rights
from services.newsroom import story

URL = "https://news.example/pier"
NOTHING_SAID = SiteTerms()
POLICY = "https://news.example/tdm"
META = b'<meta name="tdm-reservation" content="0"><meta name="robots" content="max-image-preview:large, noai">'


def rights(
    *, head: bytes = b"", headers: dict[str, str] | None = None, terms: SiteTerms = NOTHING_SAID
) -> Rights | None:
    body = story("The pier opens again").replace(b"<head>", b"<head>" + head, 1)
    page = Page(url=URL, body=body, fetched_at=1_790_000_000.0, headers=headers or {}, terms=terms)
    found = clean.clean(page)
    assert isinstance(found, Article)
    return found.rights


def test_a_page_about_which_nothing_is_said_has_no_rights() -> None:
    assert rights() is None


@pytest.mark.parametrize(
    ("head", "headers", "terms", "expected"),
    [
        pytest.param(
            b"",
            {"tdm-reservation": "1", "tdm-policy": "/tdm"},
            SiteTerms(tdm_reserved=False),
            Rights(tdm_reservation=True, tdm_policy=POLICY),
            id="a-header-goes-before-the-sites-file",
        ),
        pytest.param(
            META,
            {"tdm-reservation": "1", "tdm-policy": POLICY},
            SiteTerms(tdm_reserved=True, tdm_policy=POLICY),
            Rights(tdm_reservation=False, robots="max-image-preview:large, noai", ai="noai"),
            id="the-page-goes-before-all",
        ),
        pytest.param(
            b"",
            {"tdm-reservation": "yes"},
            SiteTerms(tdm_reserved=True, tdm_policy=POLICY),
            Rights(tdm_reservation=True, tdm_policy=POLICY),
            id="the-sites-file",
        ),
        pytest.param(
            b'<meta name="robots" content="noarchive">',
            {"x-robots-tag": "noai, NoImageAI"},
            SiteTerms(),
            Rights(robots="noarchive, noai, NoImageAI", ai="noai, noimageai"),
            id="x-robots-tag",
        ),
        pytest.param(
            b"",
            {"content-usage": "train-ai=n"},
            SiteTerms(ai_disallowed=("CCBot", "GPTBot"), usage="train-ai=y"),
            Rights(ai_disallowed=("CCBot", "GPTBot"), usage="train-ai=n"),
            id="robots-txt-and-the-replys-own-preference",
        ),
        pytest.param(b"", {}, SiteTerms(usage="train-ai=y"), Rights(usage="train-ai=y"), id="the-sites-preference"),
    ],
)
def test_what_is_recorded(head: bytes, headers: dict[str, str], terms: SiteTerms, expected: Rights) -> None:
    assert rights(head=head, headers=headers, terms=terms) == expected


def test_a_plain_text_has_rights_too() -> None:
    text = "The pier opens again\n\n" + "The ferry calls at noon and the market stays open until the evening. " * 8
    page = Page(
        url="https://news.example/pier.txt",
        body=text.encode(),
        fetched_at=1_790_000_000.0,
        content_type="text/plain",
        headers={"tdm-reservation": "1"},
    )
    found = clean.clean(page)
    assert isinstance(found, Article)
    assert found.rights == Rights(tdm_reservation=True)
