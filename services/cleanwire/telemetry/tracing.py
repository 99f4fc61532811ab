"""Under which trace does something happen? Places in traces are made here, with random ids."""

import os

from cleanwire.records.traceparent import Traceparent


class Traces:
    """Makes the places in traces that records carry. Nothing is recorded: what begins here is not sampled."""

    def begin(self) -> Traceparent:
        """Return the first place of a new trace."""
        return Traceparent(_id(16), _id(8))


def _id(length: int) -> str:
    """Return `length` random bytes as hexadecimal digits, not all of them zeros (W3C Trace Context, section 3.2.2)."""
    while not (found := os.urandom(length).hex()).strip("0"):
        pass
    return found
