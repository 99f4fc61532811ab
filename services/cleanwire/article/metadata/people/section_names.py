"""Is this the name of one of the page's own sections, or of the desk that fills it, rather than of an author?"""

import re
from collections.abc import Iterable

from cleanwire.article.metadata.people import person
from cleanwire.article.metadata.statements.elements import Elements
from cleanwire.article.metadata.statements.json_ld import LdArticle
from cleanwire.records.document import AuthorType
from cleanwire.text import prose

_DESK = frozenset({
    "redaktion", "redaktionen", "ressort", "team", "desk", "staff", "newsroom", "news", "section", "editors",
    "reporters", "redaccion", "seccion", "servicio", "area", "equipo", "redacao", "seccao", "secao", "editoria",
    "equipa", "equipe", "rubrique", "service", "pole", "redazione", "sezione", "squadra", "redactie", "rubriek",
    "sectie", "redakcja", "dzial", "redakce", "rubrika", "redakcia", "szerkesztoseg", "rovat", "redactia",
    "sectiunea", "redaksjon", "redaksjonen", "seksjonen", "sektionen", "toimitus", "servisi", "editorlugu",
    "редакция", "отдел", "редакція", "відділ", "συντακτικη", "ομαδα", "قسم", "تحرير", "מערכת",
})  # fmt: skip
"""What a newsroom calls its parts, folded."""
_SMALL = frozenset({
    "the", "of", "der", "die", "das", "des", "du", "la", "le", "les", "el", "los", "l", "il", "lo", "do", "da", "dei",
})  # fmt: skip
_GLUED = re.compile(r"(?:s|en|n|e|s-)?(?:redaktion(?:en)?|redactie|redaksjon(?:en)?|ressort|desk|toimitus)$")
_GLUED_WIDE = re.compile(r"(?:编辑部|編輯部|編集部|频道|頻道|部|组|組|班|부|팀)$")


def names(ld: LdArticle | None, marks: Elements, path: Iterable[str] = ()) -> frozenset[str]:
    """Return the names of the page's sections, and of the steps of the path to it that are no person's.

    `path` are the steps that its JSON-LD lists; those that are shown count too.
    """
    stated = {*marks.meta.get("article:section", ()), *marks.meta.get("section", ())}
    stated |= {*marks.meta.get("parsely-section", ()), *((ld.section,) if ld and ld.section else ())}
    people = {author.name for author in ld.authors if author.type is AuthorType.PERSON} if ld else set()
    own = {name for name in stated if name not in people or not person.is_person(name)}
    steps = {*_behind_front(marks.crumbs), *_behind_front(path)}
    return frozenset(own | {name for name in steps if not person.is_person(name) and not person.is_body(name)})


def _behind_front(steps: Iterable[str]) -> list[str]:
    """Return the steps of a path but the first: that is the front, which may be called as the site is."""
    return list(steps)[1:]


def is_one(name: str, sections: Iterable[str]) -> bool:
    """Tell whether `name` is that of one of `sections`, or of its desk: "Sport", "Redaktion Wirtschaft"."""
    keys = {prose.key(section) for section in sections} - {""}
    if not keys:
        return False
    key = prose.key(name)
    words = [word for word in key.split() if word not in _SMALL and not prose.is_particle(word)]
    bare = " ".join(word for word in words if word not in _DESK)
    glued = {pattern.sub("", key) for pattern in (_GLUED, _GLUED_WIDE)} - {key}
    told = {key, *glued, *((bare,) if len(bare.split()) < len(words) else ())}
    return not told.isdisjoint(keys | {" ".join(_telling(section)) for section in keys})


def _telling(key: str) -> list[str]:
    return [word for word in key.split() if word not in _SMALL and not prose.is_particle(word)]
