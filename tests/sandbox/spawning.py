"""A module that starts a process when it is imported, which is before the doors are shut."""

import os
import sys
import time

_GRANDCHILD = 0
if sys.argv[0].endswith("worker.py"):
    _GRANDCHILD = os.fork()
    if _GRANDCHILD == 0:
        os.closerange(3, 100)
        time.sleep(600)
        os._exit(0)


def grandchild() -> int:
    """Return its process id."""
    return _GRANDCHILD


def leave() -> None:
    sys.exit(3)
