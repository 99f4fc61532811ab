"""Which tests stay together in one process, and which begin first, when several processes share a run?

Tests of one file stay together: they share what is dear, such as a polling service or a month that was computed. Files
that take longest begin first, so that no process is left alone with one of them in the end. What goes by the clock (the
field that grades politeness, sessions that end) goes before all, and whatever else runs meanwhile is nice.
"""

import os
from collections.abc import Iterable

import pytest
from xdist.scheduler import LoadScopeScheduling

BY_THE_CLOCK = ("politeness/", "secured/")
NICENESS = 10
LONGEST = (
    *BY_THE_CLOCK,
    "quality/",
    "real_pages/",
    "alerts/test_alerts_on_prometheus.py",
    "upgrade/",
    "stream/test_faults_on_kafka.py",
    "demo/test_whole_demo.py",
    "services/",
    "websub/test_websub_on_kafka.py",
    "stores/",
    "stream/",
    "patterns/",
    "sandbox/",
)
"""Folders and files under tests/ by how long they take; all others come after them."""
ON_THEIR_OWN = ("tests/quality/",)
"""Where each test is as long as a file elsewhere, and shares nothing with its neighbours."""
TOGETHER = ("tests/secured/",)
"""Whose files share what is dearest: a broker with keys and users of its own."""


class ByFile(LoadScopeScheduling):
    """Hands whole files, or folders, to processes, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(TOGETHER):
            return nodeid.rpartition("/")[0]
        return nodeid if nodeid.startswith(ON_THEIR_OWN) else nodeid.partition("::")[0]


def longest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return `items` in the order in which they are to begin."""

    def place(item: pytest.Item) -> int:
        path = item.nodeid.removeprefix("tests/")
        return next((n for n, start in enumerate(LONGEST) if path.startswith(start)), len(LONGEST))

    return sorted(items, key=place)


def give_way(item: pytest.Item) -> None:
    """Let this process, and all it starts from now on, give way to tests that go by the clock, if `item` is none."""
    if not item.nodeid.removeprefix("tests/").startswith(BY_THE_CLOCK):
        os.nice(max(0, NICENESS - os.nice(0)))
