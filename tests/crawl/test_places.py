"""What all share: no source holds more than its part, and slow ones no more than theirs together."""

from hypothesis import given
from hypothesis import strategies as st

from cleanwire.crawl.agenda import Agenda
from cleanwire.crawl.places import MAX_SLOW, SLOW_S, Places


def at_once(_: str, now: float) -> float:
    return now


def taken_at(agenda: Agenda, now: float) -> list[str]:
    found = []
    while (key := agenda.take(now)) is not None:
        found.append(key)
    return found


def test_one_source_holds_a_quarter_of_the_places_and_what_is_beyond_waits() -> None:
    agenda = Agenda(at_once, Places(32))
    for number in range(100):
        agenda.put(f"k{number}", f"site{number}", 0.0, source="stranger")
    assert len(taken_at(agenda, 1.0)) == 8
    agenda.done("site0", 2.0)
    assert len(taken_at(agenda, 2.0)) == 1
    assert agenda.next_at() == 2.25  # another agenda may give back a place meanwhile


def test_a_source_with_thousands_of_sites_delays_nobody_elses_first_thing() -> None:
    agenda = Agenda(at_once, Places(4))
    for number in range(5000):
        agenda.put(f"k{number}", f"site{number}", 0.0, source="stranger")
    assert len(taken_at(agenda, 1.0)) == 1
    agenda.put("innocent", "news.example", 2.0)
    assert agenda.take(2.0) == "innocent"


def test_sources_take_turns_however_long_one_has_waited() -> None:
    agenda = Agenda(at_once)
    for number in range(50):
        agenda.put(f"a{number}", f"a{number}.example", 0.0, source="a")
    assert [agenda.take(1.0) for _ in range(2)] == ["a0", "a1"]
    for number in range(3):
        agenda.put(f"b{number}", f"b{number}.example", 1.0, source="b")
    order = [str(agenda.take(1.0))[0] for _ in range(6)]
    assert order.count("b") == 3


def test_the_slow_hold_half_of_the_places_together() -> None:
    agenda = Agenda(at_once, Places(8))
    for number in range(20):
        agenda.put(f"hangs{number}", f"hangs{number}.example", 0.0)
    first = taken_at(agenda, 0.0)
    assert len(first) == 20  # the loop's own bound comes first; nobody knows them yet
    for number in range(20):
        agenda.done(f"hangs{number}.example", SLOW_S + 1)
        agenda.put(f"hangs{number}", f"hangs{number}.example", SLOW_S + 1)
    agenda.put("prompt", "prompt.example", SLOW_S + 1)
    assert len([key for key in taken_at(agenda, SLOW_S + 2) if key != "prompt"]) == 4
    agenda.done("hangs0.example", SLOW_S + 3)
    assert len(taken_at(agenda, SLOW_S + 3)) == 1


def test_places_are_shared_by_all_agendas_and_given_back_when_one_closes() -> None:
    places = Places(8)
    one, other = Agenda(at_once, places), Agenda(at_once, places)
    for number in range(4):
        one.put(f"k{number}", f"one{number}", 0.0, source="stranger")
        other.put(f"k{number}", f"other{number}", 0.0, source="stranger")
    assert len(taken_at(one, 1.0)) == 2
    assert taken_at(other, 1.0) == []
    one.closed()
    assert len(taken_at(other, 2.0)) == 2


def test_slow_sources_are_remembered_within_bounds() -> None:
    places = Places(8)
    for number in range(MAX_SLOW + 50):
        places.taken(f"s{number}")
        places.given_back(f"s{number}", held_s=SLOW_S * 2)
    assert places.full_for("s0") is None
    assert len(places._slow) == MAX_SLOW


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.booleans()), min_size=1, max_size=60), st.data())
def test_everything_is_taken_once_and_no_source_ever_holds_more_than_its_part(
    plans: list[tuple[int, int, bool]], data: st.DataObject
) -> None:
    agenda = Agenda(at_once, Places(8))
    planned = {f"k{at}": (f"site{site}", f"source{source}") for at, (source, site, _) in enumerate(plans)}
    for at, (source, site, patient) in enumerate(plans):
        agenda.put(f"k{at}", f"site{site}", 0.0, patient=patient, source=f"source{source}")
    now, done, under_way = 1.0, [], []
    while len(done) < len(plans):
        under_way += taken_at(agenda, now)
        assert under_way, "nothing is under way, and nothing may begin"
        for source in range(4):
            assert sum(planned[key][1] == f"source{source}" for key in under_way) <= 2
        key = data.draw(st.sampled_from(under_way))
        under_way.remove(key)
        now += data.draw(st.sampled_from([6.0, 60.0]))
        agenda.done(planned[key][0], now)
        done.append(key)
    assert sorted(done) == sorted(planned)
    assert agenda._places._held == {}
