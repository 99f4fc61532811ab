"""Which addresses may be connected to, and which URLs are refused before that."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.urls import address, guard

# First and last address of each range, and the nearest public neighbours.
BLOCKED_V4 = [
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.255",
    "192.0.2.0",
    "192.0.2.255",
    "192.88.99.0",
    "192.88.99.255",
    "192.168.0.0",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.0",
    "198.51.100.255",
    "203.0.113.0",
    "203.0.113.255",
    "224.0.0.0",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.255",
]
PUBLIC_V4 = [
    "1.0.0.0",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.88.98.255",
    "192.88.100.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
]
BLOCKED_V6 = [
    "::",
    "::1",
    "::8.8.8.8",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "3ffe::1",
    "3fff::1",
    "3fff:fff:ffff::1",
    "4000::1",
    "5f00::1",
    "64:ff9b:1::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "fe80::5efe:8.8.8.8",
    "2a00:1450::5efe:10.0.0.1",
    "2a00:1450::200:5efe:10.0.0.1",
]
PUBLIC_V6 = [
    "2001:200::1",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "2a00:1450::5efe:8.8.8.8",
    "3000::1",
]


@pytest.mark.parametrize("ip", [*BLOCKED_V4, *BLOCKED_V6])
def test_ranges_that_are_not_the_internet_are_not_public(ip: str) -> None:
    assert not address.is_public(ip)


@pytest.mark.parametrize("ip", [*PUBLIC_V4, *PUBLIC_V6])
def test_their_neighbours_are_public(ip: str) -> None:
    assert address.is_public(ip)


@pytest.mark.parametrize(
    "text", ["", "localhost", "127.1", "1.2.3", "1.2.3.4.5", "::g", "010.0.0.1", "[]", "8.8.8.8/0"]
)
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not address.is_public(text)


@given(st.integers(0, 2**32 - 1))
def test_an_ipv6_address_that_carries_an_ipv4_address_is_judged_by_it(bits: int) -> None:
    carried = IPv4Address(bits)
    expected = address.is_public(str(carried))
    assert address.is_public(f"::ffff:{carried}") == expected
    assert address.is_public(f"64:ff9b::{carried}") == expected
    assert address.is_public(str(IPv6Address(0x2002 << 112 | bits << 80 | 1))) == expected


@given(st.integers(0, 2**32 - 1))
def test_nothing_the_standard_library_calls_private_is_public(bits: int) -> None:
    ip = IPv4Address(bits)
    assert not (address.is_public(str(ip)) and (ip.is_private or ip.is_multicast or ip.is_reserved or ip.is_loopback))


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://2130706433/", id="loopback-as-one-number"),
        pytest.param("http://0177.0.0.1/", id="loopback-octal"),
        pytest.param("http://１２７.０.０.１/", id="loopback-full-width"),
        pytest.param("http://user@[::ffff:7f00:1]/", id="loopback-mapped"),
        pytest.param("http://localhost/", id="localhost"),
        pytest.param("http://db.internal./", id="internal-name"),
        pytest.param("http://printer/", id="single-label"),
        pytest.param("http://api.default.svc.cluster.local/", id="cluster-name"),
        pytest.param("http://example.org:22/", id="ssh-port"),
        pytest.param("http://example.org:6379/", id="data-store-port"),
        pytest.param("http://ⓔⓧⓐⓜⓟⓛⓔ.ⓞⓡⓖ/", id="look-alike-letters"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("http://999.1.1.1/", id="number-that-is-no-address"),
    ],
)
def test_a_url_that_is_never_a_publishers_is_refused_unresolved(url: str) -> None:
    assert guard.refusal(url) is not None


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://example.org/feed", id="plain"),
        pytest.param("http://example.org:8080/", id="web-port"),
        pytest.param("http://example.org:81/", id="odd-web-port"),
        pytest.param("https://例え.テスト例.example/", id="other-script"),
        pytest.param("http://example。org/", id="ideographic-full-stop"),
        pytest.param("http://8.8.8.8/", id="public-address"),
        pytest.param("http://localhost.example.org/", id="local-word-inside-a-name"),
    ],
)
def test_an_ordinary_url_is_not_refused(url: str) -> None:
    assert guard.refusal(url) is None
