"""The operator's rules: read from a file or a folder at start, handed to the extraction, refused before any topic."""

from pathlib import Path

import pytest

from cleanwire import runtime, settings
from cleanwire.article.article import Article
from cleanwire.article.page import Hints, Page
from cleanwire.cleaner.attempts import extraction, user_rules
from cleanwire.cleaner.pool import ExtractionPool
from cleanwire.errors import ConfigError, InputError
from cleanwire.settings import CleanSettings
from services.newsroom import story

ONE = '["a.example"]\ndrop = ["*part 2: *"]\n'
OTHER = '["b.example"]\nkeep = ["Also this"]\n'


def test_no_path_is_no_rules() -> None:
    assert user_rules.load(None) == {}
    assert user_rules.of_page({}, "https://a.example/") is None


def test_a_folder_is_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(ONE)
    (tmp_path / "b.toml").write_text(OTHER)
    (tmp_path / "notes.txt").write_text("no rules")
    assert sorted(user_rules.load(tmp_path)) == ["a.example", "b.example"]
    assert sorted(user_rules.load(tmp_path / "b.toml")) == ["b.example"]


def test_one_site_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(ONE)
    (tmp_path / "b.toml").write_text(ONE)
    with pytest.raises(InputError, match=r"b\.toml: a\.example: its rules are in .*a\.toml already"):
        user_rules.load(tmp_path)


def test_a_path_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"clean\.rules \(CLEANWIRE_CLEAN_RULES\): .*none\.toml: cannot be read"):
        user_rules.load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        pytest.param("https://a.example/x", True, id="the-site"),
        pytest.param("http://www.news.A.example:8080/x", True, id="any-host-of-it"),
        pytest.param("https://b.example/", False, id="another-site"),
        pytest.param("file:///page.html", False, id="a-file"),
    ],
)
def test_rules_are_for_the_pages_of_their_site(tmp_path: Path, url: str, found: bool) -> None:
    (tmp_path / "a.toml").write_text(ONE)
    assert (user_rules.of_page(user_rules.load(tmp_path), url) is not None) == found


def test_a_wrong_file_stops_the_service_before_it_asks_a_broker(tmp_path: Path) -> None:
    file = tmp_path / "r.toml"
    file.write_text('["a.example"]\n\ntime_zone = "Mars"\n')
    flags = {"kafka.bootstrap": "127.0.0.1:1", "fetch.contact": "bot@a.example", "clean.rules": str(file)}
    with pytest.raises(InputError, match=r"r\.toml:3: time_zone: 'Mars' is no IANA time zone"):
        runtime.check(settings.load(flags=flags, environment={}, file=None))


@pytest.mark.slow
async def test_rules_reach_the_extraction_process(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(ONE)
    page = Page(url="https://www.a.example/x", body=story("A ferry is late"), fetched_at=1_780_000_000.0)
    async with ExtractionPool(CleanSettings(processes=1)) as pool:
        article = await pool.run(
            extraction.extract,
            page,
            Hints(),
            min_words=25,
            memory=None,
            site_rules=user_rules.of_page(user_rules.load(tmp_path), page.url),
            timeout_s=30.0,
        )
    assert isinstance(article, Article)
    assert "user/a.example/1" in [cut.rule for cut in article.removed]
    assert "part 2: " not in article.body
