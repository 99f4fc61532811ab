"""How does the time of a call grow with the size of what it gets? In CPU time of this thread, the best of several."""

import time
from collections.abc import Callable
from functools import partial

SMALL = 1_000
LARGE = 4_000  # characters; there a quadratic pattern takes tens of milliseconds, a linear one about a tenth of one
MOST_GROWTH = 8.0  # from SMALL to LARGE: linear is 4, quadratic 16
CLEARLY_LINEAR = 5.5  # from SMALL to LARGE, measured hastily
_BEYOND_DOUBT = 64.0  # worse than quadratic by more than a busy machine adds to the best of two
UNNOTICED_S = 0.0015
_LONG_S = 0.05
_TRIES = 4


def best(call: Callable[[], object], tries: int = 1) -> float:
    """Return the least CPU seconds that `call` took in `tries`."""
    least = float("inf")
    for _ in range(tries):
        begin = time.thread_time()
        call()
        least = min(least, time.thread_time() - begin)
    return least


def growth(
    call: Callable[[int], object], small: int = SMALL, large: int = LARGE, *, unnoticed_s: float = UNNOTICED_S
) -> float:
    """Return how many times longer `call` takes for `large` than for `small`; 0 where nobody would notice either.

    What takes long for a small size already is compared there, so that exponential growth ends too. Most calls grow as
    their input does, and a hasty measurement shows it; only the others are measured again and again.
    """
    for size in (22, 256):  # 2 to the power of 22 steps are tenths of a second
        if size < small and _is_long(partial(call, size)):
            return _ratio(call, size // 4, size)
    once = best(lambda: call(large))
    if once < unnoticed_s:
        return 0.0
    hasty = once / max(best(lambda: call(small), 3), 1e-7)
    if hasty < CLEARLY_LINEAR:
        return hasty
    return 0.0 if best(lambda: call(large), 2) < unnoticed_s else _ratio(call, small, large)


def _is_long(call: Callable[[], object]) -> bool:
    return best(call) > _LONG_S and best(call) > _LONG_S


def _ratio(call: Callable[[int], object], small: int, large: int) -> float:
    least = float("inf")
    for _ in range(_TRIES):
        least = min(least, best(lambda: call(large), 2) / max(best(lambda: call(small), 4), 1e-7))
        if not MOST_GROWTH <= least < _BEYOND_DOUBT:
            break
    return least
