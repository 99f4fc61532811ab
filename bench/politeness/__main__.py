"""Grade a feed reader's politeness.

usage: python -m bench.politeness --reader 'some-reader --feeds {feeds}' [--seconds 75] [--no-restart] [--json]

Exit status 0: no rule was broken. 1: at least one was. 2: the reader could not be started or asked for nothing.
"""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from bench.politeness import report, run
from bench.politeness.grading import Outcome
from bench.politeness.run import NothingAsked, Plan
from bench.politeness.terms import Terms


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.politeness", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--reader",
        required=True,
        metavar="COMMAND",
        help="{feeds}, {opml}: a file of the feeds; {urls}: the feeds; {folder}: where state may be kept; "
        "{network}, {floor}, {spacing}: what the reader should be set to",
    )
    parser.add_argument("--seconds", type=float, default=75.0, help="how long it is watched (75)")
    parser.add_argument("--unit", type=float, default=1.0, help="stretch all times by this, for slow machines (1)")
    parser.add_argument("--no-restart", action="store_true", help="do not kill it and start it again")
    parser.add_argument("--every", type=float, metavar="S", help="it ends after each round: start it so often")
    parser.add_argument("--without-hostile", action="store_true", help="for readers that a reply without end stops")
    parser.add_argument("--log", type=Path, help="where its own output goes")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the reader must not be left behind
    plan = Plan(
        seconds=options.seconds * options.unit,
        restart=not options.no_restart,
        every_s=options.every,
        without_hostile=options.without_hostile,
    )
    try:
        result = asyncio.run(run.run(options.reader, Terms(unit=options.unit), plan, log=options.log))
    except KeyboardInterrupt:
        return 130
    except (NothingAsked, OSError) as error:
        print(f"no grades: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print(report.as_json(result) if options.json else report.table(result))
    return 1 if any(grade.outcome is Outcome.FAIL for grade in result.grades) else 0


if __name__ == "__main__":
    sys.exit(main())
