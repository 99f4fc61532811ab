"""When is a failed article tried again?"""

from cleanwire.records.rejected import Rejection
from cleanwire.settings import CleanSettings

STALE_AFTER_S = 86_400.0  # an article that could not even be asked for during a day is rejected

# Reasons that time may cure, beside those of the network and the server, which get `clean.max_attempts`.
_SOME_PATIENCE = {
    Rejection.NOT_AN_ARTICLE: 2,  # a challenge page or a story not yet filled in
    Rejection.TOO_SHORT: 2,
    Rejection.NOT_HTML: 2,
    Rejection.EXTRACTION_TIMEOUT: 2,  # the machine may have been busy
    Rejection.EXTRACTION_CRASHED: 2,
    Rejection.INTERNAL_ERROR: 2,
}
_PATIENT = frozenset({Rejection.NETWORK, Rejection.HTTP_SERVER_ERROR, Rejection.BAD_RESPONSE})
_NOT_YET_THERE = 404  # feeds are often ahead of the page
_NOT_YET_THERE_ATTEMPTS = 3


def attempts_allowed(reason: Rejection, http_status: int | None, settings: CleanSettings) -> int:
    """Return how many tries an article gets in all when the last one ended with `reason`."""
    if reason in _PATIENT:
        return settings.max_attempts
    if http_status == _NOT_YET_THERE:
        return min(_NOT_YET_THERE_ATTEMPTS, settings.max_attempts)
    return min(_SOME_PATIENCE.get(reason, 1), settings.max_attempts)


def wait_s(attempts: int, settings: CleanSettings) -> float:
    """Return the wait after the `attempts`-th failure: doubled each time, up to `clean.retry_max_s`."""
    return min(settings.retry_base_s * 2.0 ** min(attempts - 1, 60), settings.retry_max_s)
