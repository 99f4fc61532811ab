"""Who wrote it? A list of names: no roles, no "By", no staff accounts."""

import re
from collections.abc import Iterable

from cleanwire.article import fingerprint

_MAX_NAMES = 12
_MAX_CHARS = 80
_MIN_DATED_WORDS = 2  # of a name behind which a month is the beginning of a date without a gap
_MONTHS = frozenset({"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"})
_PREFIX = re.compile(
    r"^\s*(?:(?:written|reported|story|text|words|posted|published|article|guest post|photographs?|"
    r"opinion|review|analysis|interview|"
    r"erstellt|eingestellt|geschrieben|verfasst|veröffentlicht|pressemitteilung|ein beitrag|publié|écrit|"
    r"rédigé|propos recueillis|escrito|publicado|"
    r"scritto|pubblicato|geschreven|skrevet|skriven|napisane|dodane|recipe|recommended|beitrag|ein artikel|"
    r"(?:show |view |see )?all (?:articles|posts)|zeige alle beiträge)\s+)?"
    r"(?:by|von|vom|par|por|di|da|door|av|af|od|of|przez|autor(?:ka|in|en|es)?(?:/autor)?|auteur|autore|author|автор|текст|"
    r"από|του|της|tekst|text|yazan|记者|記者|作者|文|撰文|기자|interview|fotos?)"
    r"(?:\s*[:：]\s*|\s+)",
    re.I,
)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|columnist|journalist|staff|producer|contributor|bureau|"
    r"chief|redakteur(?:in)?|korrespondent(?:in)?|"
    r"journaliste|correspondant(?:e)?|periodista|corresponsal|redactor(?:a)?|giornalista|inviat[oa]|"
    r"redakcja|dziennikarz|корреспондент|обозреватель|редактор|"
    r"professor|lecturer|manager|specialist|founder|developer|engineer|strategist|consultant|"
    r"fellow|director|analyst|researcher|senior|university)\b",
    re.I,
)
_NOT_A_NAME = re.compile(
    r"^(?:staff|staff (?:writer|reporter|report)s?|admin(?:istrator)?|editor(?:s|ial)?(?: (?:board|team|"
    r"staff|desk))?|news ?(?:desk|room|staff|team)|web ?(?:desk|master|team)|"
    r"redaktion|redakcja|redacción|redação|redazione|la rédaction|rédaction|редакция|redactie|redaksjonen|"
    r"redaktionen|guest(?: author| contributor)?|contributors?|"
    r"anonymous|unknown|none|null|undefined|author|byline|more|share|wire(?: services?| reports?)?|"
    r"agenc(?:y|ies)|with agencies|from wire reports|by|and|view (?:all )?posts?.*|"
    r"see (?:all|more)\b.*|read more\b.*|follow\b.*|posted\b.*|published\b.*|updated\b.*|[\d\s:./-]+|name|"
    r"date|datum|folgen|alle artikel|nachrichten|news|home|red|agenturen|本报记者|记者|編集部|编辑部|小编)$",
    re.I,
)
_SPLIT = re.compile(
    r"(?:(?<!\s)\s+)?(?:;|\||/|\n|、|，|•|·(?=\s)|\s(?:and|und|et|y|e|och|og|en|i|и|και|&|ja|ve|with)\s)\s*"
)
_COMMA = re.compile(r"(?:(?<!\s)\s+)?,\s*")
_SUFFIX = re.compile(
    r"^(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|esq|m\.?[as]|msc|bsc|mba|mp|phd|md|rdn?|rn|dds|cfp|cpa|cfa|jd|ll\.?[mb])\.?[®*]?$",
    re.I,
)
_ADDRESS = re.compile(r"https?:|www\.|@|\.(?:com|org|net|de|fr|co)\b", re.I)
_BRACKETS = re.compile(r"\([^()]*\)")
_TAIL = re.compile(
    r"(?s)(?:(?<!\s)\s+)?(?:\b(?i:alle artikel|all articles|all posts|view all|says|said|schreibt|sagt)\b.*|"
    r"\((?:[^()]{0,60})\)?|[-–—|•]\s.*|"
    r"\s(?:for|für|pour|in|from|at)\s[A-Z].*)$"
)


def names(raw: Iterable[str], site_names: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the people named in `raw`, in order, each once; a site's own name, roles and accounts are no people."""
    sites = {_key(name) for name in site_names if name} - {""}
    found: dict[str, str] = {}
    for text in raw:
        for name in _people(text):
            key = _key(name)
            if key and key not in sites and _initials(name) not in sites and not _NOT_A_NAME.match(name):
                found.setdefault(key, name)
    kept = [name for key, name in found.items() if not any(key != other and key in other for other in found)]
    return tuple(kept[:_MAX_NAMES])


def is_label(text: str) -> bool:
    """Tell whether `text` is what stands before an author's name: "Written by", "Autor"."""
    return bool(text.strip()) and _PREFIX.fullmatch(f"{text.strip()} ") is not None


def in_order(name: str) -> str:
    """Return "Given Family" for the "Family, Given" of library records."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and "," not in given else name


def _people(text: str) -> Iterable[str]:
    text = _PREFIX.sub("", " ".join(_BRACKETS.sub(" ", text).split()))
    if not text or len(text) > 400 or (_ADDRESS.search(text) and " " not in text):
        return
    for part in _SPLIT.split(text):
        pieces = [piece for piece in _COMMA.split(part) if piece]
        for at, piece in enumerate(pieces):
            if _SUFFIX.match(piece) or (at and _ROLE.search(piece)):
                continue
            if (name := _name(piece)) and (at == 0 or " " in name or not name.isascii()):
                yield name


def _name(piece: str) -> str | None:
    name = _TAIL.sub("", _PREFIX.sub("", piece)).strip(" .,:;-–—|*\"'“”")
    name = name if not _ROLE.search(name) else _before_role(name)
    if len(words := name.split()) > _MIN_DATED_WORDS and words[-1] in _MONTHS:
        name = " ".join(words[:-1])
    if not name or len(name) > _MAX_CHARS or _ADDRESS.search(name) or any(char.isdecimal() for char in name):
        return None
    if len(words) > 6 or len(name) < 2:
        return None
    if len(words) > 2 and sum(word[0].islower() for word in words) * 2 >= len(words):
        return None  # a sentence
    return name.title() if name.isupper() and len(name) > 4 and " " in name else name


def _before_role(name: str) -> str:
    """Return what stands before the first role word: "Jane Roe Political Editor" names Jane Roe."""
    match = _ROLE.search(name)
    words = name[: match.start()].split() if match else []
    return " ".join(words[:2]) if len(words) >= 2 else ""


def _initials(name: str) -> str:
    """Return the first letters of an institution's name, by which its site may be called."""
    return "".join(word[0] for word in name.casefold().split())


def _key(text: str) -> str:
    return "".join(fingerprint.tokens(text))
