"""Which trace does a record belong to? The header `traceparent` of W3C Trace Context, level 1, section 3.2."""

import re
from dataclasses import dataclass

HEADER = "traceparent"
"""The header's name, of Kafka records as of HTTP requests."""

_VERSION_00 = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_LATER = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?", re.DOTALL)
_SAMPLED = 0x01
_MOST = 512  # characters of a header of a later version


@dataclass(frozen=True, slots=True)
class Traceparent:
    """A place in a trace. `trace_id`: 32, `span_id`: 16 lower-case hexadecimal digits, none of them only zeros.

    `span_id` is that of the span under which what has this header was made. `sampled`: spans of the trace are recorded.
    """

    trace_id: str
    span_id: str
    sampled: bool = False

    @property
    def header(self) -> tuple[str, bytes]:
        """Name and value of the header that says this."""
        return HEADER, str(self).encode()

    def __str__(self) -> str:
        """Return the header's value, which is 55 characters of ASCII. Flags that we do not know are not passed on."""
        return f"00-{self.trace_id}-{self.span_id}-{_SAMPLED if self.sampled else 0:02x}"


def trace_id(value: str | None) -> str | None:
    """Return the trace that the header's `value` names; None where `parse` returns none."""
    found = parse(value)
    return None if found is None else found.trace_id


def parse(value: str | None) -> Traceparent | None:
    """Return what the header's `value` says; None where there is none, or it is none that the standard allows.

    Of a version after ours the fields that ours has are read (section 3.2.4).
    """
    if value is None or len(value) > _MOST:
        return None
    found = (_VERSION_00 if value.startswith("00") else _LATER).fullmatch(value)
    if found is None:
        return None
    trace_id, span_id, flags = found.groups()
    if not (trace_id.strip("0") and span_id.strip("0")):
        return None
    return Traceparent(trace_id, span_id, bool(int(flags, 16) & _SAMPLED))
