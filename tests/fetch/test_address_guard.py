"""No address that is not public is ever connected to, whatever leads there."""

from collections.abc import Sequence

import pytest

from cleanwire.fetch.guard import AddressGuard, BlockedAddress
from cleanwire.fetch.outcome import Fetched, FetchFailed, FetchFailure
from hostile.fetchers import fetching
from hostile.rawserver import RawServer, redirect, reply

PAGE = b"<p>Only for those inside.</p>"


class Names:
    """A name server of ours: each look-up of a name takes the next of its answers, the last one for good."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self._answers = {name: list(given) for name, given in answers.items()}
        self.asked: list[str] = []

    async def resolve(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        answers = self._answers[host.partition(".")[0]]
        return answers.pop(0) if len(answers) > 1 else answers[0]


LITERALS = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "127.0.0.1.", "0.0.0.0", "0",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]", "[fec0::1]", "[ff02::1]",
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "１２７.0.0.1", "①②⑦.0.0.1", "127。0。0。1",
]  # fmt: skip


@pytest.mark.parametrize("literal", LITERALS)
async def test_literal_addresses_inside_are_blocked(literal: str) -> None:
    async with RawServer({"/": reply(PAGE)}) as server, fetching(allow_private=()) as fetcher:
        outcome = await fetcher.get(f"http://{literal}:{server.port}/", limit_bytes=1000, accept="*/*")
    assert isinstance(outcome, FetchFailed)
    assert (outcome.reason, outcome.retryable) == (FetchFailure.BLOCKED_ADDRESS, False)
    assert server.connections == 0


@pytest.mark.parametrize("literal", LITERALS)
async def test_redirects_to_addresses_inside_are_blocked(literal: str) -> None:
    async with RawServer({"/": reply(PAGE)}) as inside, RawServer({}, host="127.0.0.2") as server:
        server.routes["/"] = redirect(f"http://{literal}:{inside.port}/")
        async with fetching(allow_private=("127.0.0.2/32",)) as fetcher:
            outcome = await fetcher.get(server.url("/"), limit_bytes=1000, accept="*/*")
    assert isinstance(outcome, FetchFailed)
    assert outcome.reason is FetchFailure.BLOCKED_ADDRESS
    assert (server.connections, inside.connections) == (1, 0)


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(["127.0.0.1"], id="loopback"),
        pytest.param(["::1"], id="loopback-v6"),
        pytest.param(["::ffff:127.0.0.1"], id="mapped"),
        pytest.param(["10.0.0.1", "fe80::1%lo", "169.254.169.254"], id="several"),
        pytest.param(["not an address"], id="nonsense"),
    ],
)
async def test_names_that_lead_inside_are_blocked(addresses: list[str]) -> None:
    async with RawServer({"/": reply(PAGE)}) as server, fetching(Names(news=[addresses]), allow_private=()) as fetcher:
        outcome = await fetcher.get(f"http://news.example.org:{server.port}/", limit_bytes=1000, accept="*/*")
    assert isinstance(outcome, FetchFailed)
    assert outcome.reason is FetchFailure.BLOCKED_ADDRESS
    assert "news.example.org" in outcome.detail
    assert server.connections == 0


async def test_localhost_is_blocked() -> None:
    async with RawServer({"/": reply(PAGE)}) as server, fetching(allow_private=()) as fetcher:
        outcome = await fetcher.get(f"http://localhost:{server.port}/", limit_bytes=1000, accept="*/*")
    assert isinstance(outcome, FetchFailed)
    assert outcome.reason is FetchFailure.BLOCKED_ADDRESS
    assert server.connections == 0


async def test_of_mixed_answers_only_the_permitted_address_is_used() -> None:
    """127.0.0.2 stands for a public address here, 127.0.0.1 for one inside."""
    names = Names(news=[["127.0.0.1", "127.0.0.2"]])
    server = RawServer({"/": reply(PAGE)}, host="127.0.0.2")
    async with server, fetching(names, allow_private=("127.0.0.2/32",)) as fetcher:
        outcome = await fetcher.get(f"http://news.example.org:{server.port}/", limit_bytes=1000, accept="*/*")
    assert isinstance(outcome, Fetched)
    assert names.asked == ["news.example.org"]


async def test_a_name_that_changes_its_mind_never_leads_inside() -> None:
    """DNS rebinding: the first answer is fine, every later one points inside."""
    names = Names(news=[["127.0.0.2"], ["127.0.0.1"]])
    async with RawServer({"/": reply(PAGE)}) as inside, RawServer({}, host="127.0.0.2") as server:
        server.routes["/"] = reply(PAGE, close=True)
        async with fetching(names, allow_private=("127.0.0.2/32",)) as fetcher:
            first = await fetcher.get(f"http://news.example.org:{server.port}/", limit_bytes=1000, accept="*/*")
            later = [
                await fetcher.get(f"http://news.example.org:{inside.port}/", limit_bytes=1000, accept="*/*")
                for _ in range(3)
            ]
    assert isinstance(first, Fetched)
    assert [failure.reason for failure in later if isinstance(failure, FetchFailed)] == ["blocked_address"] * 3
    assert inside.connections == 0


async def test_a_name_is_looked_up_once_for_a_connection() -> None:
    """The address judged is the address connected to: there is no second look-up to answer differently."""
    names = Names(news=[["127.0.0.2"], ["127.0.0.1"]])
    server = RawServer({"/": reply(PAGE)}, host="127.0.0.2")
    async with server, fetching(names, allow_private=("127.0.0.2/32",)) as fetcher:
        outcome = await fetcher.get(f"http://news.example.org:{server.port}/", limit_bytes=1000, accept="*/*")
    assert isinstance(outcome, Fetched)
    assert names.asked == ["news.example.org"]


def test_the_guard_itself_opens_no_socket_for_a_blocked_address() -> None:
    guard = AddressGuard()
    with pytest.raises(BlockedAddress):
        guard.socket((2, 1, 6, "", ("127.0.0.1", 80)))
    guard.socket((2, 1, 6, "", ("93.184.216.34", 80))).close()


@pytest.mark.parametrize(
    ("networks", "ip", "permitted"),
    [
        (("10.0.0.0/8",), "10.1.2.3", True),
        (("10.0.0.0/8",), "11.1.2.3", True),
        (("10.0.0.0/8",), "192.168.0.1", False),
        (("10.0.0.0/8",), "::ffff:10.1.2.3", True),
        (("10.0.0.7/8",), "10.1.2.3", True),
        (("fd00::/8",), "fd12::1", True),
        (("fd00::/8",), "10.1.2.3", False),
        ((), "10.1.2.3", False),
        (("0.0.0.0/0",), "nonsense", False),
    ],
)
def test_networks_can_be_allowed(networks: tuple[str, ...], ip: str, permitted: bool) -> None:
    assert AddressGuard(networks).permits(ip) is permitted


@pytest.mark.parametrize(
    "port", [0, 1, 7, 22, 25, 53, 110, 179, 465, 993, 2049, 5060, 6000, 6379, 6667, 9092, 10080, 11211]
)
async def test_ports_of_other_protocols_are_not_asked(port: int) -> None:
    async with fetching() as fetcher:
        outcome = await fetcher.get(f"http://127.0.0.1:{port}/", limit_bytes=1000, accept="*/*")
    assert isinstance(outcome, FetchFailed)
    assert outcome.reason is FetchFailure.BLOCKED_ADDRESS
