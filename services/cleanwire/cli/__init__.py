"""The command line: reads what a user asks for, wires the parts, prints, exits.

Exit codes: 0 done, 1 the thing asked for did not come about, 2 wrong usage or settings.
"""

import errno
import os
import sys

import typer

from cleanwire.cli import articles, clean, config, demo, explain, feeds, health, run, site, topics
from cleanwire.errors import CleanwireError, ConfigError, InputError
from cleanwire.telemetry import redact

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

app = typer.Typer(
    name="cleanwire",
    help="News feeds in, clean documents out on Kafka, exactly once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("demo")(demo.demo)
app.command("clean")(clean.clean)
app.command("explain")(explain.explain)
app.command("healthcheck")(health.healthcheck)
app.add_typer(feeds.app, name="feeds")
app.add_typer(articles.app, name="articles")
app.add_typer(site.app, name="site")
app.add_typer(topics.app, name="topics")
app.add_typer(config.app, name="config")


def main() -> None:
    """Run the command line; expected errors become one message on standard error."""
    try:
        try:
            app()
        finally:
            if sys.stdout is not None:  # closed by the caller
                sys.stdout.flush()
    except* (ConfigError, InputError) as errors:
        _exit(errors, code=2)
    except* CleanwireError as errors:
        _exit(errors, code=1)
    except* OSError as errors:
        full = [error for error in _leaves(errors) if isinstance(error, OSError) and error.errno in _FULL]
        if not full:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter would try once more at its end
        print(f"cleanwire: cannot write the output: {full[0].strerror}", file=sys.stderr)
        sys.exit(1)


def _exit(errors: BaseExceptionGroup[BaseException], *, code: int) -> None:
    for error in _leaves(errors):
        print(f"cleanwire: {redact.text(str(error))}", file=sys.stderr)
    sys.exit(code)


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in _leaves(inner)]
    return [error]
