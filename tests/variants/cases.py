"""What is a variant of a field case? Pages, feeds, texts and mails of our own writing, with what each must give.

A page is made of its language's story and of the site's furniture: navigation, others' stories with days in their
addresses, a footer. `{T}` stands for the story's title, `{S}` for the site's name.
"""

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
STORIES: dict[str, dict[str, Any]] = tomllib.loads((HERE / "stories.toml").read_text("utf-8"))
MENU = ("Home", "World", "Business", "Politics", "Science", "Sport", "Culture", "Opinion")
ASIDE = (
    '<aside class="sidebar"><h3>Most read</h3><ol><li><a href="/2026/03/11/kiosk.html">Kiosk sold after forty years</a>'
    '</li><li><a href="/2026/03/10/choir.html">Choir wins the cup again</a></li><li><a href="/2026/03/10/bakery.html">'
    "Bakery fined for loud ovens</a></li></ol></aside>"
)


def load(kind: str) -> list[dict[str, Any]]:
    """Return the cases of all batches of a kind, in order."""
    return [
        case | {"batch": path.stem.rpartition("-")[2]}
        for path in sorted(HERE.glob(f"{kind}-*.toml"))
        for case in tomllib.loads(path.read_text("utf-8"))["case"]
    ]


def story(lang: str) -> list[str]:
    return list(STORIES[lang]["story"])


def filled(text: str, case: dict[str, Any]) -> str:
    lang = case.get("lang", "en")
    paragraphs = story(lang)
    text = text.replace("{T}", STORIES[lang]["title"]).replace("{S}", case.get("site", "Depot Gazette"))
    for number, paragraph in enumerate(paragraphs, 1):
        text = text.replace(f"{{{number}}}", paragraph)
    markup = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    return text.replace("{ALL}", "\n\n".join(paragraphs)).replace("{HTML}", markup)


def page(case: dict[str, Any]) -> bytes:
    """Return the page of a case; `plain` leaves out the title element and the h1 that other cases get."""
    head, top = case.get("head", ""), case.get("top", "")
    if not case.get("plain"):
        head = head if "<title" in head else "<title>{T} | {S}</title>" + head
        top = top if "<h1" in top else "<h1>{T}</h1>" + top
    menu = "".join(f'<li><a href="/{name.lower()}">{name}</a></li>' for name in MENU)
    text = case.get("text", "{HTML}")
    body = case.get("body") or (
        f'<header><a class="logo" href="/">{{S}}</a><nav><ul>{menu}</ul></nav>{case.get("header", "")}</header>'
        f"<main><article>{top}{text}{case.get('tail', '')}</article>{case.get('after', '')}</main>"
        f"{case.get('aside', ASIDE)}<footer><ul><li><a href=/about>About us</a></li></ul>"
        "<p>© 2026 {S} Media Ltd. All rights reserved.</p></footer>"
    )
    top_of_page = f'<!DOCTYPE html><html lang="{case.get("lang", "en")}"><head><meta charset="utf-8">{head}</head>'
    return filled(f"{top_of_page}<body>{body}</body></html>", case).encode()
