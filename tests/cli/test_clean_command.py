"""`cleanwire clean`: one article without a broker."""

import json
from pathlib import Path

import pytest

from cli.conftest import Command
from services.newsroom import Newsroom, Reply, story

PLAIN = "\n\n".join(
    (
        "The Harbour Gazette",
        "Ferry returns after a long winter",
        "Monday 3 March 2025",
        "The small ferry that links the two banks of the river is back in service after a winter in the yard, and the "
        "first passengers were waiting on the pier long before the ropes were untied.",
        "The captain said that the engine had been taken apart and put together twice, and that the new paint would "
        "last at least until the autumn storms, if the gulls could be persuaded to sit elsewhere.",
    )
)


def test_a_page_becomes_a_document(cleanwire: Command, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(story("A bridge opens"))
    ended = cleanwire("clean", str(page), "--url", "https://news.example/bridge")
    assert (ended.code, ended.err) == (0, "")
    document = json.loads(ended.out)
    assert (document["title"], document["url"]) == ("A bridge opens", "https://news.example/bridge")


def test_rules_of_ones_own_win(cleanwire: Command, tmp_path: Path) -> None:
    page, rules = tmp_path / "page.html", tmp_path / "rules.toml"
    page.write_bytes(story("A bridge opens"))
    rules.write_text('["news.example"]\ndrop = ["*, part 2: *"]\n')
    arguments = ("clean", str(page), "--url", "https://news.example/bridge", "--set", f"clean.rules={rules}")
    document = json.loads(cleanwire(*arguments).out)
    assert [cut["rule"] for cut in document["removed"] if cut["reason"] == "user"] == ["user/news.example/1"]
    ended = cleanwire(*arguments[:-1], f"clean.rules={tmp_path / 'none.toml'}")
    assert ended.code == 2
    assert "clean.rules (CLEANWIRE_CLEAN_RULES)" in ended.err


def test_a_page_becomes_text(cleanwire: Command, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(story("A bridge opens"))
    ended = cleanwire("clean", str(page), "--format", "text")
    assert ended.code == 0
    assert ended.out.startswith("A bridge opens\n\n")
    assert "<p>" not in ended.out


def test_standard_input_is_read(cleanwire: Command) -> None:
    ended = cleanwire("clean", "-", stdin=story("A ferry is late"))
    assert json.loads(ended.out)["title"] == "A ferry is late"


def test_a_plain_text_becomes_a_document(cleanwire: Command, tmp_path: Path) -> None:
    text = tmp_path / "article.txt"
    text.write_text(PLAIN)
    document = json.loads(cleanwire("clean", str(text)).out)
    assert document["title"] == "Ferry returns after a long winter"
    assert document["publisher"]["name"] == "The Harbour Gazette"
    assert document["published_at"].startswith("2025-03-03")
    assert document["body"].startswith("The small ferry")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "not_an_article", id="empty"),
        pytest.param(b"<html><title>Few</title><p>Three words only.</p></html>", "too_short", id="short"),
        pytest.param(b"%PDF-1.7 and so on", "not_html", id="pdf"),
        pytest.param(b"<div>" * 20_000, "page_too_complex", id="deep"),
    ],
)
def test_what_gives_no_document_ends_with_one_and_the_reason(cleanwire: Command, body: bytes, reason: str) -> None:
    ended = cleanwire("clean", "-", stdin=body)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"cleanwire: -: {reason}: ")


def test_garbage_gives_a_reason_and_no_traceback(cleanwire: Command) -> None:
    ended = cleanwire("clean", "-", stdin=bytes(range(256)) * 50)
    assert ended.code == 1
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("nowhere.html",), "nowhere.html: cannot be read", id="missing"),
        pytest.param((".",), ".: cannot be read", id="a-folder"),
        pytest.param(("-", "--url", "ftp://x.example/"), "ftp://x.example/: not an http(s) address", id="wrong-url"),
        pytest.param(("-", "--set", "clean.min_words=many"), "clean.min_words", id="wrong-setting"),
        pytest.param(("-", "--set", "clean.min_word=3"), "did you mean clean.min_words", id="unknown-setting"),
        pytest.param(("-", "--set", "nonsense"), "expected SECTION.KEY=VALUE", id="no-setting"),
        pytest.param(("-", "--set", "fetch.page_limit_bytes=1024"), "over 1024 bytes", id="over-the-limit"),
        pytest.param((), "Missing argument", id="no-source"),
        pytest.param(("-", "--format", "pdf"), "pdf", id="no-such-format"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_what(cleanwire: Command, arguments: tuple[str, ...], says: str) -> None:
    ended = cleanwire("clean", *arguments, stdin=story("A bridge opens"))
    assert ended.code == 2
    assert says in ended.err
    assert "Traceback" not in ended.err


def test_an_address_is_fetched(cleanwire: Command) -> None:
    room = Newsroom()
    with room.open_in_thread("127.0.14.1"):
        page = room.put("127.0.14.1", "/a", story("A museum moves"))
        gone = room.put("127.0.14.1", "/gone", Reply(status=410))
        allowed = ("--set", "fetch.allow_private=127.0.0.0/8")
        assert json.loads(cleanwire("clean", page, *allowed).out)["url"] == page
        ended = cleanwire("clean", gone, *allowed)
        assert (ended.code, ended.err) == (1, f"cleanwire: {gone}: HTTP 410\n")
        ended = cleanwire("clean", page)
        assert ended.code == 1
        assert "blocked_address" in ended.err


def test_a_page_that_sends_its_readers_on_is_followed_once(cleanwire: Command) -> None:
    room = Newsroom()
    with room.open_in_thread("127.0.14.2"):
        page = room.put("127.0.14.2", "/a", story("A museum moves"))
        way = room.put("127.0.14.2", "/go", b"<html><head><meta http-equiv=refresh content='0; url=/a'></head></html>")
        twice = room.put(
            "127.0.14.2", "/way", b"<html><head><meta http-equiv=refresh content='0; url=/go'></head></html>"
        )
        allowed = ("--set", "fetch.allow_private=127.0.0.0/8")
        assert json.loads(cleanwire("clean", way, *allowed).out)["url"] == page
        assert cleanwire("clean", twice, *allowed).code == 1
