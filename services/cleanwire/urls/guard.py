"""Is this address refused before anything is looked up? Names, ports and literals that are never a publisher's."""

from ada_url import URL, HostType

from cleanwire.urls import address, parse

_LOCAL_SUFFIXES = (
    # RFC 6761, 6762, 8375, 9476 and the names that routers, clusters and clouds use inside
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
    "in-addr.arpa",
    "ip6.arpa",
    "svc",
    "svc.cluster.local",
    "consul",
    "docker",
    "onion",
    "i2p",
)
# Fetch standard §"bad port", plus data stores and control interfaces that speak HTTP or can be made to.
_WEB_PORTS_BELOW_1024 = frozenset({80, 81, 82, 83, 84, 85, 86, 88, 280, 443, 591, 593, 777, 800, 801, 808, 888})
_REFUSED_PORTS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}
    | {1433, 1521, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 4369, 5432, 5672, 5900, 5984, 6379, 6443, 7001, 8086}
    | {8125, 8300, 8500, 9042, 9092, 9200, 9300, 10250, 10255, 11211, 15672, 26379, 27017, 27018, 28017}
)


def refusal(url: str) -> str | None:
    """Return why `url` must not be fetched, None when nothing speaks against looking up its host.

    The addresses a name resolves to must still be judged by `address.is_public`.
    """
    parsed = parse.split(url)
    if parsed is None:
        return "not an http(s) address"
    if parsed.host_type != HostType.DEFAULT:
        return None if address.is_public(str(parsed.hostname)) else "not a public address"
    return _name_refusal(parsed, url) or port_refusal(int(parsed.port or 80))


def port_refusal(number: int) -> str | None:
    """Return why nothing is fetched from port `number`, None when nothing speaks against it."""
    if number in _REFUSED_PORTS or (number < 1024 and number not in _WEB_PORTS_BELOW_1024):
        return f"port {number} is not a web server's"
    return None


def is_local_name(host: str) -> bool:
    """Return whether `host` is a name that only means something inside a network."""
    name = host.rstrip(".").lower()
    return "." not in name or any(name == suffix or name.endswith("." + suffix) for suffix in _LOCAL_SUFFIXES)


def _name_refusal(parsed: URL, url: str) -> str | None:
    host = str(parsed.hostname)
    if is_local_name(host):
        return "a local name"
    if _is_disguised(url, host):
        return "a disguised name"
    return None


def _is_disguised(url: str, host: str) -> bool:
    """Whether `host` was written in look-alikes (ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ) of the plain letters it means.

    A name in another script keeps an `xn--` label; ideographic full stops are how people there type a dot.
    """
    if "xn--" in host:
        return False
    written = url.partition("://")[2].replace("\\", "/").partition("/")[0]
    return not written.translate({0x3002: ".", 0xFF0E: ".", 0xFF61: "."}).isascii()
