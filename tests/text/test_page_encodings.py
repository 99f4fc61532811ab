"""Which characters a page's bytes are."""

import pytest
import webencodings
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.article.markup import charset
from cleanwire.feed.formats.raw import feed_charset
from cleanwire.text import encoding
from cleanwire.text.encoding import EncodingSource


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param(b'<meta charset="koi8-r">', "koi8-r", id="charset"),
        pytest.param(b"<META CharSet=KOI8-R />", "koi8-r", id="bare-and-capitals"),
        pytest.param(b"<meta content='text/html; charset=koi8-r' http-equiv=content-type>", "koi8-r", id="http-equiv"),
        pytest.param(b"<meta content='text/html; charset=koi8-r'>", None, id="content-without-http-equiv"),
        pytest.param(b"<!-- <meta charset=koi8-r> --><meta charset=gbk>", "gbk", id="not-in-a-comment"),
        pytest.param(b"<!--><meta charset=gbk>", "gbk", id="the-shortest-comment"),
        pytest.param(b"<a title='<meta charset=koi8-r>'><meta charset=gbk>", "gbk", id="not-in-an-attribute"),
        pytest.param(b"<meta charset=utf-16le>", "utf-8", id="utf-16-cannot-be"),
        pytest.param(b"<meta charset=latin1>", "windows-1252", id="label-of-another-name"),
        pytest.param(b"<meta charset=nonsense><meta charset=big5>", "big5", id="unknown-label-is-passed-over"),
        pytest.param(b"<meta charset=a charset=big5>", None, id="the-first-attribute-of-a-name-counts"),
        pytest.param(b'<?xml version="1.0" encoding="iso-8859-2"?><html>', "iso-8859-2", id="xml-declaration"),
        pytest.param(b"<meta charset=gb", None, id="cut-off"),
        pytest.param(b"<metadata charset=gbk>", None, id="another-element"),
        pytest.param(b"x" * 5000 + b"<meta charset=gbk>", "gbk", id="late"),
        pytest.param(b"plain text", None, id="nothing"),
    ],
)
def test_a_declaration_is_found_as_browsers_find_it(start: bytes, expected: str | None) -> None:
    assert encoding.declared_name(start) == expected


@pytest.mark.parametrize(
    ("body", "content_type", "name", "source"),
    [
        pytest.param(b"\xef\xbb\xbf<meta charset=gbk>", "text/html; charset=koi8-r", "utf-8", "bom", id="mark-first"),
        pytest.param(b"\xfe\xff\x00a", None, "utf-16be", "bom", id="utf-16-mark"),
        pytest.param(b"<meta charset=gbk>", 'text/html; charset="koi8-r"', "koi8-r", "header", id="then-the-header"),
        pytest.param(b"<meta charset=gbk>", "text/html; charset=x", "gbk", "meta", id="unknown-header-does-not-count"),
        pytest.param("Übergröße".encode(), "text/html", "utf-8", "bytes", id="then-the-bytes"),
        pytest.param("Übergröße".encode("cp1252"), None, "windows-1252", "default", id="else-the-usual"),
        pytest.param(b"ascii", None, "windows-1252", "default", id="ascii-is-the-usual"),
    ],
)
def test_the_encoding_is_what_is_said_first(body: bytes, content_type: str | None, name: str, source: str) -> None:
    assert encoding.sniff(body, content_type) == encoding.Sniffed(name=name, source=EncodingSource(source))


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        pytest.param("Übergröße".encode(), "text/html; charset=iso-8859-1", "Übergröße", id="wrong-single-byte-label"),
        pytest.param("Новости".encode("cp1251"), "text/html; charset=windows-1251", "Новости", id="right-label"),
        pytest.param("新聞".encode("big5"), "text/html; charset=big5", "新聞", id="multi-byte"),
        pytest.param("“naïve”".encode("cp1252"), "text/html; charset=latin1", "“naïve”", id="latin-1-is-windows"),
        pytest.param(b"\xef\xbb\xbfa", None, "a", id="the-mark-is-no-text"),
        pytest.param("Größe".encode()[:-1] + b"\xc3", "text/html; charset=cp1252", "Größ\ufffd", id="cut-off"),
    ],
)
def test_text_is_decoded(body: bytes, content_type: str | None, text: str) -> None:
    assert encoding.decode(body, content_type).text == text


def test_what_cannot_be_read_is_replaced_and_counted() -> None:
    found = encoding.decode(b"a\xff\xfeb\xef\xbf\xbd", "text/html; charset=utf-8")
    assert found.text == "a\ufffd\ufffdb\ufffd"
    assert found.replaced == 2


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_are_decoded(body: bytes, content_type: str) -> None:
    assert isinstance(encoding.decode(body, content_type).text, str)


@given(
    st.lists(
        st.sampled_from(
            [
                "<meta ",
                "charset=",
                "utf-8",
                ">",
                "<!--",
                "-->",
                "'",
                '"',
                "=",
                "<a ",
                "/",
                "<?",
                "<!",
                "content=",
                "http-equiv=content-type",
            ]
        )
    )
)
def test_any_jumble_of_markup_has_an_answer(pieces: list[str]) -> None:
    encoding.sniff(" ".join(pieces).encode())


def test_a_chinese_page_of_mostly_markup_with_broken_bytes_is_read() -> None:
    text = "市议会周二晚间以微弱多数通过了在港口新建防波堤的计划，工程将于明年春天开始，预计需要三年时间才能完成。"
    more = "消防队长表示没有人受伤，但是旧城的居民已经等待了十多年，渔民们担心秋季风暴会再次损坏他们的船只。"
    page = f"{'<div class=row><br></div>' * 200}{text}<p>{more}<p>"
    body = page.encode("gb18030") + b"\x81 \xff" + page.encode("gb18030")
    assert text in charset.decode(body, None).text


def test_a_french_page_without_a_declaration_stays_latin() -> None:
    text = "Le conseil a voté mardi soir la reconstruction de la digue détruite l'été dernier, a déclaré le maire élu."
    assert charset.decode(text.encode("cp1252"), None).text == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(b"<p>har\x02bour</p>", "<p>harbour</p>", id="a-printers-hyphen"),
        pytest.param(b"<p>harbour\x0bwall\x0c</p>", "<p>harbour wall </p>", id="white-space"),
        pytest.param("<p>a\uffffb\ufffec</p>".encode(), "<p>abc</p>", id="no-characters"),
        pytest.param(b"<p>a\tb\r\nc\x7f</p>", "<p>a\tb\r\nc\x7f</p>", id="what-xml-may-hold-stays"),
    ],
)
def test_what_xml_cannot_hold_is_gone(body: bytes, text: str) -> None:
    assert charset.decode(body, "text/html; charset=utf-8").text == text


@pytest.mark.parametrize("label", sorted(webencodings.LABELS))
def test_each_label_of_the_standard_gives_a_text(label: str) -> None:
    """Some stand for encodings that nobody reads any more: they say nothing then."""
    body = b"<p>A pier and a caf\xe9</p>"
    assert charset.decode(body, f"text/html; charset={label}").text
    feed = b'<?xml version="1.0" encoding="%s"?><rss><channel><title>Pier</title></channel></rss>' % label.encode()
    assert feed_charset.decode(feed, None)


@pytest.mark.parametrize("label", ["hz-gb-2312", "iso-2022-kr", "replacement", "x-user-defined"])
def test_a_label_that_nobody_reads_does_not_hide_the_text(label: str) -> None:
    body = "<p>Die Mühle öffnet früh am Kölner Ufer.</p>".encode()
    assert "Mühle" in charset.decode(body, f"text/html; charset={label}").text
