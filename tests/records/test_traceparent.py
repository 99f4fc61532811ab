"""The header `traceparent` is read as W3C Trace Context, section 3.2, says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.records import traceparent
from cleanwire.records.traceparent import Traceparent
from cleanwire.telemetry.tracing import Traces

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
HEX = st.text("0123456789abcdef", min_size=1)
IDS = st.tuples(
    st.text("0123456789abcdef", min_size=32, max_size=32).filter(lambda text: text.strip("0")),
    st.text("0123456789abcdef", min_size=16, max_size=16).filter(lambda text: text.strip("0")),
)


@given(ids=IDS, sampled=st.booleans())
def test_what_is_written_is_read(ids: tuple[str, str], sampled: bool) -> None:
    place = Traceparent(*ids, sampled)
    assert len(str(place)) == 55
    assert traceparent.parse(str(place)) == place


@given(value=st.text(max_size=600) | HEX)
def test_whatever_a_header_says_the_answer_is_a_place_or_none(value: str) -> None:
    found = traceparent.parse(value)
    assert found is None or traceparent.parse(str(found)) == found


@pytest.mark.parametrize(
    "value",
    [
        f"00-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-ff",  # other flags are there, and not passed on
        f"01-{TRACE}-{SPAN}-01",
        f"cc-{TRACE}-{SPAN}-01-what-the-future-will-be-like",
    ],
)
def test_a_sampled_place_is_read_in_this_version_and_in_later_ones(value: str) -> None:
    assert str(traceparent.parse(value)) == f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"cc-{TRACE}-{SPAN}-01.more",
        f"cc-{TRACE}-{SPAN}-01-" + "x" * 1000,
        f"00-{TRACE}-{SPAN}-01\n",
    ],
)
def test_what_the_standard_does_not_allow_is_none(value: str | None) -> None:
    assert traceparent.parse(value) is None
    assert traceparent.trace_id(value) is None


def test_each_new_trace_is_another_and_is_not_sampled() -> None:
    places = [Traces().begin() for _ in range(100)]
    assert len({place.trace_id for place in places}) == 100
    assert not any(place.sampled for place in places)
