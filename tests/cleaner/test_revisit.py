"""When published articles are looked at again."""

from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.articles import NOW, published
from cleanwire.cleaner import revisit
from cleanwire.records.article_state import ArticleState, ArticleStatus, DueReason, Looks
from cleanwire.settings import CleanSettings

HOUR = 3600
SETTINGS = CleanSettings(revisit_s=(HOUR, 6 * HOUR, 24 * HOUR), revision_gap_s=300, gone_after_s=HOUR)
STATIC = dict.fromkeys(SETTINGS.revisit_s, Looks(looked=100, changed=0))


def settled(**changes: Any) -> ArticleState:
    """Return an article that was published at NOW and has just got an outcome."""
    known: dict[str, Any] = {"due_at": None, "due_reason": None, "first_at": NOW, "revised_at": NOW, **changes}
    return published(**known)


def due(state: ArticleState, now: float, *, overtaken: bool = False, habits: Any = None) -> float | None:
    """Return in how many seconds after NOW the next look is."""
    planned = revisit.plan(state, SETTINGS, habits or {}, overtaken=overtaken, now=now)
    return None if planned.due_at is None else planned.due_at - NOW


@pytest.mark.parametrize(
    ("age", "following"),
    [
        pytest.param(0, HOUR, id="just-published"),
        pytest.param(HOUR, 6 * HOUR, id="after-the-first-look"),
        pytest.param(HOUR - 1, HOUR, id="a-look-for-a-change-replaces-no-planned-one"),
        pytest.param(7 * HOUR, 24 * HOUR, id="ages-that-passed-meanwhile-are-not-made-up-for"),
        pytest.param(24 * HOUR, None, id="after-the-last"),
    ],
)
def test_the_next_age_is_the_next_look(age: int, following: int | None) -> None:
    assert due(settled(), NOW + age) == following


def test_without_a_next_look_only_what_is_remembered_for_long_is_kept() -> None:
    read = settled(page_hash="p", etag='"e"', last_modified="l")
    kept = revisit.plan(read, SETTINGS, {}, overtaken=False, now=NOW)
    assert (kept.due_reason, kept.etag, kept.entry) == (DueReason.REVISION, '"e"', read.entry)
    last = revisit.plan(read, SETTINGS, {}, overtaken=False, now=NOW + 24 * HOUR)
    assert (last.due_at, last.due_reason, last.entry) == (None, None, None)
    assert (last.page_hash, last.etag, last.last_modified) == (None, None, None)
    assert last.body_hash == read.body_hash


def test_switched_off_nothing_is_planned() -> None:
    off = CleanSettings(revisit_s=())
    for state in (settled(), settled(gone_at=NOW), settled(canceled=True)):
        assert revisit.plan(state, off, {}, overtaken=False, now=NOW).due_at is None


@pytest.mark.parametrize("status", [ArticleStatus.REJECTED, ArticleStatus.PENDING])
def test_what_was_not_published_is_left_as_it_is(status: ArticleStatus) -> None:
    state = settled(status=status, revision=0)
    assert revisit.plan(state, SETTINGS, {}, overtaken=True, now=NOW) is state


def test_what_lives_elsewhere_needs_no_entry_any_more() -> None:
    assert revisit.plan(settled(status=ArticleStatus.MOVED), SETTINGS, {}, overtaken=False, now=NOW).entry is None


def test_a_change_announced_while_the_page_was_read_asks_for_another_look() -> None:
    planned = revisit.plan(settled(), SETTINGS, {}, overtaken=True, now=NOW + 5)
    assert (planned.due_at, planned.due_reason) == (NOW + 5, DueReason.CHANGED)


@given(announced_after=st.lists(st.integers(1, 3000), min_size=1, max_size=400))
def test_a_page_that_flaps_with_its_feed_comes_ever_more_slowly(announced_after: list[int]) -> None:
    """Each look finds another text, however often the feed says so: n revisions take n(n-1)/2 - 1 gaps at least."""
    state, now, times = settled(), NOW, [NOW]
    for wait in announced_after:
        now = max(now + wait, revisit.announced(state, SETTINGS, now=now + wait).due_at or 0.0)
        times.append(now)
        state = msgspec.structs.replace(
            state, revision=state.revision + 1, revised_at=now, due_at=None, due_reason=None
        )
    for number, (earlier, later) in enumerate(pairwise(times), start=1):
        assert later - earlier >= (number - 1) * SETTINGS.revision_gap_s


