"""Which socket does a web server listen on? Bound before anything else starts, so a port in use is found at once."""

import socket

from cleanwire.errors import ConfigError

_BACKLOG = 1024  # a burst waits here for the loop, instead of being tried again a second later


def bind(host: str, port: int, *, section: str) -> socket.socket:
    """Return a bound, listening socket; port 0 lets the system choose (see `port_of`).

    Raises:
        ConfigError: the address or port cannot be used; names the key in `section`.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
    except (socket.gaierror, UnicodeError) as error:
        raise ConfigError(f"{section}.host: {host!r} is no address of this machine: {error}") from error
    listener = socket.socket(family, kind)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"{section}.port: cannot listen on {host}:{port}: {error.strerror}; 0 lets the system choose"
        ) from error
    listener.setblocking(False)
    return listener


def port_of(listener: socket.socket) -> int:
    """Return the port that `bind` got."""
    return int(listener.getsockname()[1])
