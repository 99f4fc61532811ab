"""What does a story's page look like? Each site has a template with a look and with junk of its own."""

import json
from dataclasses import dataclass
from functools import cache

import jinja2

from cleanwire.demo.edition import Piece
from cleanwire.demo.stories import Trouble

_MARKS = {"## ": "heading", "> ": "quote", "- ": "item", "! ": "junk"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPart:
    """One block of a story: paragraph, heading, quote, item or junk."""

    kind: str
    text: str


def parts(body: str) -> list[StoryPart]:
    """Return the blocks of a story's text."""
    found = []
    for block in body.strip().split("\n\n"):
        text = " ".join(block.split("\n")).strip()
        mark = next((mark for mark in _MARKS if text.startswith(mark)), None)
        found.append(StoryPart(kind=_MARKS[mark] if mark else "paragraph", text=text.removeprefix(mark or "")))
    return found


def article(piece: Piece, others: list[tuple[str, str]], *, url: str, home: str, at: float) -> str:
    """Return the HTML page. `others`: title and address of stories to advertise beside it."""
    return (
        _environment()
        .get_template(piece.site.template)
        .render(
            site=piece.site,
            story=piece.story,
            parts=parts(piece.body(at)),
            others=others,
            url=url,
            home=home,
            date_line=date_line(piece),
            published=piece.local.isoformat(),
            json_ld=_json_ld(piece, url, at),
        )
    )


def portal(piece: Piece, others: list[tuple[str, str]], *, home: str) -> str:
    """Return a page that lists links and tells nothing."""
    return _environment().get_template("portal.html").render(site=piece.site, others=others, home=home)


def plain(piece: Piece, *, at: float) -> str:
    """Return the story as an agency would send it: plain text with its usual lines above and below."""
    lines = [
        "ADVERTISEMENT",
        piece.site.name,
        piece.story.title,
        date_line(piece),
        f"By {piece.story.author}" if piece.story.author else "",
        *(part.text for part in parts(piece.body(at))),
        f"Sign up for the {piece.site.name} newsletter and never miss a story.",
        f"© {piece.local.year} {piece.site.name}. All rights reserved.",
    ]
    return "\n\n".join(line for line in lines if line) + "\n"


def date_line(piece: Piece) -> str:
    """Return the date as the site writes it for people."""
    when = piece.local
    return piece.site.date_line.format(
        day=when.day, month=piece.site.months[when.month - 1], year=when.year, hour=when.hour, minute=when.minute
    )


def _json_ld(piece: Piece, url: str, at: float) -> str:
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": piece.story.title,
        "url": url,
        "inLanguage": piece.site.language,
        "datePublished": piece.local.isoformat(),
        "dateModified": piece.modified(at).isoformat(),
        "publisher": {"@type": "Organization", "name": piece.site.name},
    }
    if piece.story.author:
        data["author"] = [{"@type": "Person", "name": piece.story.author}]
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return text[:-20] if piece.story.trouble is Trouble.BROKEN_JSON_LD else text


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("cleanwire.demo"), autoescape=True, undefined=jinja2.StrictUndefined
    )