def test_the_first_change_is_looked_for_at_once() -> None:
    assert revisit.announced(settled(), SETTINGS, now=NOW + 60).due_at == NOW + 60


def test_planned_looks_wait_too_while_an_article_is_quiet() -> None:
    assert due(settled(revision=21, revised_at=NOW + 10), NOW + 10) == 10 + 20 * 300


def test_a_look_announced_twice_is_not_put_off() -> None:
    waiting = revisit.announced(settled(), SETTINGS, now=NOW + 5)
    assert revisit.announced(waiting, SETTINGS, now=NOW + 50).due_at == NOW + 5


def test_a_page_that_is_gone_is_asked_for_once_more_some_time_later() -> None:
    assert due(settled(gone_at=NOW + HOUR), NOW + HOUR) == 2 * HOUR


def test_a_second_look_that_could_not_tell_is_not_repeated_at_once() -> None:
    state = settled(gone_at=NOW + HOUR)
    assert due(state, NOW + 2 * HOUR) == 6 * HOUR
    assert due(state, NOW + 24 * HOUR + HOUR) is None


def test_a_canceled_article_keeps_its_schedule_and_is_looked_at_once_more_at_least() -> None:
    early = settled(canceled=True, revision=2, revised_at=NOW + 2 * HOUR)
    assert due(early, NOW + 2 * HOUR) == 6 * HOUR
    late = settled(canceled=True, revision=2, revised_at=NOW + 25 * HOUR)
    assert due(late, NOW + 25 * HOUR) == 49 * HOUR
    assert due(late, NOW + 49 * HOUR) is None


def made(habits: Any, age: int = HOUR) -> int:
    """Return how many of 1,000 articles get a look at `age`."""
    states = [settled(id=f"{number:032x}") for number in range(1000)]
    return sum(due(state, NOW + age - 1, habits=habits) == age for state in states)


def test_a_site_that_nothing_is_known_of_gets_every_look() -> None:
    assert made({}) == 1000


def test_a_site_whose_pages_never_change_at_an_age_is_looked_at_less_there_but_never_not_at_all() -> None:
    only_one_age = {HOUR: STATIC[HOUR]}
    assert 100 < made(only_one_age) < 250
    assert made(only_one_age, 6 * HOUR) == 1000


def test_a_site_that_changes_much_keeps_every_look() -> None:
    assert made({HOUR: Looks(looked=100, changed=10)}) == 1000


def look(habits: Any, *, changed: bool) -> dict[int, Looks]:
    planned = settled(due_at=NOW + HOUR, due_reason=DueReason.REVISION)
    learned = revisit.learned(habits, planned, SETTINGS, changed=changed)
    assert learned is not None
    return learned


def test_what_is_learned_fades_so_that_a_site_that_begins_to_change_is_looked_at_again() -> None:
    habits: dict[int, Looks] = {}
    for _ in range(300):
        habits = look(habits, changed=False)
    low = revisit.share(habits[HOUR])
    assert 0.15 < low < 0.25
    looks = 0
    while revisit.share(habits[HOUR]) < 1:
        habits = look(habits, changed=looks % 3 == 0)
        looks += 1
    assert looks < 30


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"due_reason": DueReason.CHANGED}, id="announced-by-the-feed"),
        pytest.param({"gone_at": NOW}, id="to-see-whether-it-is-gone"),
        pytest.param({"first_at": None}, id="forgotten-before"),
        pytest.param({"due_at": NOW + 60}, id="before-the-first-age"),
    ],
)
def test_only_planned_looks_teach(changes: dict[str, Any]) -> None:
    state = settled(**{"due_at": NOW + HOUR, "due_reason": DueReason.REVISION, **changes})
    assert revisit.learned({}, state, SETTINGS, changed=True) is None


def test_ages_that_are_not_set_any_more_are_not_remembered() -> None:
    assert set(look({5: Looks(looked=1), 6 * HOUR: Looks(looked=1)}, changed=True)) == {HOUR, 6 * HOUR}


def test_a_retry_counts_for_the_age_it_was_planned_for() -> None:
    state = settled(due_at=NOW + 6 * HOUR + 240, due_reason=DueReason.REVISION)
    assert set(revisit.learned({}, state, SETTINGS, changed=False) or ()) == {6 * HOUR}
