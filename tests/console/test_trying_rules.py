"""Rules for a site are tried on its documents before they are in force, and change nothing."""

import msgspec
import pytest

from cleanwire.errors import InputError
from cleanwire.ops.console import bounds, trying
from cleanwire.ops.console.views import trial
from cleanwire.records.document import Block, BlockType, Document, Removed, Status
from console import held
from console.page import TOKEN, serving
from published_document import document

BEARER = {"authorization": f"Bearer {TOKEN}"}
SITE = "news.example"


def texts(name: str, *kept: str, cut: tuple[Removed, ...] = (), status: Status = Status.USABLE) -> Document:
    blocks = tuple(Block(type=BlockType.PARAGRAPH, text=text) for text in kept)
    return msgspec.structs.replace(document(name, title=f"Story {name}"), blocks=blocks, removed=cut, status=status)


def removed(text: str, rule: str, reason: str, index: int = 0) -> Removed:
    return Removed(text=text, index=index, rule=rule, reason=reason)


def tried(rules: str, *documents: Document) -> trial.Trial:
    return trial.of(trying.read(SITE, rules), documents)


def test_what_a_pattern_covers_goes_and_the_pattern_is_named() -> None:
    found = tried('drop = ["Nothing here", "read more*"]', texts("a", "The ferry sails.", "Read more in our app"))
    (changed,) = found.changed
    assert [(change.text, change.pattern) for change in changed.changes] == [("Read more in our app", 2)]
    assert (found.looked_at, found.cut_words, found.back_words) == (1, 5, 0)
    assert found.idle == ("nothing here",)


def test_what_is_to_be_kept_comes_back_and_keep_wins() -> None:
    cut = (removed("Correction: the ferry is blue.", "en/correction", "related", 1),)
    one = texts("a", "The ferry sails.", cut=cut)
    found = tried('keep = ["Correction: *"]\ndrop = ["Correction: *"]', one)
    assert [(change.cut, change.text) for change in found.changed[0].changes] == [(False, cut[0].text)]


def test_what_rules_in_force_cut_comes_back_when_the_new_ones_do_not() -> None:
    cut = (removed("By our partners", f"user/{SITE}/1", "user", 1), removed("Tags", "en/tags", "tags", 2))
    one = texts("a", "The ferry sails.", cut=cut)
    assert tried('drop = ["by our partners"]', one).changed == ()
    assert [change.text for change in tried("", one).changed[0].changes] == ["By our partners"]


def test_the_document_that_loses_most_comes_first_and_is_marked() -> None:
    little = texts("little", "The ferry sails again today.", "Read more")
    much = texts("much", "The ferry", "Read more about all of it here")
    found = tried('drop = ["read more*"]', little, much)
    assert [(one.id, one.alarming) for one in found.changed] == [("much", True), ("little", False)]


def test_documents_that_are_canceled_are_passed_over() -> None:
    assert tried('drop = ["read more*"]', texts("a", "Read more", status=Status.CANCELED)).looked_at == 0


def test_many_changes_are_counted_and_some_shown() -> None:
    found = tried('drop = ["ad *"]', texts("a", *(f"ad {number}" for number in range(bounds.TRIED_BLOCKS + 7))))
    assert (len(found.changed[0].changes), found.changed[0].hidden) == (bounds.TRIED_BLOCKS, 7)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        pytest.param('\ndrop = ["***"]', "line 2: drop", id="a-pattern-of-nothing"),
        pytest.param("drop = [", "not valid TOML", id="no-toml"),
        pytest.param('colour = "red"', "line 1: colour: no such key", id="no-such-key"),
        pytest.param('drop = []\n["other.example"]\ndrop = ["x"]', "no other tables", id="another-site"),
        pytest.param('date = "p:first"', "no CSS selector", id="a-selector-too-clever"),
    ],
)
def test_a_mistake_is_told_with_its_line(rules: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        trying.read(SITE, rules)


@pytest.mark.parametrize("text", ['say "when"', "back\\slash", "*", "übung 渡し船"])
def test_a_text_is_the_same_in_toml(text: str) -> None:
    assert trying.read(SITE, f"drop = [{trying.toml_text('a ' + text)}]").drop == (f"a {text}",)


async def test_the_effect_is_shown_and_nothing_is_written() -> None:
    state = held.installation()
    for record in (texts("a", "The ferry <b>sails</b>.", "Read more in <our> app"), texts("b", "The mill turns.")):
        state.take(held.message(held.NAMES.documents, record.id, record), now=held.NOW)
    async with serving(state) as client:
        before = await client.get("/documents/a/json", headers=BEARER)
        reply = await client.post(f"/sites/{SITE}/rules", data={"rules": 'drop = ["read more*"]'}, headers=BEARER)
        assert reply.status_code == 200
        assert "Of 2 documents 1 would be another: 5 words go, 0 come back" in reply.text
        assert "Read more in &lt;our&gt; app" in reply.text
        assert "[&#34;news.example&#34;]\ndrop" in reply.text
        assert (await client.get("/documents/a/json", headers=BEARER)).content == before.content
        wrong = await client.post(f"/sites/{SITE}/rules", data={"rules": "drop = 1"}, headers=BEARER)
        assert "line 1: drop: expected a list of texts" in wrong.text


async def test_it_takes_the_token_a_site_and_no_long_form() -> None:
    async with serving(held.installation()) as client:
        address = f"/sites/{SITE}/rules"
        assert (await client.post(address, data={"rules": ""})).status_code == 403
        assert (await client.post(address, data={"rules": "x" * bounds.FORM_BYTES}, headers=BEARER)).status_code == 413
        for name in ("www.news.example", "%22%5D", "a%20b"):
            assert (await client.get(f"/sites/{name}/rules", headers=BEARER)).status_code == 404, name
