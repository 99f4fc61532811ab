"""What was learned of a site survives a restart, grows page by page, and can be forgotten."""

import pytest

from cleanwire.cleaner.site_memory import SiteMemory
from cleanwire.records.article_state import SiteState
from cleanwire.records.base import encode
from cleanwire.stream.messages import Message


def record(site: str, value: bytes | None) -> Message:
    return Message(topic="site-state", partition=0, offset=0, key=site.encode(), value=value, timestamp=0.0)


def test_an_unknown_site_has_no_template() -> None:
    assert SiteMemory().template("example.org") is None


def test_what_is_learned_is_handed_to_the_next_page_and_counted() -> None:
    memory = SiteMemory()
    memory.learn("example.org", b"one", now=1.0)
    state = memory.learn("example.org", b"two", now=2.0)
    assert (memory.template("example.org"), state.pages, state.updated_at) == (b"two", 2, 2.0)
    assert memory.template("example.net") is None


def test_a_written_state_is_restored_and_a_tombstone_forgets_it() -> None:
    written = SiteMemory().learn("example.org", b"template", now=1.0)
    memory = SiteMemory()
    memory.restore(record("example.org", encode(written)))
    assert memory.template("example.org") == b"template"
    memory.restore(record("example.org", None))
    assert memory.template("example.org") is None


def test_a_site_that_rests_does_so_at_the_next_owner_too_and_keeps_what_was_learned() -> None:
    memory = SiteMemory()
    memory.learn("example.org", b"one", now=1.0)
    written = memory.rests("example.org", 90.0)
    assert written.template == b"one"
    heir = SiteMemory()
    heir.restore(record("example.org", encode(written)))
    assert list(heir.resting(89.0)) == [("example.org", 90.0)]
    assert list(heir.resting(90.0)) == []
    assert heir.learn("example.org", b"two", now=91.0).rest_until == 90.0


def test_forgetting_tells_whether_anything_was_known() -> None:
    memory = SiteMemory()
    memory.restore(record("example.org", encode(SiteState(site="example.org", template=b"x"))))
    assert memory.forget("example.org")
    assert not memory.forget("example.org")


@pytest.mark.parametrize("value", [b"{}", b"\xff\x00", b"[]"])
def test_a_record_that_cannot_be_read_says_nothing(value: bytes) -> None:
    memory = SiteMemory()
    memory.restore(record("example.org", encode(SiteState(site="example.org", template=b"x"))))
    assert memory.restore(record("example.org", value)) is not None
    assert memory.template("example.org") == b"x"
