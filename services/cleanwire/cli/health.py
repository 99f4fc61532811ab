"""`cleanwire healthcheck`: what a container engine asks."""

import urllib.error
import urllib.request
from typing import Annotated

import typer

from cleanwire.cli import options

TIMEOUT_S = 3.0


def healthcheck(
    config: options.Config = None,
    port: Annotated[int | None, typer.Option(help="Port of the ops page.", show_default=False)] = None,
    ready: Annotated[bool, typer.Option("--ready", help="Ask /readyz instead of /healthz.")] = False,
    assignments: options.Assignments = None,
) -> None:
    """Ask a running service here whether it is healthy. Exit 0: yes; 1: no."""
    settings = options.load(config, assignments, ops__port=port)
    url = f"http://127.0.0.1:{settings.ops.port}/{'readyz' if ready else 'healthz'}"
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as reply:
            typer.echo(reply.read().decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        typer.echo(error.read().decode("utf-8", "replace"), err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        typer.echo(f"cleanwire: {url}: {error}", err=True)
        raise typer.Exit(1) from None
