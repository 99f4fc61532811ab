"""Authors of whole pages: people who wrote it, each once, and nothing else."""

import json

import pytest

from article.harbour import og, read

LD = '<script type="application/ld+json">{}</script>'
TOP = "<h1>Old pier closes until autumn</h1>"


def ld(*authors: object, publisher: str = "Tidewater Post") -> str:
    node = {
        "@type": "NewsArticle",
        "headline": "Old pier closes until autumn",
        "author": list(authors),
        "publisher": {"@type": "Organization", "name": publisher},
    }
    return LD.format(json.dumps(node))


def person(name: str) -> dict[str, str]:
    return {"@type": "Person", "name": name}


def body(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}


@pytest.mark.parametrize(
    ("head", "top", "lang", "expected"),
    [
        pytest.param(
            ld(body("Reuters")),
            TOP + "<p class=byline>By Orla Fennwick</p>",
            "en",
            ["Orla Fennwick"],
            id="agency-stated-person-shown",
        ),
        pytest.param(
            ld(person("Tidewater Post")),
            TOP + "<p class=byline>By Orla Fennwick</p>",
            "en",
            ["Orla Fennwick"],
            id="site-stated-as-a-person",
        ),
        pytest.param(
            '<meta name=author content="dpa">',
            TOP + "<p class=author>Von Henrike Solm, dpa</p>",
            "de",
            ["Henrike Solm"],
            id="agency-in-meta",
        ),
        pytest.param(
            '<meta name=author content="Tidewater Post">' + og("Old pier closes until autumn", "Tidewater Post"),
            TOP + "<div class=byline>By <a href=/a/of>Orla Fennwick</a> and <a href=/a/js>Jost Abel</a></div>",
            "en",
            ["Orla Fennwick", "Jost Abel"],
            id="publisher-in-meta-two-links",
        ),
        pytest.param("", TOP + "<div class=author>Twitter Facebook</div>", "en", [], id="names-of-networks"),
        pytest.param(
            ld(person("Orla Fennwick"), person("Guest Columnists")), TOP, "en", ["Orla Fennwick"], id="role-of-several"
        ),
        pytest.param(
            "",
            TOP + "<p class=byline>By Orla Fennwick, Jost Abel and Mira Hale</p>",
            "en",
            ["Orla Fennwick", "Jost Abel", "Mira Hale"],
            id="three-english",
        ),
        pytest.param(
            "",
            TOP + "<p>Von Henrike Solm, Jost Abel und Anna Kehr</p>",
            "de",
            ["Henrike Solm", "Jost Abel", "Anna Kehr"],
            id="three-german-unmarked",
        ),
        pytest.param(
            "",
            TOP + "<p class=auteur>Par Maëlle Troncy et Odilon Barse</p>",
            "fr",
            ["Maëlle Troncy", "Odilon Barse"],
            id="two-french",
        ),
        pytest.param(
            "",
            TOP + "<span class=autor>Por Inés Carballo y Juan de la Vega</span>",
            "es",
            ["Inés Carballo", "Juan de la Vega"],
            id="de-la",
        ),
        pytest.param(
            '<meta name=author content="Ursula von der Heide">',
            TOP,
            "de",
            ["Ursula von der Heide"],
            id="von-der-in-meta",
        ),
        pytest.param(
            "", TOP + "<p class=byline>By Joost van der Meer</p>", "en", ["Joost van der Meer"], id="van-der-in-byline"
        ),
        pytest.param(ld(person("María de los Ángeles Ruiz")), TOP, "es", ["María de los Ángeles Ruiz"], id="de-los"),
        pytest.param(
            "", TOP + "<p class=byline>Orla Fennwick 3 May 2026</p>", "en", ["Orla Fennwick"], id="date-behind"
        ),
        pytest.param(
            "",
            TOP + "<p class=byline>By Orla Fennwick Published Tuesday</p>",
            "en",
            ["Orla Fennwick"],
            id="label-behind",
        ),
        pytest.param(
            "",
            TOP + "<p class=byline>Orla Fennwick Senior Harbour Correspondent</p>",
            "en",
            ["Orla Fennwick"],
            id="role-behind",
        ),
        pytest.param(
            "", TOP + "<p class=byline>Politikredakteurin Henrike Solm</p>", "de", ["Henrike Solm"], id="role-in-front"
        ),
        pytest.param(
            '<meta name=author content="Harbour">',
            TOP + '<meta property="article:section" content="Harbour"><p class=byline>By Orla Fennwick</p>',
            "en",
            ["Orla Fennwick"],
            id="section",
        ),
        pytest.param(
            '<meta name=author content="@orlafenn">',
            TOP + "<p class=byline>By Orla Fennwick</p>",
            "en",
            ["Orla Fennwick"],
            id="handle",
        ),
        pytest.param(
            "", TOP + "<p class=byline>By Orla Fennwick @orlafenn</p>", "en", ["Orla Fennwick"], id="handle-behind"
        ),
        pytest.param(
            '<meta name=author content="admin">',
            TOP + "<p class=byline>Autora: Inés Carballo</p>",
            "es",
            ["Inés Carballo"],
            id="account",
        ),
        pytest.param("", TOP + "<p class=author>Автор: Вера Ланская</p>", "ru", ["Вера Ланская"], id="russian"),
        pytest.param("", TOP + "<p class=author>记者 林海、王小明</p>", "zh", ["林海", "王小明"], id="chinese-two"),
        pytest.param('<meta name=author content="林海 王小明">', TOP, "zh", ["林海", "王小明"], id="chinese-blank"),
        pytest.param(
            ld(person("Orla Fennwick"), person("Jost Abel"), body("Tidewater Post")),
            TOP,
            "en",
            ["Orla Fennwick", "Jost Abel"],
            id="publisher-among-people",
        ),
        pytest.param(
            "",
            TOP + "<p class=byline>Today</p><p class=byline>By Orla Fennwick</p>",
            "en",
            ["Orla Fennwick"],
            id="date-word-first",
        ),
        pytest.param(
            "", TOP + "<p class=byline>By AFP and Orla Fennwick</p>", "en", ["Orla Fennwick"], id="agency-beside"
        ),
        pytest.param(
            "",
            TOP + "<p class=byline>By ORLA FENNWICK and JOST VAN DER MEER</p>",
            "en",
            ["Orla Fennwick", "Jost van der Meer"],
            id="capitals-with-particles",
        ),
    ],
)
def test_the_authors_are_the_people_who_wrote_it(head: str, top: str, lang: str, expected: list[str]) -> None:
    assert [author.name for author in read(head, top, lang=lang).authors] == expected
