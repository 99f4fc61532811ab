"""Where the process begins: `cleanwire` and `python -m cleanwire`."""

import signal
import sys
from types import FrameType


def main() -> None:
    """Run the command line.

    Importing everything takes a second or two. A SIGTERM in that time ends the process as cleanly as a later one does.
    """
    signal.signal(signal.SIGTERM, _leave)
    from cleanwire import cli

    cli.main()


def _leave(number: int, frame: FrameType | None) -> None:
    del number, frame
    sys.exit(0)


if __name__ == "__main__":
    main()
