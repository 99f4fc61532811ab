"""What `import cleanwire` shows, and that the examples in docs/library.md run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import cleanwire
from cleanwire import Article, Cleaner, Document, Hints, Page, RuleSet
from cleanwire.article import clean, documents
from cleanwire.records.base import encode
from cleanwire.records.document import Change, ChangeKind

ROOT = Path(__file__).resolve().parents[2]
URL = "https://news.example/2026/11/pier"
TEXT = (
    "The pier of the old town opens again on Saturday, two years after a storm had taken its last forty metres away.",
    "Carpenters of three yards worked through the summer, and the town paid for the oak with a lottery of its own.",
    "Anglers may use the new steps from Sunday on; the ferry to the island returns with the timetable of next spring.",
)
HTML = (
    "<html lang=en><head><title>The pier opens again</title></head><body><article><h1>The pier opens again</h1>"
    + "".join(f"<p>{text}</p>" for text in TEXT)
    + "</article></body></html>"
).encode()
XML = (
    b"<rss version='2.0'><channel><title>News</title><item><title>Pier</title><link>/pier</link></item></channel></rss>"
)
EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "docs/library.md").read_text("utf-8"), re.DOTALL)


def record() -> bytes:
    page = Page(url=URL, body=HTML, fetched_at=1.78e9)
    article = clean.clean(page)
    assert isinstance(article, Article)
    return encode(
        documents.compose(
            article,
            entry=None,
            page=page,
            document_id="d1",
            revision=1,
            change=Change(kind=ChangeKind.NEW),
            seen_at=1.78e9,
            emitted_at=1.78e9,
        )
    )


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_page_runs(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.html").write_bytes(HTML)
    monkeypatch.chdir(tmp_path)
    names = {"html": HTML, "url": URL, "pages": [(HTML, URL)], "xml": XML, "record": record()}
    exec(compile(example, "docs/library.md", "exec"), names)
    found = names.get("found")
    assert found is None or isinstance(found, Article)
    assert names.get("text", TEXT[0]) is not None
    if "csv" in names:
        assert (tmp_path / "articles.csv").read_text("utf-8").splitlines()[1] == "one.html,The pier opens again,,"


def test_importing_the_package_loads_no_parser() -> None:
    ask = "import sys, cleanwire; print(sorted({'lxml', 'numpy', 'trafilatura', 'msgspec'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    assert set(cleanwire.__all__) == set(dir(cleanwire))
    assert all(getattr(cleanwire, name) is not None for name in cleanwire.__all__)
    with pytest.raises(AttributeError):
        _ = cleanwire.nothing_of_that_name  # type: ignore[attr-defined]


def test_a_text_is_read_as_it_is_whatever_charset_its_markup_names() -> None:
    html = HTML.decode().replace("<head>", "<head><meta charset=iso-8859-1>").replace("storm", "stürm")
    found = Cleaner().clean(html, url=URL)
    assert isinstance(found, Article)
    assert "stürm" in found.body


def test_rules_that_are_handed_in_are_those_that_cut() -> None:
    phrase = TEXT[2].replace(";", "").rstrip(".")
    rule = f'[[rule]]\nid = "x"\nkind = "nav"\nmatch = "whole"\nphrases = ["{phrase}"]\n'
    rules = RuleSet({"en": rule.encode()})
    for page in (HTML, "\n\n".join(("The pier opens again", *TEXT)).encode()):
        found = Cleaner(rules=rules, min_words=1).clean(page, url=URL)
        assert isinstance(found, Article)
        assert TEXT[2] not in found.body
        assert found.rules_version == rules.version
        assert [cut.rule for cut in found.removed if cut.text == TEXT[2]] == ["en/x"]


def test_the_judge_is_named_in_the_document() -> None:
    assert Document.from_json(record()).pipeline.judge_version == Cleaner().judge.version


def test_what_a_site_has_in_common_is_remembered_and_handed_on() -> None:
    cleaner = Cleaner()
    cleaner.clean(HTML, url=URL, hints=Hints(language="en"))
    assert set(cleaner.memory) == {"news.example"}
    assert Cleaner(memory=cleaner.memory).memory == cleaner.memory
