"""What in an address is for nobody's eyes, and what is shown in its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.telemetry import redact
from cleanwire.urls import identity, secrets

SECRET = "s3cr3tvalue"
KEYS = (
    "apikey", "api_key", "api-key", "apiKey", "token", "access_token", "accessToken", "key", "user_key", "sig",
    "signature", "X-Amz-Signature", "X-Amz-Security-Token", "password", "passwd", "pass", "pwd", "auth", "auth_key",
    "secret", "client_secret", "sid", "PHPSESSID", "session", "sessionid", "credential", "jwt", "hmac", "sas", "rsskey",
    "feed%5Ftoken", "amp;token", "user[password]", "license_key",
)  # fmt: skip
WORDS = (
    "author", "keyword", "keywords", "monkey", "turkey", "compass", "design", "signin", "category", "q", "page", "id",
    "passage", "key_id", "sort", "tag", "author_id", "authority", "secretary", "tokens_of_love", "format",
)  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize(
    "form",
    [
        "https://host.example/feed?{}={}",
        "https://host.example/feed?a=1&{}={}&b=2",
        "https://host.example/feed?a=1;{}={}",
        "https://host.example/feed.xml#{}={}",
        "https://host.example/feed;{}={}/rss",
    ],
)
def test_a_parameter_that_looks_like_a_key_is_not_shown(name: str, form: str) -> None:
    url = form.format(name, SECRET)
    assert SECRET not in secrets.shown(url)
    assert secrets.HIDDEN in secrets.shown(url)
    assert secrets.has_secret(url)


@pytest.mark.parametrize("name", WORDS)
def test_other_parameters_are_shown(name: str) -> None:
    url = f"https://host.example/feed?{name}={SECRET}&x=1"
    assert secrets.shown(url) == url
    assert not secrets.has_secret(url)


@pytest.mark.parametrize(
    "url",
    [
        f"https://user:{SECRET}@host.example/feed",
        f"https://{SECRET}@host.example/feed",
        f"https://:{SECRET}@host.example/feed",
        f"https://user:a%40{SECRET}@host.example/feed?x=1",
        f"https://host.example/login?next=https%3A%2F%2Fu%3A{SECRET}%40host.example%2Ff",
        f"https://host.example/login?next=/feed?apikey={SECRET}",
        f"https://host.example/login?next=https://u:{SECRET}@host.example/",
        f"https://host.example/login?next=%2Ffeed%3Fapikey%3D{SECRET}",
        f"https://host.example/login?next=%252Ffeed%253Fapikey%253D{SECRET}",
        f"https://host.example/feeds/token/{SECRET}/rss",
    ],
)
def test_secrets_elsewhere_in_an_address_are_not_shown(url: str) -> None:
    assert SECRET not in secrets.shown(url)


def test_a_word_behind_the_word_token_in_a_path_is_shown() -> None:
    url = "https://host.example/2026/token/economics-explained"
    assert secrets.shown(url) == url


def test_user_and_password_come_apart_decoded_and_the_rest_stays() -> None:
    found = secrets.part("https://us%40er:p%3Ass@Host.example:8443/a/../feed?x=1#f")
    assert found == secrets.Parted(url="https://host.example:8443/feed?x=1#f", auth=("us@er", "p:ss"))
    assert secrets.part("https://host.example/feed").auth is None
    assert secrets.part("no address").url == "no address"


_TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=0x24F), min_size=1, max_size=20)


@given(user=_TEXT, password=_TEXT)
def test_what_is_put_together_comes_apart_the_same(user: str, password: str) -> None:
    url = "https://host.example/feed?x=1"
    assert secrets.part(secrets.joined(url, (user, password))) == secrets.Parted(url=url, auth=(user, password))


@given(st.text(st.sampled_from("abkey=?&;#/:@%.23"), max_size=60))
def test_what_is_shown_holds_no_more_secrets(tail: str) -> None:
    shown = secrets.shown(f"https://host.example/{tail}")
    assert secrets.shown(shown) == shown


@pytest.mark.parametrize("name", KEYS)
def test_a_key_in_the_query_is_not_logged(name: str) -> None:
    assert SECRET not in redact.text(f"GET https://host.example/feed?a=1&{name}={SECRET} failed")


def test_an_address_without_secrets_has_the_same_id_as_before() -> None:
    url = "https://host.example/feed?key=1"
    assert identity.feed_id(url) != identity.feed_id("https://u:p@host.example/feed?key=1")
    assert identity.article_id("https://u:p@host.example/a") == identity.article_id("https://host.example/a")


def test_text_around_addresses_loses_their_secrets_in_every_writing() -> None:
    said = (
        f"redirect to 'https://u:{SECRET}@h.example/f?accessToken={SECRET}' then "
        f"https://h.example/?next=https%3A%2F%2Fu%3A{SECRET}%40h.example%2F%3Fapikey%3D{SECRET}%26x%3D1 "
        f"and /f?next=%252Ff%253Fuser_key%253D{SECRET}"
    )
    assert SECRET not in redact.text(said)
    assert "h.example" in redact.text(said)
