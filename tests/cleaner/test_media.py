"""What is told apart from pages before anything parses it."""

import pytest

from cleanwire.article import clean
from cleanwire.article.article import Refusal
from cleanwire.article.markup import file_kind
from cleanwire.article.page import Page
from cleanwire.records.rejected import Rejection


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b"%PDF-1.7 and so on", "text/html", id="a-pdf-declared-as-a-page"),
        pytest.param(b"\n\n%PDF-1.4", None, id="a-pdf-after-blank-lines"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg", id="jpeg"),
        pytest.param(b"PK\x03\x04rest", None, id="zip"),
        pytest.param(b"\x7fELF\x02\x01\x01\0\0", None, id="nul-bytes"),
        pytest.param(b'{"headline": "x"}', "application/json; charset=utf-8", id="json"),
    ],
)
def test_a_file_that_is_no_page_is_refused_as_not_html(body: bytes, content_type: str | None) -> None:
    assert file_kind.not_a_page(body, content_type)
    refusal = clean.clean(Page(url="https://a.example/x", body=body, content_type=content_type, fetched_at=1e9))
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Rejection.NOT_HTML


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b"<html><p>x</p>", "text/html", id="page"),
        pytest.param(b"<html><p>x</p>", "application/pdf", id="page-declared-as-a-pdf"),
        pytest.param("<p>x</p>".encode("utf-16"), None, id="utf-16"),
        pytest.param("<p>x</p>".encode("utf-16-le"), None, id="utf-16-without-a-mark"),
        pytest.param(b"Just words.", "text/plain", id="plain"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_what_may_be_a_page_is_not_refused(body: bytes, content_type: str | None) -> None:
    assert file_kind.not_a_page(body, content_type) is None
