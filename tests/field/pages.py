"""What does a page of a case look like? The same story in the markup of very different sites."""

import html
import json
import tomllib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

STORIES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("stories.toml").read_text("utf-8"))
LINKS = {
    "en": ["Home", "World", "Business", "Sport", "Culture", "Contact"],
    "de": ["Start", "Welt", "Wirtschaft", "Sport", "Kultur", "Kontakt"],
    "fr": ["Accueil", "Monde", "Économie", "Sport", "Culture", "Contact"],
    "es": ["Inicio", "Mundo", "Economía", "Deportes", "Cultura", "Contacto"],
    "ru": ["Главная", "Мир", "Экономика", "Спорт", "Культура", "Контакты"],
    "zh": ["首页", "国际", "财经", "体育", "文化", "联系我们"],
}
"""The menu of the site; other languages have the English one, as many sites' templates do."""


def address(case: dict[str, Any]) -> str:
    return f"https://news.example/2026/{case['id']}.html"


def paragraphs_of(case: dict[str, Any]) -> list[str]:
    return list(STORIES[case["language"]]["paragraphs"])


def _menu(language: str, item: str = '<li class="nav-item"><a href="/{0}/">{1}</a></li>') -> str:
    return "".join(item.format(number, name) for number, name in enumerate(LINKS.get(language, LINKS["en"])))


def _json_ld(title: str, case: dict[str, Any]) -> str:
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": "2026-03-12T08:15:00+01:00",
        "author": {"@type": "Person", "name": "Nora Ferrer"},
        "mainEntityOfPage": address(case),
    } | case.get("json_ld", {})
    return f'<script type="application/ld+json">{json.dumps(said, ensure_ascii=False)}</script>'


def _wordpress(case: dict[str, Any], title: str, parts: list[str], below: str, after: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{case["language"]}"><head><meta charset="utf-8"><title>{title} – The Tide'
        "</title>"
        f'<meta property="og:title" content="{title}"><meta property="og:type" content="article">'
        f'</head>\n<body class="single single-post postid-4711"><header id="masthead"><nav class="main-navigation">'
        f'<ul id="menu-main">{_menu(case["language"])}</ul></nav></header>\n<div id="content" class="site-content">'
        f'<article id="post-4711" class="post type-post status-publish hentry"><header class="entry-header">'
        f'<h1 class="entry-title">{title}</h1></header><div class="entry-content">\n'
        + "\n".join(parts)
        + f'\n{below}</div></article>{after}</div>\n<aside id="secondary" class="widget-area"><section class="widget">'
        '<h2 class="widget-title">Archive</h2><ul><li><a href="/2026/02/">2026/02</a></li></ul></section></aside>'
        '<footer id="colophon" class="site-footer"><div class="site-info">© 2026 The Tide</div></footer></body></html>'
    )


def _components(case: dict[str, Any], title: str, parts: list[str], below: str, after: str) -> str:
    blocks = "".join(
        f'<div data-component="text-block" class="sc-1x2y-0 eKqRtA"><div>{part}</div></div>' for part in parts
    )
    return (
        f'<!doctype html><html lang="{case["language"]}"><head><meta charset="utf-8"><title>{title}</title>'
        f"{_json_ld(title, case)}</head><body><div id=__next><header><nav>"
        f"{_menu(case['language'], '<a href=/s/{0}>{1}</a>')}</nav></header><main id=main-content><article>"
        f'<div data-component="headline-block"><h1 class="sc-9a8b-1">{title}</h1></div>{blocks}{below}</article>{after}'
        "</main><footer><p>© 2026 Tide Media</p></footer></div></body></html>"
    )


def _bare(case: dict[str, Any], title: str, parts: list[str], below: str, after: str) -> str:
    return (
        f'<html lang="{case["language"]}"><head><meta charset="utf-8"><title>{title}</title></head><body><div>'
        f"{_menu(case['language'], '<a href=/{0}>{1}</a> | ')}</div><h1>{title}</h1>"
        + "".join(parts)
        + f"{below}{after}<div>© 2026</div></body></html>"
    )


