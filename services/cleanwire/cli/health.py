"""`cleanwire healthcheck`: what a container engine asks."""

import http.client
import ipaddress
from typing import Annotated

import typer

from cleanwire import terminal
from cleanwire.cli import options

TIMEOUT_S = 3.0
_MOST_BYTES = 65_536


def healthcheck(
    config: options.Config = None,
    port: Annotated[int | None, typer.Option(help="Port of the ops page.", show_default=False)] = None,
    ready: Annotated[bool, typer.Option("--ready", help="Ask /readyz instead of /healthz.")] = False,
    assignments: options.Assignments = None,
) -> None:
    """Ask a running service here whether it is healthy."""
    settings = options.load(config, assignments, ops__port=port)
    host, path = _own_address(settings.ops.host), "/readyz" if ready else "/healthz"
    # No urllib: that asks the environment's proxies, and follows redirects to anybody.
    service = http.client.HTTPConnection(host, settings.ops.port, timeout=TIMEOUT_S)
    try:
        service.request("GET", path, headers={"Connection": "close"})
        reply = service.getresponse()
        said = reply.read(_MOST_BYTES).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        terminal.say(f"cleanwire: {host}:{settings.ops.port}{path}: {error or type(error).__name__}", err=True)
        raise typer.Exit(1) from None
    finally:
        service.close()
    healthy = reply.status == http.HTTPStatus.OK
    terminal.say(said, err=not healthy)
    if not healthy:
        raise typer.Exit(1)


def _own_address(host: str) -> str:
    """Return where this machine reaches a service that listens on `host`."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"
