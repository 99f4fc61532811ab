import gzip
import zlib
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.fetch.content_coding import BodyDecoder
from cleanwire.fetch.outcome import FetchError, FetchFailure

TEXT = "Der Fährbetrieb ruht bis Montag. ".encode() * 200


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def decode(coding: str | None, data: bytes, *, limit: int = 1 << 20, step: int = 1 << 16) -> bytes:
    decoder = BodyDecoder(coding, limit_bytes=limit)
    for start in range(0, len(data), step):
        decoder.feed(data[start : start + step])
    assert not decoder.full
    return decoder.finish()


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        pytest.param(None, TEXT, id="no-header"),
        pytest.param("identity", TEXT, id="identity"),
        pytest.param("UTF-8", TEXT, id="a-charset-where-a-coding-belongs"),
        pytest.param("gzip", gzip.compress(TEXT), id="gzip"),
        pytest.param("X-GZip", gzip.compress(TEXT), id="old-name-in-any-case"),
        pytest.param("identity, gzip", gzip.compress(TEXT), id="identity-beside-gzip"),
        pytest.param("gzip", gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:]), id="two-members"),
        pytest.param("gzip", gzip.compress(TEXT) + b"\0" * 512, id="zero-padding-after-the-end"),
        pytest.param("gzip", gzip.compress(TEXT) + b"<!-- cached -->", id="rubbish-after-the-end"),
        pytest.param("deflate", zlib.compress(TEXT), id="deflate-with-zlib-header"),
        pytest.param("deflate", raw_deflate(TEXT), id="raw-deflate"),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 1 << 16])
def test_bodies_decode_in_pieces_of_any_size(coding: str | None, data: bytes, step: int) -> None:
    assert decode(coding, data, step=step) == TEXT


@pytest.mark.parametrize("coding", [None, "gzip", "deflate"])
def test_an_empty_body_is_empty_whatever_its_coding(coding: str | None) -> None:
    assert decode(coding, b"") == b""


@pytest.mark.parametrize(
    "coding",
    ["br", "zstd", "compress", "gzip, gzip", "br, gzip", "deflate, gzip", "sdch", "gzip, gzip, gzip, gzip"],
)
def test_codings_that_were_not_asked_for_are_refused(coding: str) -> None:
    with pytest.raises(FetchError) as caught:
        BodyDecoder(coding, limit_bytes=100)
    assert caught.value.reason is FetchFailure.BAD_ENCODING


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        pytest.param("gzip", gzip.compress(TEXT)[:-1], id="gzip-short-by-one-byte"),
        pytest.param("gzip", gzip.compress(TEXT)[:40], id="gzip-cut-in-the-data"),
        pytest.param("gzip", b"\x1f", id="gzip-of-one-byte"),
        pytest.param("gzip", gzip.compress(b"a") + gzip.compress(TEXT)[:30], id="second-member-cut"),
        pytest.param("gzip", TEXT, id="plain-text-called-gzip"),
        pytest.param("gzip", gzip.compress(TEXT)[:-8] + bytes(8), id="wrong-checksum"),
        pytest.param("deflate", zlib.compress(TEXT)[:-2], id="zlib-cut"),
        pytest.param("deflate", raw_deflate(TEXT)[:50], id="raw-deflate-cut"),
        pytest.param("deflate", b"\x78", id="deflate-of-one-byte"),
        pytest.param("gzip", gzip.compress(b"") * 1500, id="a-thousand-empty-members"),
    ],
)
def test_damaged_bodies_are_refused(coding: str, data: bytes) -> None:
    with pytest.raises(FetchError) as caught:
        decode(coding, data)
    assert caught.value.reason is FetchFailure.BAD_ENCODING


@pytest.mark.parametrize(
    ("coding", "pack"),
    [pytest.param("gzip", gzip.compress, id="gzip"), pytest.param("deflate", zlib.compress, id="deflate"),
     pytest.param("deflate", raw_deflate, id="raw-deflate"), pytest.param(None, bytes, id="plain")],
)  # fmt: skip
def test_a_bomb_inflates_no_further_than_the_limit(coding: str | None, pack: object) -> None:
    assert callable(pack)
    decoder = BodyDecoder(coding, limit_bytes=1000)
    decoder.feed(pack(b"\0" * 5_000_000))
    assert decoder.full
    assert len(decoder.so_far()) == 1000


def test_a_body_that_just_fits_is_not_full() -> None:
    assert decode("gzip", gzip.compress(TEXT), limit=len(TEXT)) == TEXT


@given(
    data=st.binary(max_size=2000),
    cuts=st.lists(st.integers(0, 2100), max_size=8),
    coding=st.sampled_from(["gzip", "deflate"]),
)
def test_how_the_network_cuts_a_body_does_not_matter(data: bytes, cuts: list[int], coding: str) -> None:
    packed = gzip.compress(data) if coding == "gzip" else zlib.compress(data)
    edges = [0, *sorted(cuts), len(packed)]
    decoder = BodyDecoder(coding, limit_bytes=2000)
    for start, end in pairwise(edges):
        decoder.feed(packed[start:end])
    assert decoder.finish() == data


@given(data=st.binary(max_size=500), coding=st.sampled_from([None, "gzip", "deflate"]))
def test_any_bytes_end_in_a_body_or_a_typed_failure(data: bytes, coding: str | None) -> None:
    with suppress(FetchError):
        assert len(decode(coding, data)) <= 1 << 20
