"""How many files and sockets may this process have open, and how many of them may strangers hold?"""

import resource

MOST = 65_536
"""Beyond this a process has no use for more, and some libraries walk through all that are allowed."""


def raise_limit() -> int:
    """Raise the soft limit of open files to the hard one, at most to `MOST`; return what it is now."""
    soft, hard = (_number(limit) for limit in resource.getrlimit(resource.RLIMIT_NOFILE))
    wanted = min(hard, MOST)
    if soft >= wanted:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return wanted


def share(wanted: int, *, part: int) -> int:
    """Return `wanted`, but no more than one in `part` of what this process may have open: polls need the rest."""
    return max(1, min(wanted, _number(resource.getrlimit(resource.RLIMIT_NOFILE)[0]) // part))


def _number(limit: int) -> int:
    return MOST if limit == resource.RLIM_INFINITY else limit
