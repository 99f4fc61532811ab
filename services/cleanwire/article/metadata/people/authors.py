"""Who wrote it? A list of names: no roles, no "By", no staff accounts."""

import re
from collections.abc import Iterable

from cleanwire.article import fingerprint
from cleanwire.article.metadata.people import agency, byline_labels, person, section_names
from cleanwire.text import prose

_MAX_NAMES = 12
_MAX_CHARS = 80
_MAX_WORDS = 6  # particles aside
_MIN_DATED_WORDS = 2  # of a name behind which a month is the beginning of a date without a gap
_MONTHS = frozenset({"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"})
_PREFIX = re.compile(
    rf"^\s*(?:{byline_labels.TEXT}\s+(?:de|do|du|van)\s+|(?:(?:{byline_labels.TEXT}|"
    r"written|report(?:ed|ing)|posted|published|article|guest post|photographs?|"
    r"opinion|review|analysis|interview|"
    r"erstellt|eingestellt|geschrieben|verfasst|veröffentlicht|pressemitteilung|ein beitrag|publié|écrit|"
    r"rédigé|propos recueillis|escrito|publicado|"
    r"scritto|pubblicato|postado|gepost|geplaatst|lagt inn|inlagd|upplagd|indsendt|dodał|geschreven|skrevet|skriven|"
    r"napisane|dodane|researched|eine kolumne|un texte|un texto|recipe|recommended|beitrag|ein artikel|"
    r"(?:show |view |see )?all (?:articles|posts)|zeige alle beiträge)\s+)?"
    r"(?:by|von|vom|par|por|di|da|door|av|af|od|of|przez|autor(?:ka|in|en|es|a|as)?(?:/autor)?|auteure?|auteurs|autor[ei]|autrice|authors?|автор|текст|"
    r"από|του|της|γράφ(?:ει|ουν)(?:\s+(?:ο|η|οι))?|كتبت?|بقلم|haber(?!\s+merkezi)|tekst|text|yazan|gönderen|yayınlayan|опубликовала?|написала?|投稿者|记者|記者|作者|文|撰文|기자|interview|fotos?)"
    r"(?:\s*[:：]\s*|\s+))",
    re.I,
)
_PREFIX_WIDE = re.compile(
    r"^(?:本报|本報|本网|本網|本刊|新华社|新華社|中新社)?(?:特约|特約|实习|實習|首席|见习)?"
    r"(?:(?:记者|記者|通讯员|通訊員|作者|撰文|撰稿|编辑|編輯|责任编辑|責任編輯|责编)\s*[:：/／|・･]?|(?:取材[・･]?)?[文图]\s*[:：/／|・＝])\s*"
)
_ROLE_WIDE = re.compile(
    r"(?<!\s)\s*(?:[객수]?원?기자|특파원|特派員|特派员|記者|记者|編集委員|論説委員|报道|報導|報道)$"
)
_ROLE = re.compile(
    r"\b(?:\w*(?:redakteur|korrespondent|reporter|journalist|volontär|leiter|direktor|sprecher)(?:in)?|editors?|reporters?|correspondents?|writers?|columnists?|journalists?|staff|producer|contributor|bureau|"
    r"chief|redakteur(?:in)?|korrespondent(?:in)?|"
    r"journaliste|correspondant(?:e)?|periodista|corresponsal|redactor(?:a)?|giornalista|inviat[oa]|"
    r"reporter[oa]|enviad[oa]|cronista|redat(?:tore|trice)|jornalista|repórter|verslaggever|redacteur|redaktør|redaktör|"
    r"toimittaja|muhabir|редакторка?|журналіст(?:ка)?|журналист(?:ка)?|репортёр|репортер|собкор|δημοσιογράφος|"
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
    r"(?:(?:facebook|twitter|whatsapp|linkedin|instagram|telegram|pinterest|youtube|tiktok|e-?mail)(?:[\s,|&]+|$)){1,6}|"
    r"anonymous|unknown|none|null|undefined|author|byline|more|share|wire(?: services?| reports?)?|"
    r"agenc(?:y|ies)|with agencies|from wire reports|by|and|view (?:all )?posts?.*|"
    r"(?:full )?bio|(?:view |full )?profile|about the author|über (?:den autor|die autorin)|alle beiträge|von|vom|par|"
    r"por|di|da|see (?:all|more)\b.*|read more\b.*|follow\b.*|posted\b.*|published\b.*|updated\b.*|[\d\s:./-]+|name|"
    r"[a-z]+(?:\.[a-z]+){2,}|[{%<$].*[}%>]|"
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
_ADDRESS = re.compile(r"https?:|www\.|@|\[email\W+protected\]|\.(?:com|org|net|de|fr|co)\b", re.I)
_DESK = re.compile(
    r"\b(?:staff|team|desk|newsroom|redaktion|redazione|redacción|redação|rédaction|redactie|redakcja|редакция|"
    r"haber merkezi)$|"
    r"^(?:the |die )?(?:team|redaktion|redazione|redacción|redação|rédaction|redactie|redakcja|редакция)\b",
    re.I,
)
"""The end or the beginning of what a newsroom calls itself."""
_MAX_DESK_WORDS = 5
_ARTICLE = re.compile(r"(?:the|die|la|el|il|de|a)\s+", re.I)
_WHOLE_BRACKET = re.compile(r"^\s*[（【]([^（）【】]*)[）】]\s*$")
_BRACKETS = re.compile(r"\([^()]*\)")
_DATE_WORDS = frozenset({
    "published", "posted", "updated", "modified", "created", "today", "yesterday", "ago", "veröffentlicht",
    "aktualisiert", "heute", "gestern", "publié", "mis", "aujourd'hui", "hier", "publicado", "publicada",
    "actualizado", "actualizada", "hoy", "ayer", "hoje", "ontem", "atualizado", "pubblicato", "aggiornato", "oggi",
    "ieri", "gepubliceerd", "vandaag", "gisteren", "opublikowano", "dzisiaj", "wczoraj", "опубликовано",
    "обновлено", "сегодня", "вчера", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "lundi", "mardi", "mercredi",
    "jeudi", "vendredi", "samedi", "dimanche", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado",
    "hace", "vor", "fa", "há", "temu", "назад", "önce", "geleden", "sedan", "siden", "πριν", "tiempo", "lectura",
    "lecture", "lettura", "leitura", "lesezeit", "leestijd", "minutes", "minuten", "minutos", "hours", "stunden",
    "heures", "horas", "ore",
})  # fmt: skip
_TAIL = re.compile(
    r"(?s)(?:(?<!\s)\s+)?(?:\b(?i:alle artikel|all articles|all posts|view all|says|said|schreibt|sagt)\b.*|"
    r"\((?:[^()]{0,60})\)?|[-–—|•]\s.*|"
    r"\s(?:for|für|pour|in|from|at)\s[A-Z].*)$"
)


def names(raw: Iterable[str], site_names: Iterable[str] = (), sections: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the people named in `raw`, in order, each once.

    A site's own name, its sections and their desks, roles and accounts are no people.
    """
    sites = {_key(name) for name in site_names if name} - {""}
    found: dict[str, str] = {}
    for text in raw:
        for name in _people(text):
            key = _key(name)
            if not key or key in sites or _initials(name) in sites or _NOT_A_NAME.match(name):
                continue
            if not section_names.is_one(name, sections):
                found.setdefault(key, name)
    kept = [name for key, name in found.items() if not any(key != other and key in other for other in found)]
    return tuple(kept[:_MAX_NAMES])


def desk(raw: Iterable[str]) -> str | None:
    """Return the first newsroom with a name of its own in `raw`: "Harbour Weekly Staff", but not "Staff"."""
    for text in raw:
        name = _PREFIX.sub("", " ".join(text.split())).strip(" .,:;-–—|")
        words = name.split()
        own = _ARTICLE.sub("", name, count=1) if _ARTICLE.match(name) else name
        if 1 < len(words) <= _MAX_DESK_WORDS and _DESK.search(name) and " " in own and not _NOT_A_NAME.match(own):
            return name if all(word[0].isupper() or prose.is_particle(word) for word in words[:-1]) else None
    return None


def is_label(text: str) -> bool:
    """Tell whether `text` is what stands before an author's name: "Written by", "Autor"."""
    return bool(text.strip()) and _PREFIX.fullmatch(f"{text.strip()} ") is not None


def is_labelled(text: str) -> bool:
    """Tell whether `text` begins with what stands before an author's name."""
    return _PREFIX.match(text) is not None


def in_order(name: str) -> str:
    """Return "Given Family" for the "Family, Given" of library records."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and "," not in given else name


def _people(text: str) -> Iterable[str]:
    text = byline_labels.by_brackets(text)
    text = " ".join(_BRACKETS.sub(" ", _WHOLE_BRACKET.sub(r"\1", text)).split())
    text = _PREFIX.sub("", _without_mailboxes(byline_labels.writers(text)))
    if " + " in text and all(map(person.is_person, text.split(" + "))):
        text = text.replace(" + ", "; ")
    if not text or len(text) > 400 or (_ADDRESS.search(text) and " " not in text):
        return
    for part in _SPLIT.split(text):
        pieces = [piece for piece in _COMMA.split(part) if piece]
        for at, piece in enumerate(pieces):
            if _SUFFIX.match(piece) or (at and _ROLE.search(piece) and not person.is_person(_before_role(piece))):
                continue
            for each in _apart(piece):
                if (name := _name(each)) and (at == 0 or " " in name or not name.isascii()):
                    yield name


def _without_mailboxes(text: str) -> str:
    """Return a byline without the addresses beside its names; one that is an address and nothing else stays."""
    words = text.split(" ")
    return " ".join(word for word in words if len(words) == 1 or "@" not in word.strip("@"))


def _apart(piece: str) -> list[str]:
    """Part names in scripts without capitals that only a blank parts: 林海 王小明."""
    bare = _ROLE_WIDE.sub("", _PREFIX_WIDE.sub("", piece.strip()))
    words = bare.split()
    return words if len(words) > 1 and all(map(person.is_chinese, words)) else [bare]


def _name(piece: str) -> str | None:
    name = _TAIL.sub("", _PREFIX.sub("", piece)).strip(" .,:;-–—|*\"'“”")
    name = name if not _ROLE.search(name) else _beside_role(name)
    words = name.split()
    if len(words) > _MIN_DATED_WORDS and words[-1] in _MONTHS:
        words.pop()
    dated = next((at for at, word in enumerate(words) if at and word.casefold() in _DATE_WORDS), len(words))
    dated = len(words) if dated == 1 and len(words) == 2 and words[1][0].isupper() else dated  # Miami Today
    words = _once(_before_figures(words[:dated]))
    if len(words) > _MIN_DATED_WORDS and agency.is_one(words[-1]):  # Jane Roe AFP
        words.pop()
    name = " ".join(words)
    if not name or len(name) > _MAX_CHARS or _ADDRESS.search(name) or any(char.isdecimal() for char in name):
        return None
    if len(words) - len(person.particles(words)) > _MAX_WORDS or len(name) < 2:
        return None
    plain = sum(word[0].islower() for word in words) - len(person.particles(words))
    if len(words) > 2 and plain * 2 >= len(words):
        return None  # a sentence
    if len(words) == 2 and words[0][0].isupper() and words[1].islower() and not prose.is_particle(words[1]):
        return None  # Dan lives
    if len(words) == 1 and words[0].casefold() in _DATE_WORDS:
        return None
    return person.recased(name) if name.isupper() and len(name) > 4 and " " in name else name


def _once(words: list[str]) -> list[str]:
    """Return a name that stands twice, as a heading and at the beginning of a life, once."""
    half = len(words) // 2
    return words[:half] if half > 1 and words[:half] == words[half:] else words


def _before_figures(words: list[str]) -> list[str]:
    """Return the name in front of "3 hours ago", or of "il y a 3 heures"."""
    at = next((at for at, word in enumerate(words) if word.isdecimal()), len(words))
    while at < len(words) and at and (words[at - 1].islower() or prose.same_month_word(words[at - 1])):
        at -= 1
    return words[:at] if at == len(words) or person.is_person(" ".join(words[:at])) else words


def _beside_role(name: str) -> str:
    """Return the name before the first role word, or behind the last: "Reporter Jane Roe" names Jane Roe."""
    if before := _before_role(name):
        return before if _DESK.search(name) is None or person.is_person(before) else ""
    if name[: next(_ROLE.finditer(name)).start()].strip():
        return ""  # "…, writes Reporter Jane Roe": a sentence
    behind = name[list(_ROLE.finditer(name))[-1].end() :].strip(" .,:;-–—|")
    return behind if person.is_person(behind) else ""


def _before_role(name: str) -> str:
    """Return what stands before the first role word: "Jane Roe Political Editor" names Jane Roe."""
    match = _ROLE.search(name)
    words = name[: match.start()].split() if match else []
    size = 2
    while size < len(words) and (prose.is_particle(words[size - 1]) or words[size - 1].endswith(".")):
        size += 1
    return " ".join(words[:size]) if len(words) >= 2 else ""


def _initials(name: str) -> str:
    """Return the first letters of an institution's name, by which its site may be called."""
    return "".join(word[0] for word in name.casefold().split())


def _key(text: str) -> str:
    return "".join(fingerprint.tokens(text))
