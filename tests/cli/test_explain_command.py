"""`cleanwire explain`: what was kept, what was cut and why."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from cleanwire.article import clean
from cleanwire.article import explain as explaining
from cleanwire.article.article import Article
from cleanwire.article.page import Page
from cleanwire.cli.pages import explain
from cli.conftest import Command
from services.newsroom import Newsroom, Reply, story

CORPUS = Path(__file__).parent.parent / "corpus"
PAGE = CORPUS / "en-newsletter-and-share" / "page.html"
LEFT_OUT = CORPUS / "en-left-out-paragraphs" / "page.html"
HOSTILE = b"""<!doctype html><html lang="en">
<title>Pier &lt;script&gt;alert(1)&lt;/script&gt; &amp;\x1b[31m reopens</title>
<h1>Pier &lt;script&gt;alert(1)&lt;/script&gt; &amp; reopens</h1><article>
<p>The council said that &lt;img src=x onerror=alert(2)&gt; [bold red]was[/] the strangest sign that anybody had
ever seen on the old pier, and that it would be taken down before the first ferry of the spring
arrives with its passengers.</p>
<p>Residents asked for a new sign with &lt;b&gt;plain letters&lt;/b&gt; instead, and the council promised to have one
painted before the opening, provided that the weather leaves the painters enough calm days in the coming weeks.</p>
<p>Share this article</p></article></html>"""


def test_each_block_is_shown_with_its_verdict(cleanwire: Command) -> None:
    ended = cleanwire("explain", str(PAGE), "--url", "https://news.example/pier")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0].startswith("title ")
    assert " ← " in lines[0]
    assert "   5 cut   [lines/share share] Follow us on Facebook and Twitter" in lines
    assert any(line.startswith("   1 kept  The harbour council of Wexport") for line in lines)
    assert lines[-1] == "kept 4 blocks, 106 words; cut 2 blocks, 12 words (10%)"


def test_a_block_that_was_taken_back_is_shown_as_such(cleanwire: Command, tmp_path: Path) -> None:
    lines = cleanwire("explain", str(LEFT_OUT)).out.splitlines()
    back = [line for line in lines if line[5:9] == "back"]
    assert len(back) == 2
    assert all(re.match(r" +\d back  \[structure/judge readmitted 0\.\d+: [+-]\d", line) for line in back)
    assert back[1].endswith("learned to read under the organ loft.")
    assert lines[-1].startswith("kept 7 blocks, 2 of them taken back, ")
    out = tmp_path / "why.html"
    cleanwire("explain", str(LEFT_OUT), "--html", str(out))
    page = Reader(out.read_text("utf-8"))
    assert page.text.count("taken back: structure/judge · 0.") == 2
    assert page.classes.count("back paragraph") == 2
    assert page.classes.count("kept paragraph") == 5


def test_rules_of_ones_own_are_shown_at_work(cleanwire: Command, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('["news.example"]\nkeep = ["Follow us *"]\ndrop = ["Never there", "Engineers told *"]\n')
    arguments = ("explain", str(PAGE), "--url", "https://www.news.example/pier", "--set", f"clean.rules={rules}")
    lines = cleanwire(*arguments).out.splitlines()
    assert any(line.startswith("   2 cut   [user/news.example/2 user] Engineers told") for line in lines)
    assert "   5 kept  Follow us on Facebook and Twitter" in lines
    rules.write_text('["news.example"]\ntitle = "h1:hover"\n')
    ended = cleanwire(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"cleanwire: {rules}:2: title: 'h1:hover' is no CSS selector")


def test_what_is_piped_has_no_colours_and_whole_lines(cleanwire: Command) -> None:
    out = cleanwire("explain", str(PAGE)).out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) > 120


def test_standard_input_is_read(cleanwire: Command) -> None:
    assert cleanwire("explain", "-", stdin=story("A ferry is late")).out.startswith("title         A ferry is late")


def test_a_document_is_explained_as_the_page_it_came_from(cleanwire: Command, tmp_path: Path) -> None:
    arguments = (str(PAGE), "--url", "https://news.example/pier")
    document, out = cleanwire("clean", *arguments).out.encode(), tmp_path / "why.html"
    assert cleanwire("explain", "-", stdin=document).out == cleanwire("explain", *arguments).out
    cleanwire("explain", "-", "--html", str(out), stdin=document)
    assert "https://news.example/pier" in Reader(out.read_text("utf-8")).text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"schema":"cleanwire.document/1","id":', id="cut-off"),
        pytest.param(b'{"schema":"cleanwire.document/1","id":"x"}', id="incomplete"),
    ],
)
def test_a_broken_document_is_wrong_usage(cleanwire: Command, body: bytes) -> None:
    ended = cleanwire("explain", "-", stdin=body)
    assert ended.code == 2
    assert ended.err.startswith("cleanwire: -: not one whole document: ")


def test_nothing_of_a_page_reaches_the_terminal_as_a_command(cleanwire: Command) -> None:
    out = cleanwire("explain", "-", stdin=HOSTILE).out
    assert "\x1b" not in out
    assert "[bold red]was[/]" in out


@pytest.mark.parametrize(
    ("no_color", "coloured"), [pytest.param(False, True, id="colours"), pytest.param(True, False, id="no-color")]
)
def test_a_terminal_gets_colours_unless_it_refuses(no_color: bool, coloured: bool) -> None:
    out = io.StringIO()
    environment = {"TERM": "xterm-256color", "COLUMNS": "80", **({"NO_COLOR": "1"} if no_color else {})}
    console = Console(file=out, force_terminal=True, highlight=False, _environ=environment)
    article = clean.clean(Page(url="https://news.example/pier", body=PAGE.read_bytes(), fetched_at=1_780_000_000.0))
    assert isinstance(article, Article)
    explain.show(explaining.explain(article), console)
    assert ("\x1b[32m" in out.getvalue()) == coloured
    assert "Follow us on Facebook and Twitter" in out.getvalue()


class Reader(HTMLParser):
    """Collects the elements and the text of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.classes: list[str] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.classes += [value for name, value in attrs if name == "class" and value]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_escaped_and_needs_nothing_else(cleanwire: Command, tmp_path: Path) -> None:
    out = tmp_path / "why.html"
    ended = cleanwire("explain", "-", "--url", "https://news.example/?a=1&b=2", "--html", str(out), stdin=HOSTILE)
    assert ended.code == 0
    assert ended.out.startswith(f"wrote {out}\nkept 2 blocks")
    markup = out.read_text("utf-8")
    page = Reader(markup)
    assert "Pier <script>alert(1)</script>" in page.text
    assert "<img src=x onerror=alert(2)>" in page.text
    assert not {"script", "img", "b", "link", "iframe"} & set(page.tags)
    assert not {"src", "href", "onerror", "onload"} & set(page.attributes)
    assert "url(" not in markup
    assert "prefers-color-scheme: dark" in markup
    assert "https://news.example/?a=1&b=2" in page.text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "not_an_article", id="empty"),
        pytest.param(b"<html><title>Few</title><p>Three words only.</p></html>", "too_short", id="short"),
        pytest.param(b"%PDF-1.7 and so on", "not_html", id="pdf"),
    ],
)
def test_a_refusal_ends_with_one_and_the_reason(cleanwire: Command, tmp_path: Path, body: bytes, reason: str) -> None:
    out = tmp_path / "why.html"
    ended = cleanwire("explain", "-", "--html", str(out), stdin=body)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"cleanwire: -: {reason}: ")
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("nowhere.html",), "nowhere.html: cannot be read", id="missing"),
        pytest.param(("-", "--url", "ftp://x.example/"), "not an http(s) address", id="wrong-url"),
        pytest.param(("-", "--set", "clean.min_word=3"), "did you mean clean.min_words", id="unknown-setting"),
        pytest.param(("-", "--html", "/nowhere/why.html"), "--html /nowhere/why.html: cannot be written", id="out"),
        pytest.param((), "Missing argument", id="no-source"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_what(cleanwire: Command, arguments: tuple[str, ...], says: str) -> None:
    ended = cleanwire("explain", *arguments, stdin=story("A bridge opens"))
    assert ended.code == 2
    assert says in ended.err
    assert "Traceback" not in ended.err


def test_an_address_is_fetched(cleanwire: Command) -> None:
    room = Newsroom()
    with room.open_in_thread("127.0.14.2"):
        page = room.put("127.0.14.2", "/a", story("A museum moves"))
        gone = room.put("127.0.14.2", "/gone", Reply(status=410))
        allowed = ("--set", "fetch.allow_private=127.0.0.0/8")
        assert "A museum moves" in cleanwire("explain", page, *allowed).out
        ended = cleanwire("explain", gone, *allowed)
        assert (ended.code, ended.err) == (1, f"cleanwire: {gone}: HTTP 410\n")
