"""Titles of whole pages: not the site's name, not the section's, without what systems put round them."""

import pytest

from article.harbour import PARAGRAPHS, og, read

SITE = "Tidewater Post"


@pytest.mark.parametrize(
    ("head", "top", "lang", "expected"),
    [
        pytest.param(
            og(SITE, SITE) + f"<title>{SITE}</title>",
            "<h2>Old pier closes until autumn</h2>",
            "en",
            "Old pier closes until autumn",
            id="og-title-is-the-sites-name-and-the-headline-an-h2",
        ),
        pytest.param(
            "", "<h3>Alter Steg bis Herbst gesperrt</h3>", "de", "Alter Steg bis Herbst gesperrt", id="h3-alone"
        ),
        pytest.param(
            "",
            "<p><b>La vieille jetée fermée jusqu’à l’automne</b></p>",
            "fr",
            "La vieille jetée fermée jusqu’à l’automne",
            id="bold-opening",
        ),
        pytest.param(
            og(SITE, SITE),
            "<div class=headline>Old pier closes until autumn</div>",
            "en",
            "Old pier closes until autumn",
            id="opening-line-of-a-div",
        ),
        pytest.param(
            og(SITE, SITE),
            "<p><strong>El viejo muelle cierra hasta otoño</strong></p>",
            "es",
            "El viejo muelle cierra hasta otoño",
            id="strong-opening-below-the-sites-name",
        ),
        pytest.param(
            "<title>Старый причал закрыт до осени</title>",
            "<h1>Новости</h1>",
            "ru",
            "Старый причал закрыт до осени",
            id="h1-news",
        ),
        pytest.param(
            f"<title>Old pier closes until autumn - {SITE}</title>",
            f"<h1>{SITE}</h1><h2>Old pier closes until autumn</h2>",
            "en",
            "Old pier closes until autumn",
            id="h1-is-the-site",
        ),
        pytest.param(
            "<title>Alter Steg bis Herbst gesperrt | Hafenbote</title>",
            "<h1>Lokales</h1>",
            "de",
            "Alter Steg bis Herbst gesperrt",
            id="h1-is-a-section-and-the-site-unnamed",
        ),
        pytest.param(
            "<title>Local news | Old pier closes until autumn</title>",
            "<h1>Local news</h1><h2>Old pier closes until autumn</h2>",
            "en",
            "Old pier closes until autumn",
            id="section-in-front-in-title",
        ),
        pytest.param(
            "<title>Old pier closes until autumn › Harbour › Tidewater Post</title>",
            "",
            "en",
            "Old pier closes until autumn",
            id="path-behind",
        ),
        pytest.param(
            f"<title>(3) Old pier closes until autumn - {SITE}</title>",
            "",
            "en",
            "Old pier closes until autumn",
            id="counter",
        ),
        pytest.param(
            og("(12) Alter Steg bis Herbst gesperrt", "Hafenbote"),
            "",
            "de",
            "Alter Steg bis Herbst gesperrt",
            id="counter-in-og",
        ),
        pytest.param(
            "<title>[5] Old pier closes until autumn</title>",
            "",
            "en",
            "Old pier closes until autumn",
            id="counter-in-brackets",
        ),
        pytest.param(
            og("Old pier closes until autumn / X") + "<title>Old pier closes until autumn / X</title>",
            "",
            "en",
            "Old pier closes until autumn",
            id="slash-x",
        ),
        pytest.param(
            "<title>La vieille jetée fermée jusqu’à l’automne – Le Phare</title>",
            "",
            "fr",
            "La vieille jetée fermée jusqu’à l’automne",
            id="unnamed-site-behind-a-dash-that-the-address-names",
        ),
        pytest.param(
            og("Puerto Diario: El viejo muelle cierra hasta otoño", "Puerto Diario"),
            "",
            "es",
            "El viejo muelle cierra hasta otoño",
            id="site-in-front-behind-a-colon",
        ),
        pytest.param(
            og("Pier 9 — with the town’s help — opens again", SITE)
            + f"<title>Pier 9 — with the town’s help — opens again | {SITE}</title>",
            "",
            "en",
            "Pier 9 — with the town’s help — opens again",
            id="dashes-of-the-headline-stay",
        ),
        pytest.param(
            f"<title>{SITE} | Old pier closes - what it means for you</title>",
            "",
            "en",
            "Old pier closes - what it means for you",
            id="site-in-front-and-a-dash",
        ),
        pytest.param(
            "<title>旧码头关闭至秋季_海港新闻_潮水网</title>",
            "<h1>旧码头关闭至秋季</h1>",
            "zh",
            "旧码头关闭至秋季",
            id="chinese-underscores",
        ),
        pytest.param(
            og("(1) 旧码头关闭至秋季 - 潮水网", "潮水网"), "", "zh", "旧码头关闭至秋季", id="chinese-counter-and-site"
        ),
        pytest.param(
            og("(Almost) everything about the old pier", SITE),
            "<h1>(Almost) everything about the old pier</h1>",
            "en",
            "(Almost) everything about the old pier",
            id="brackets-that-are-no-counter",
        ),
        pytest.param(
            f"<title>{SITE}</title>",
            f'<a class=logo href="/"><h1>{SITE}</h1></a><h1>Sport</h1><h2>Old pier closes until autumn</h2>',
            "en",
            "Old pier closes until autumn",
            id="two-idle-h1",
        ),
        pytest.param(
            og("Home", SITE) + "<title>Home</title>",
            "<h2>Old pier closes until autumn</h2>",
            "en",
            "Old pier closes until autumn",
            id="home",
        ),
        pytest.param(
            og("Old pier closes until autumn", SITE) + '<meta property="article:section" content="Harbour">',
            "<h1>Harbour</h1>",
            "en",
            "Old pier closes until autumn",
            id="h1-is-the-stated-section",
        ),
    ],
)
def test_the_title_is_the_headline(head: str, top: str, lang: str, expected: str) -> None:
    assert read(head, top, lang=lang).title == expected


def test_a_page_that_names_nothing_but_its_site_is_no_reason_to_refuse() -> None:
    article = read(og(SITE, SITE) + f"<title>{SITE}</title>", "")
    assert article.title == PARAGRAPHS["en"][0]
    assert article.provenance["title"].source == "text"
    assert article.blocks[0].text == PARAGRAPHS["en"][0]  # the opening sentence stays in the text
