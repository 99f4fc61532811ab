"""Callback addresses nobody can guess, and signatures."""

import hashlib
import hmac

import pytest

from cleanwire.feed.websub.callback import CallbackKeys

SECRET = "an installation's secret"
KEYS = CallbackKeys("https://push.example/websub/", SECRET)
SUB = "f" * 32 + "-" + "0" * 16


def signed(body: bytes, method: str, secret: str | None = None) -> str:
    key = (secret or KEYS.signing_secret(SUB)).encode()
    return f"{method}={hmac.new(key, body, getattr(hashlib, method)).hexdigest()}"


def genuine(header: str | None, body: bytes) -> bool:
    signature = KEYS.signature(SUB, header)
    if signature is None:
        return False
    for at in range(0, len(body), 7):
        signature.feed(body[at : at + 7])
    return signature.matches()


def test_an_address_is_known_again_by_every_replica_and_by_no_other_installation() -> None:
    address = KEYS.address(SUB)
    base, subscription, token = address.rsplit("/", 2)
    assert base == "https://push.example/websub"
    assert CallbackKeys("https://push.example/websub", SECRET).owns(subscription, token)
    assert not CallbackKeys("https://push.example/websub", SECRET + "!").owns(subscription, token)
    assert not KEYS.owns(subscription.replace("0", "1"), token)
    assert not KEYS.owns(subscription, "\udcff" + token)


def test_each_subscription_has_an_address_and_a_secret_of_its_own_which_are_not_the_same() -> None:
    other = SUB.replace("0", "1")
    texts = {KEYS.signing_secret(SUB), KEYS.signing_secret(other), KEYS.address(SUB), KEYS.address(other)}
    assert len(texts) == 4
    assert KEYS.address(SUB).rpartition("/")[2] not in KEYS.signing_secret(SUB)
    assert all(SECRET not in text and len(text) < 200 for text in texts)


def test_another_address_or_secret_is_noticed() -> None:
    prints = {
        CallbackKeys(url, secret).fingerprint
        for url in ("https://a.example", "https://b.example")
        for secret in (SECRET, SECRET + "!")
    }
    assert len(prints) == 4
    assert CallbackKeys("https://a.example/", SECRET).fingerprint in prints


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signature_by_any_method_of_the_recommendation_is_checked(method: str) -> None:
    body = b"<rss>" * 100
    assert genuine(signed(body, method), body)
    assert genuine(signed(body, method).upper().replace(method.upper(), method), body)
    assert not genuine(signed(body, method), body + b" ")
    assert not genuine(signed(body, method, "other"), body)


@pytest.mark.parametrize(
    "header", [None, "", "sha256", "sha256=", "=", "md5=" + "0" * 32, "sha256=\udcff", "sha3_256=0"]
)
def test_what_is_no_signature_is_no_match(header: str | None) -> None:
    assert not genuine(header, b"")
