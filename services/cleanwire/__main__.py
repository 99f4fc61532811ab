"""Where the process begins: `cleanwire` and `python -m cleanwire`."""

import gc
import os
import signal
import sys
from types import FrameType

UNTIL_TOLD = (["run"], ["export"], ["demo"], ["tail"])
"""To these commands a SIGTERM means that they are done."""


def main() -> None:
    """Run the command line.

    Importing everything takes a second or two. A SIGTERM in that time ends the process as cleanly as a later one does.
    """
    signal.signal(signal.SIGTERM, _leave)
    gc.disable()  # what imports make stays: looking for garbage in it costs a tenth; a command begins with it enabled
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # looking for some reads the metadata of every package here
    from cleanwire import cli

    cli.main()


def _leave(number: int, frame: FrameType | None) -> None:
    del frame
    sys.exit(0 if sys.argv[1:2] in UNTIL_TOLD else 128 + number)  # what is not done must not look as if it were


if __name__ == "__main__":
    main()
