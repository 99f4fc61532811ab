"""What people see of the demo: facts, cuts and sums."""

import io
import json

from rich.console import Console

import published_document
from cleanwire.demo.show import Lines, Screen, cuts, summary
from cleanwire.demo.tally import Tally
from cleanwire.records.base import encode
from cleanwire.records.document import SCHEMA, Author, AuthorType, Document, Publisher, Removed
from cleanwire.records.rejected import SCHEMA as REJECTED_SCHEMA
from cleanwire.records.rejected import Rejected, Rejection
from published_document import NOON


def removed(*reasons: str) -> tuple[Removed, ...]:
    return tuple(Removed(text=f"line {n} of {r}", index=n, rule=f"any/{r}", reason=r) for n, r in enumerate(reasons))


def document(*, revision: int = 1, name: str = "a", cut: tuple[Removed, ...] = ()) -> Document:
    return published_document.document(
        name,
        revision=revision,
        url="https://news.example/a",
        title="Tide [mill] turns",
        removed=cut,
        authors=(Author(name="Orla Wexcombe", type=AuthorType.PERSON),),
        publisher=Publisher(name="Harbour Gazette"),
        published_at=NOON,
    )


REJECTED = Rejected(
    schema_=REJECTED_SCHEMA,
    article_id="b",
    site="news.example",
    url="https://news.example/b",
    reason=Rejection.TOO_SHORT,
    rejected_at=NOON.timestamp(),
    detail="3 words",
)


class Written:
    """Takes what is written."""

    def __init__(self) -> None:
        self.data = b""

    @property
    def text(self) -> str:
        return self.data.decode()

    async def write(self, data: bytes) -> None:
        self.data += data


def screen() -> tuple[Screen, Written]:
    out = Written()
    return Screen(out.write, Console(file=io.StringIO(), width=200, soft_wrap=True)), out


async def test_a_document_is_shown_with_its_facts_and_cuts() -> None:
    shown, out = screen()
    await shown.document(document(cut=removed("newsletter", "newsletter", "ad")), b"")
    text = out.text
    for fact in ("Tide [mill] turns", "Harbour Gazette", "Orla Wexcombe", "02 Mar 12:00 UTC", "en", "2 words"):
        assert fact in text
    assert "newsletter ×2: “line 0 of newsletter”" in text
    assert "ad: “line 2 of ad”" in text


async def test_a_revision_says_what_changed() -> None:
    shown, out = screen()
    await shown.document(document(revision=2), b"")
    assert "revision 2 (body)" in out.text


async def test_a_rejection_says_why() -> None:
    shown, out = screen()
    await shown.rejected(REJECTED)
    assert "too_short  https://news.example/b  3 words" in out.text


def test_many_kinds_of_cuts_stay_compact() -> None:
    lines = cuts(removed("ad", "nav", "tags", "share", "bio", "app", "app"))
    assert lines[0].startswith("app ×2")
    assert lines[-1] == "and share, bio"
    assert len(lines) == 5


def test_long_cuts_are_shortened() -> None:
    (line,) = cuts((Removed(text="word " * 50, index=0, rule="r", reason="ad"),))
    assert len(line) < 60
    assert line.endswith("…”")


def test_sums_tell_duplicates_from_revisions() -> None:
    tally = Tally()
    tally.document(document(cut=removed("ad")), visible_at=NOON.timestamp() - 2)
    tally.document(document(revision=2))
    tally.document(document(revision=2))
    tally.document(document(name="c"), visible_at=NOON.timestamp() - 4)
    tally.rejection(REJECTED)
    rows = summary(tally)
    assert (tally.documents, tally.revisions, tally.duplicates) == (2, 1, 1)
    assert rows["duplicates"] == "1"
    assert rows["rejected"] == "1: too_short 1"
    assert rows["removed lines"] == "1: ad 1"
    assert rows["languages"] == "2: en 2"
    assert rows["from visible to published"] == "3.0 s (median)"


async def test_without_documents_there_are_still_sums() -> None:
    shown, out = screen()
    await shown.summary(Tally())
    assert "documents" in out.text


async def test_json_goes_out_as_published_and_nothing_else() -> None:
    out, said = Written(), Written()
    lines = Lines(out.write, said.write, Console(file=io.StringIO()))
    await lines.say("hello")
    await lines.document(document(), encode(document()))
    await lines.rejected(REJECTED)
    await lines.summary(Tally())
    (line,) = out.data.splitlines()
    assert json.loads(line)["schema"] == SCHEMA
    assert "hello" in said.text
    assert "documents: 0" in said.text
