"""A list of names: no roles, no prefixes, no accounts."""

import pytest

from cleanwire.article.metadata.people import authors


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("By Orla Fennwick", ("Orla Fennwick",), id="english-prefix"),
        pytest.param("Von Henrike Solm und Jost Abel", ("Henrike Solm", "Jost Abel"), id="german-and"),
        pytest.param("Par Maëlle Troncy et Odilon Barse", ("Maëlle Troncy", "Odilon Barse"), id="french-and"),
        pytest.param("Orla Fennwick, Political Editor", ("Orla Fennwick",), id="role-after-a-comma"),
        pytest.param("ORLA FENNWICK", ("Orla Fennwick",), id="capitals"),
        pytest.param("Staff Writer", (), id="staff"),
        pytest.param("Redaktion", (), id="desk"),
        pytest.param("https://example.org/author/orla", (), id="address"),
        pytest.param("The Wexport Ledger", (), id="the-site"),
        pytest.param("Ursula von Brandt", ("Ursula von Brandt",), id="a-particle-inside-a-name-stays"),
        pytest.param("Orla Fennwick; Orla Fennwick", ("Orla Fennwick",), id="once-each"),
        pytest.param("", (), id="nothing"),
        pytest.param("Orla Fennwick, PhD, RN", ("Orla Fennwick",), id="degrees"),
        pytest.param("Orla Fennwick (Image: Wexport/Archive)", ("Orla Fennwick",), id="credit-in-brackets"),
        pytest.param("Orla Fennwick Alle Artikel", ("Orla Fennwick",), id="link-to-all-articles"),
        pytest.param("All articles of Orla Fennwick", ("Orla Fennwick",), id="link-in-front"),
        pytest.param("Orla Fennwick Dec", ("Orla Fennwick",), id="a-date-begins"),
        pytest.param("Orla May", ("Orla May",), id="a-name-like-a-month"),
        pytest.param("The Wonderful Ledger", (), id="the-site-in-full"),
        pytest.param("who writes about tides", (), id="sentence"),
    ],
)
def test_names(raw: str, expected: tuple[str, ...]) -> None:
    assert authors.names([raw], ["The Wexport Ledger", "twl"]) == expected
