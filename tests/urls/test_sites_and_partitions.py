"""Whose an address is, and which partition owns it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.urls import site


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://www.news.example.com/a", "example.com", id="registrable-domain"),
        pytest.param("https://news.example.co.uk/", "example.co.uk", id="two-level-suffix"),
        pytest.param("https://anna.github.io/", "anna.github.io", id="private-section"),
        pytest.param("https://github.io/", "github.io", id="a-suffix-is-itself"),
        pytest.param("https://Example.COM./", "example.com", id="final-dot-and-case"),
        pytest.param("http://localhost:8080/", "localhost", id="single-label"),
        pytest.param("http://10.1.2.3/", "10.1.2.3", id="ipv4-is-itself"),
        pytest.param("http://0x7f.1/", "127.0.0.1", id="odd-ipv4"),
        pytest.param("http://[2001:DB8::1]:80/", "2001:db8::1", id="ipv6-is-itself"),
        pytest.param("https://www.bücher.example/", "xn--bcher-kva.example", id="other-script"),
        pytest.param("https://a.b.食狮.公司.cn/", "xn--85x722f.xn--55qx5d.cn", id="suffix-in-another-script"),
    ],
)
def test_site_is_the_registrable_domain(url: str, expected: str) -> None:
    assert site.site(url) == expected


def test_an_address_without_host_has_no_site() -> None:
    with pytest.raises(ValueError, match="not an http"):
        site.site("mailto:x@example.org")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("example.com", 3), ("anna.github.io", 5), ("127.0.0.1", 4), ("xn--bcher-kva.example", 10)],
)
def test_partitions_never_move_between_releases(name: str, expected: int) -> None:
    assert site.partition(name, 12) == expected


@given(st.text(min_size=1, max_size=60), st.integers(1, 1000))
def test_a_partition_is_always_within_range(name: str, partitions: int) -> None:
    assert 0 <= site.partition(name, partitions) < partitions


def test_sites_spread_over_all_partitions() -> None:
    counts = [0] * 12
    for number in range(12_000):
        counts[site.partition(f"site-{number}.example", 12)] += 1
    assert min(counts) > 850
    assert max(counts) < 1150
