"""What is due next, when every site is dealt with one thing at a time."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cleanwire.crawl.agenda import Agenda


def at_once(site: str, now: float) -> float:
    return now


def spaced(spacing_s: float) -> tuple[Agenda, dict[str, float]]:
    """Return an agenda whose sites rest after each thing, and when each is free again."""
    free_at: dict[str, float] = {}
    return Agenda(lambda site, now: max(now, free_at.get(site, 0.0))), free_at


def test_nothing_is_due_before_its_time() -> None:
    agenda = Agenda(at_once)
    agenda.put("a", "site", 10.0)
    assert agenda.take(9.9) is None
    assert agenda.next_at() == 10.0
    assert agenda.take(10.0) == "a"


def test_an_empty_agenda_wants_nothing() -> None:
    agenda = Agenda(at_once)
    assert agenda.take(1e9) is None
    assert agenda.next_at() is None
    assert len(agenda) == 0


def test_a_busy_site_gives_nothing_until_it_is_done() -> None:
    agenda = Agenda(at_once)
    agenda.put("a", "site", 1.0)
    agenda.put("b", "site", 2.0)
    agenda.put("c", "other", 3.0)
    assert [agenda.take(5.0) for _ in range(3)] == ["a", "c", None]
    agenda.done("site", 6.0)
    assert agenda.take(6.0) == "b"


def test_a_site_rests_as_long_as_it_is_told() -> None:
    agenda, free_at = spaced(2.0)
    for key in "ab":
        agenda.put(key, "site", 1.0)
    assert agenda.take(1.0) == "a"
    free_at["site"] = 3.0
    agenda.done("site", 1.5)
    assert agenda.take(2.9) is None
    assert agenda.next_at() == 3.0
    assert agenda.take(3.0) == "b"


def test_a_site_that_is_asked_to_rest_longer_meanwhile_does() -> None:
    agenda, free_at = spaced(2.0)
    agenda.put("a", "site", 1.0)
    free_at["site"] = 8.0
    assert agenda.take(2.0) is None
    assert agenda.next_at() == 8.0
    assert agenda.take(8.0) == "a"


def test_a_new_plan_replaces_the_old_one() -> None:
    agenda = Agenda(at_once)
    agenda.put("a", "site", 1.0)
    agenda.put("a", "site", 20.0)
    assert len(agenda) == 1
    assert agenda.take(10.0) is None
    assert agenda.take(20.0) == "a"
    agenda.done("site", 20.0)
    assert agenda.take(30.0) is None


def test_a_plan_is_replaced_after_it_came_due_too() -> None:
    agenda = Agenda(at_once)
    agenda.put("first", "site", 1.0)
    agenda.put("a", "site", 1.5)
    assert agenda.take(2.0) == "first"
    agenda.put("a", "site", 50.0)
    agenda.done("site", 2.0)
    assert agenda.take(3.0) is None
    assert agenda.take(50.0) == "a"


def test_what_is_dropped_does_not_come() -> None:
    agenda = Agenda(at_once)
    agenda.put("a", "site", 1.0)
    agenda.put("b", "site", 2.0)
    agenda.drop("a")
    agenda.drop("never there")
    assert agenda.take(5.0) == "b"
    agenda.done("site", 5.0)
    assert agenda.take(5.0) is None


def test_done_for_a_site_that_nobody_knows_changes_nothing() -> None:
    agenda = Agenda(at_once)
    agenda.done("site", 1.0)
    agenda.put("a", "site", 1.0)
    agenda.done("site", 1.0)
    assert agenda.take(1.0) == "a"


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=50))
def test_one_sites_things_come_in_the_order_they_are_due(dues: list[float]) -> None:
    agenda = Agenda(at_once)
    for number, due in enumerate(dues):
        agenda.put(str(number), "site", due)
    taken = []
    while (key := agenda.take(1000.0)) is not None:
        taken.append(dues[int(key)])
        agenda.done("site", 1000.0)
    assert taken == sorted(dues)


def test_what_is_patient_lets_the_rest_of_its_site_go_first() -> None:
    agenda = Agenda(at_once)
    agenda.put("look", "site", 1.0, patient=True)
    agenda.put("other look", "site", 2.0, patient=True)
    agenda.put("news", "site", 3.0)
    taken = []
    while (key := agenda.take(5.0)) is not None:
        taken.append(key)
        agenda.done("site", 5.0)
    assert taken == ["news", "look", "other look"]


def test_what_is_patient_lets_all_other_sites_go_first() -> None:
    agenda = Agenda(at_once)
    agenda.put("look", "a", 1.0, patient=True)
    agenda.put("news", "b", 4.0)
    assert [agenda.take(5.0) for _ in range(3)] == ["news", "look", None]


def test_a_look_does_not_come_in_place_of_dropped_news() -> None:
    agenda = Agenda(at_once)
    agenda.put("look", "a", 1.0, patient=True)
    agenda.put("dropped", "a", 1.0)
    agenda.put("first", "a", 0.5)
    assert agenda.take(1.0) == "first"
    agenda.done("a", 1.0)
    agenda.drop("dropped")
    agenda.put("news", "b", 1.5)
    assert [agenda.take(2.0) for _ in range(3)] == ["news", "look", None]


def test_news_overtake_a_look_that_waits_for_its_site_already() -> None:
    agenda, free_at = spaced(2.0)
    free_at["a"] = 3.0
    agenda.put("look", "a", 1.0, patient=True)
    assert agenda.take(1.0) is None
    agenda.put("look elsewhere", "b", 2.0, patient=True)
    agenda.put("news", "a", 2.5)
    assert [agenda.take(3.0) for _ in range(2)] == ["news", "look elsewhere"]


class Life(RuleBasedStateMachine):
    """Any sequence of plans, drops, takes and ends, beside a list that does the same slowly."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.free_at: dict[str, float] = {}
        self.agenda = Agenda(lambda site, now: max(now, self.free_at.get(site, 0.0)))
        self.plans: dict[str, tuple[str, float]] = {}
        self.patient: set[str] = set()
        self.busy: set[str] = set()

    @rule(key=st.sampled_from("abcdefgh"), site=st.sampled_from("XYZ"), wait=st.integers(-5, 20), patient=st.booleans())
    def put(self, key: str, site: str, wait: int, patient: bool) -> None:
        self.agenda.put(key, site, self.now + wait, patient=patient)
        self.plans[key] = (site, self.now + wait)
        (self.patient.add if patient else self.patient.discard)(key)

    @rule(key=st.sampled_from("abcdefgh"))
    def drop(self, key: str) -> None:
        self.agenda.drop(key)
        self.plans.pop(key, None)

    @rule(step=st.integers(0, 10))
    def pass_time(self, step: int) -> None:
        self.now += step

    def may_come(self) -> set[str]:
        return {
            key
            for key, (site, due) in self.plans.items()
            if due <= self.now and site not in self.busy and self.free_at.get(site, 0.0) <= self.now
        }

    @rule()
    def take(self) -> None:
        possible = self.may_come()
        key = self.agenda.take(self.now)
        if key is None:
            assert not possible, f"{possible} were forgotten"
            return
        assert key in possible
        assert key not in self.patient or possible <= self.patient, "something patient overtook"
        site, _ = self.plans.pop(key)
        self.busy.add(site)

    @precondition(lambda self: self.busy)
    @rule(rest=st.integers(0, 7), data=st.data())
    def finish(self, rest: int, data: st.DataObject) -> None:
        site = data.draw(st.sampled_from(sorted(self.busy)))
        self.busy.discard(site)
        self.free_at[site] = self.now + rest
        self.agenda.done(site, self.now)

    @invariant()
    def counts_what_waits(self) -> None:
        assert len(self.agenda) == len(self.plans)

    @invariant()
    def wakes_in_time(self) -> None:
        if self.may_come():
            at = self.agenda.next_at()
            assert at is not None
            assert at <= self.now