def _amp(case: dict[str, Any], title: str, parts: list[str], below: str, after: str) -> str:
    return (
        f'<!doctype html><html amp lang="{case["language"]}"><head><meta charset="utf-8"><title>{title} | Tide</title>'
        f"{_json_ld(title, case)}</head><body><amp-sidebar id=menu layout=nodisplay><ul>{_menu(case['language'])}</ul>"
        '</amp-sidebar><div class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">'
        f'{title}</h1></header><div class="amp-wp-article-content">{"".join(parts)}{below}</div></div>{after}'
        '<footer class="amp-wp-footer"><p>Tide</p></footer></body></html>'
    )


def _drupal(case: dict[str, Any], title: str, parts: list[str], below: str, after: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="{case["language"]}" dir="auto"><head><meta charset="utf-8"><title>{title} | Tide'
        f'</title><meta property="og:title" content="{title}"></head><body class="path-node page-node-type-article">'
        f'<div class="layout-container"><header role="banner"><ul class="menu">{_menu(case["language"])}</ul></header>'
        f'<main role="main"><h1 class="page-title"><span class="field field--name-title">{title}</span></h1>'
        '<div class="node__content"><div class="clearfix text-formatted field field--name-body field--type-text-with-'
        f'summary field__item">{"".join(parts)}{below}</div></div>{after}</main>'
        '<footer role="contentinfo">Tide</footer></div></body></html>'
    )


def _divs(case: dict[str, Any], title: str, parts: list[str], below: str, after: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="{case["language"]}"><head><meta charset="utf-8"><title>{title}</title>'
        f'{_json_ld(title, case)}</head><body><div class="css-175oi2r"><div class="css-nav">'
        f'{_menu(case["language"], "<div><a href=/{0}>{1}</a></div>")}</div><div class="css-1dbjc4n"><h1>{title}</h1>'
        f'<div class="css-1qaijid">{"".join(parts)}{below}</div></div>{after}<div class="css-foot">© Tide</div></div>'
        "</body></html>"
    )


Skin = Callable[[dict[str, Any], str, list[str], str, str], str]
SKINS: dict[str, tuple[str, Skin]] = {
    "wordpress": ("<p>{}</p>", _wordpress),
    "components": ("<p class='sc-p'>{}</p>", _components),
    "bare": ("<p>{}", _bare),
    "amp": ("<p>{}</p>", _amp),
    "drupal": ("<p>{}</p>\n", _drupal),
    "divs": ('<div class="css-1ox0 r-bcqeeo" dir="auto">{}</div>', _divs),
}
"""What a paragraph is made as, and the page around them."""


def page_of(case: dict[str, Any]) -> bytes:
    """Return the page: the story's paragraphs, and what the case adds.

    `line`, `lines` or `inside` stand in its middle, `below` under its last paragraph, `after` behind its element.
    `whole` is all of the page's body, with {title} and {p1} to {p6}.
    """
    story, language = STORIES[case["language"]], case["language"]
    title = html.escape(case.get("title", story["title"]))
    texts = [html.escape(text, quote=False) for text in story["paragraphs"]]
    if "whole" in case:
        filled = case["whole"].replace("{title}", title)
        for number, text in enumerate(texts, 1):
            filled = filled.replace(f"{{p{number}}}", text)
        head = f'<meta charset="utf-8"><title>{title}</title>' + (_json_ld(title, case) if case.get("stated") else "")
        return f'<!DOCTYPE html><html lang="{language}"><head>{head}</head><body>{filled}</body></html>'.encode()
    names = [name for name in SKINS if "inside" not in case or name != "components"]
    paragraph, make = SKINS[case.get("skin") or names[zlib.crc32(case["id"].encode()) % len(names)]]
    parts = [paragraph.format(text) for text in texts]
    added = [paragraph.format(html.escape(line, quote=False)) for line in case.get("lines", [])]
    if "line" in case:
        added = [paragraph.format(html.escape(case["line"], quote=False))]
    if "inside" in case:
        added = [case["inside"]]
    at = case.get("at", 3)
    return make(case, title, parts[:at] + added + parts[at:], case.get("below", ""), case.get("after", "")).encode()
