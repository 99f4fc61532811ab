"""What is read off a serialised address is what the URL standard's own parts say, which are three times as dear."""

import ada_url
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleanwire.urls import identity, parse, site, tracking

SIGNS = ["//", "/", "\\", "@", ":", "?", "#", "&", "=", "%", "%2F", "%40", " ", "\t", "\n", "..", ".", "。"]
SCHEMES = ["http://", "https://", "HTTP:", "http:/", "ftp:", "mailto:"]
HOSTS = ["a.example", "1.2.3.4", "0x7f.1", "[::1]", "[::ffff:1.2.3.4]", "xn--", "münchen.de", "www.", "com", "co.uk"]
OTHERS = ["utm_source=x", "id=1", "user", "pw", ":80", ":443", ":8080", ":0", ":99999", "0", "a", "é", "\ud800", "😀"]
PIECES = st.sampled_from([*SIGNS, *SCHEMES, *HOSTS, *OTHERS])
BASES = st.sampled_from([None, "https://b.example/x/y?z#f", "http://u:p@c.example:81/d/", "none", "https://[::1]/"])


@given(pieces=st.lists(PIECES, max_size=10), base=BASES)
@example(pieces=["http://", "user", ":", "pw", "@", "a.example", "?", "id=1", "#", "a"], base=None)
@example(pieces=["http://", "a.example", "/", "@", "a"], base=None)
@example(pieces=["http://", "[::1]", ":8080", "/"], base=None)
@example(pieces=["http://", "1.2.3.4", "."], base=None)
def test_what_is_read_off_an_address_is_what_its_parts_say(pieces: list[str], base: str | None) -> None:
    for url in ("".join(pieces), "http://" + "".join(pieces)):
        parts = parse.split(url, base)
        assert parse.href(url, base) == (None if parts is None else str(parts.href))
        if (parts := parse.split(url)) is None:
            assert identity.normalise(url) is None
            with pytest.raises(ValueError, match="not an http"):
                site.site(url)
            continue
        host = str(parts.hostname)
        assert parse.host_of(str(parts.href)) == host
        is_name = parts.host_type == ada_url.HostType.DEFAULT
        assert site.site(url) == (site.of_host(host) if is_name else host.strip("[]"))
        parts.username = parts.password = parts.hash = ""
        assert identity.normalise(url) == tracking.clean_of(str(parts.href), host)