TestLife = pytest.mark.slow(Life.TestCase)
TestLife.settings = settings(stateful_step_count=60)


def work_for(count: int) -> float:
    """Return the CPU seconds to take 2,000 things when `count` wait for one slow site."""
    agenda, free_at = spaced(1.0)
    for number in range(count):
        agenda.put(f"slow-{number}", "slow", 0.0)
    free_at["slow"] = 1e9
    for number in range(2000):
        agenda.put(f"good-{number}", f"site-{number}", 1.0)
    agenda.take(0.5)  # the slow site's come due
    began = time.thread_time()
    for _ in range(2000):
        key = agenda.take(2.0)
        assert key is not None
        agenda.done(key.replace("good", "site"), 2.0)
    return time.thread_time() - began


def test_a_slow_sites_queue_does_not_slow_the_others() -> None:
    few, many = (min(work_for(count) for _ in range(3)) for count in (100, 50_000))
    assert many < 10 * few + 0.05  # 500 times as many wait; linear work would take 500 times as long


@pytest.mark.parametrize("count", [1, 2, 3])
def test_sites_take_turns(count: int) -> None:
    agenda = Agenda(at_once)
    for number in range(3):
        for site in range(count):
            agenda.put(f"{site}/{number}", str(site), float(number))
    taken: list[str] = []
    while (key := agenda.take(5.0)) is not None:
        taken.append(key)
        agenda.done(key.partition("/")[0], 5.0)
    assert len(taken) == 3 * count
    for site in range(count):
        own = [int(key.partition("/")[2]) for key in taken if key.startswith(f"{site}/")]
        assert all(earlier < later for earlier, later in pairwise(own))
