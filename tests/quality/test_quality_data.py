"""Public repositories become what the benches read. The folders here are of our own making."""

import dataclasses
import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bench import quality_data, rule_cuts

ROOT = Path(__file__).parent.parent.parent
PAGE = b"<html><title>The pier opens</title><p>The pier of Wexport opens on Monday, the council said.</p></html>"
TEXT = "The pier of Wexport opens on Monday, the council said."
URL = "https://www.news.example/2026/pier"


def write(path: Path, content: bytes | str | dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    body = json.dumps(content) if isinstance(content, dict) else content
    path.write_bytes(body if isinstance(body, bytes) else body.encode())


def aeb(folder: Path) -> None:
    write(folder / "html" / "0123456789abcdef.html.gz", gzip.compress(PAGE))
    write(folder / "ground-truth.json", {"0123456789abcdef": {"url": URL, "articleBody": TEXT}, "gone": {}})


def feval(folder: Path) -> None:
    write(folder / "dataset/html/Post_0.html.gz", gzip.compress(PAGE))
    write(folder / "dataset/ground_truth.json", {"Post_0.html.gz": {"url": URL, "body": ["[A standfirst]", TEXT]}})


def fund(folder: Path) -> None:
    data = folder / "tests/resources/parser/test_data/xx"
    names = ("Post_2026_01_01", "Two_2026_01_01", "Two_2026_01_02")
    write(data / "meta.info", {f"{name}.html.gz": {"url": URL} for name in names})
    body = {"summary": ["A standfirst"], "sections": [{"headline": [], "paragraphs": [TEXT]}]}
    for name in names:
        write(data / f"{name}.html.gz", gzip.compress(PAGE))
        write(data / f"{name.partition('_')[0]}.json", {"V1": {"body": body, "title": "The pier opens"}})


def wcxb(folder: Path) -> None:
    for name, kind in (("0001", "article"), ("0002", "forum")):
        told = {"main_content": f"{TEXT}\n\nMore.", "with": [TEXT], "without": ["Menu"], "author": "Ann Example"}
        write(folder / "dev/html" / f"{name}.html.gz", gzip.compress(PAGE))
        row = {"url": URL, "ground_truth": told, "_internal": {"page_type": {"primary": kind}}}
        write(folder / "dev/ground-truth" / f"{name}.json", row)


def dan(folder: Path) -> None:
    write(folder / "Corpus/html/20260101_www.news.example_00ff", PAGE)
    write(folder / "Corpus/reference/20260101_www.news.example_00ff", f"<p> {TEXT} </p>\n<p>R&amp;D</p>")
    write(folder / "Corpus/doc_lg.json", {"20260101_www.news.example_00ff": "en"})


def traf(folder: Path) -> None:
    write(folder / "tests/cache/pier.html", PAGE)
    write(folder / "tests/evaldata.json", {URL: {"file": "pier.html", "with": [TEXT], "date": "2026-01-01"}})


def hdate(folder: Path) -> None:
    write(folder / "tests/test_set/pier.html", PAGE)
    write(folder / "tests/eval_mediacloud_2020.json", {URL: {"file": "pier.html", "date": "2026-01-01"}})


MADE = {"aeb": aeb, "dan": dan, "feval": feval, "fund": fund, "hdate": hdate, "traf": traf, "wcxb": wcxb}


def rows(folder: Path) -> dict[str, dict[str, Any]]:
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        return {row["set"]: row for row in map(json.loads, lines)}


def test_each_set_becomes_rows_and_pages(tmp_path: Path) -> None:
    assert MADE.keys() == quality_data.SETS.keys()
    for name, make in MADE.items():
        make(tmp_path / name)
    counts = quality_data.build({name: tmp_path / name for name in MADE}, tmp_path / "out")
    assert counts == dict.fromkeys(MADE, 1)
    found = rows(tmp_path / "out")
    for name, row in found.items():
        assert gzip.decompress((tmp_path / "out/pages" / f"{row['id']}.html.gz").read_bytes()) == PAGE
        assert row["site"] == "news.example"
        assert row["id"].startswith(f"{name}-")
        told = row.get("text") or "\n".join(row.get("with", ()))
        assert told.startswith(TEXT) or name == "hdate"
    assert found["feval"]["optional"] == found["fund"]["optional"] == ["A standfirst"]
    assert (found["dan"]["text"], found["dan"]["lang"]) == (f"{TEXT}\nR&D", "en")
    assert found["wcxb"]["authors"] == ["Ann Example"]
    assert found["hdate"]["published"] == "2026-01-01"


@pytest.mark.slow
def test_what_was_built_is_read_by_the_benches(tmp_path: Path) -> None:
    aeb(tmp_path / "aeb")
    quality_data.build({"aeb": tmp_path / "aeb"}, tmp_path / "out")
    pages = rule_cuts.pages(tmp_path, tmp_path / "out", "en", 1)
    assert [(page.name, page.url, page.path.is_file()) for page in pages] == [("aeb-0123456789ab", URL, True)]
    asked = [sys.executable, "bench/quality.py", "--data", str(tmp_path / "out"), "--out", str(tmp_path / "x.jsonl")]
    done = subprocess.run([*asked, "--jobs", "1"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "1 pages\n"


def test_a_repository_is_cloned_at_its_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = quality_data.SETS["aeb"]
    repository = tmp_path / source.repository
    aeb(repository)
    git = ["git", "-C", str(repository), "-c", "user.name=A", "-c", "user.email=a@news.example"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "pages"]):
        subprocess.run([*git, *command], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    (repository / "ground-truth.json").unlink()
    subprocess.run([*git, "commit", "-qam", "later"], check=True)
    monkeypatch.setitem(quality_data.SETS, "aeb", dataclasses.replace(source, commit=commit[:12]))
    folder = quality_data.fetch("aeb", tmp_path / "clones", tmp_path.as_uri())
    assert quality_data.build({"aeb": folder}, tmp_path / "out") == {"aeb": 1}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--only", "none"], "no such set: none; known are aeb, "),
        (["--from", "nowhere"], "no pages were found"),
        (["--from", "."], "a repository is not laid out as at its commit"),
        (["--only", "aeb", "--base", "file:///nowhere"], "git failed: "),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, arguments: list[str], told: str) -> None:
    (tmp_path / "aeb").mkdir()
    asked = [sys.executable, str(ROOT / "bench/quality_data.py"), "--out", "out", *arguments]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(told)


def test_the_page_names_the_repositories_of_the_script() -> None:
    page = (ROOT / "docs/quality.md").read_text("utf-8")
    for name, source in quality_data.SETS.items():
        assert f"| {name} | {source.repository} | {source.licence} |" in page
