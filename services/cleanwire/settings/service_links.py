"""Which variables of the environment did Kubernetes set, for a Service that happens to be called like us?

It tells every pod where the Services of its namespace are, in the manner of Docker's links, unless the pod says
`enableServiceLinks: false`: https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables.
A Service `cleanwire-ops` gives `CLEANWIRE_OPS_SERVICE_HOST`, `CLEANWIRE_OPS_PORT=tcp://10.0.0.7:9464` and more.
"""

import re

_LINK = re.compile(
    r"(?=[A-Z0-9_]++\Z)(?P<service>[A-Z][A-Z0-9_]*?)"
    r"_(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|(?P<address>PORT(?:_\d{1,5}_(?:TCP|UDP))?)"
    r"|PORT_\d{1,5}_(?:TCP|UDP)_(?:ADDR|PORT|PROTO))"
)
_ADDRESS = re.compile(r"(?:tcp|udp)://\S+:\d{1,5}")


def service(name: str, value: str) -> str | None:
    """Return the Service that the variable `name` speaks of, as Kubernetes spells it; None when it speaks of none.

    Only the exact forms count, so that a misspelt setting stays an error: what ends in `_PORT` must hold an address.

    >>> service("CLEANWIRE_OPS_PORT", "tcp://10.0.0.7:9464")
    'cleanwire-ops'
    >>> service("CLEANWIRE_OPS_PORT", "9464") is None
    True
    """
    link = _LINK.fullmatch(name)
    if link is None or (link["address"] and not _ADDRESS.fullmatch(value)):
        return None
    return link["service"].lower().replace("_", "-")
