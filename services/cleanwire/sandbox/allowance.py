"""How much memory may reading an answer take?

A byte of an answer may ask for a hundred: an empty record is one byte. So what is large is read under a limit of the
address space, and what would take more than any honest answer raises MemoryError.
"""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNTROUBLED_BYTES = 256 * 1024  # what is smaller may take 30 MB at worst, and is most of what comes
_BASE_BYTES = 64 * 1024 * 1024
_TIMES = 4  # a Latin text with one emoji takes four bytes a character; records of short texts three times what is told
_PAGE_BYTES = resource.getpagesize()
_SIZES = Path("/proc/self/statm")


@contextmanager
def for_answer(size: int) -> Iterator[None]:
    """Let this process take only so much more memory as an honest answer of `size` bytes may need.

    For a moment and without awaiting: other threads are held to it too.
    """
    if size <= UNTROUBLED_BYTES or sys.platform != "linux":
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = int(_SIZES.read_text().split()[0]) * _PAGE_BYTES + _BASE_BYTES + _TIMES * size
    if soft != resource.RLIM_INFINITY and soft <= limit:
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
