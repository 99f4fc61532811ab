"""What do the lines round a plain text tell about it? Headers of mails, date lines, bylines, a name beside a date."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cleanwire.text import prose
from cleanwire.text.boilerplate import bylines, lines
from cleanwire.text.boilerplate.rules import RuleSet
from cleanwire.text.dates import datelines
from cleanwire.text.dates.moment import ParsedTime
from cleanwire.text.plain import mail, sitenames

_NOTICE = re.compile(
    r"(?<=[\w.])[\s,;|–-]+(?:correction appended|(?:[a-z]+[ -]){0,3}edition(?:(?: -)? final)?|correction attached|"
    r"(?:korrektur|berichtigung|richtigstellung) (?:angehängt|angefügt|am ende)|korrigierte fassung|"
    r"correction (?:jointe|ajoutée)|rectificatif(?: joint)?|(?:con )?corrección(?: adjunta| añadida)?|"
    r"rettifica(?: allegata)?|correção(?: anexa)?|met correctie|correctie toegevoegd|rättelse(?: bifogad)?|"
    r"(?:z )?korektą?|sprostowanie|исправлено|с исправлением|διόρθωση|düzeltme(?: eklendi)?)\s*$",
    re.I,
)
_EDITED = re.compile(
    r"\W*(?:责任编辑|責任編輯|责编|責編|编辑|編輯|校对|editing by|edited by|редактор|redaktor|redigerat av|editor)"
    r"\s*[:：]?",
    re.I,
)
"""Before the name of who edited the text: no author where one is named."""
_FIELD_BEHIND = re.compile(r"(?<=[^\s|｜]) +(?=(?:来源|來源|稿源|作者|记者|記者|编辑|編輯|责任编辑|責任編輯)\s?[:：])")
_ISSUE = re.compile(
    r"\b(?:[eé]dition|ausgabe|edición|edizione|edição|editie|wydanie|выпуск|pages?|pág|seite|pagina|strona|section|"
    r"rubrik|rubrique|cahier|supplement|beilage)\b|^pp?\b",
    re.I,
)
"""Which issue, edition or page it stood in."""


@dataclass(slots=True, kw_only=True)
class Facts:
    """What is known of the article so far; what is known first stays."""

    language: str | None
    site_names: tuple[str, ...]
    rules: RuleSet
    title: str | None = None
    publisher: str | None = None
    published: ParsedTime | None = None
    published_raw: str | None = None
    modified: ParsedTime | None = None
    authors: list[str] = field(default_factory=list)

    def context(self) -> lines.LineContext:
        """Return what lines are judged with."""
        names = (*self.site_names, self.publisher) if self.publisher else self.site_names
        return lines.LineContext(
            title=self.title, site_names=names, authors=tuple(self.authors), language=self.language, rules=self.rules
        )

    def read_header(self, fields: Mapping[str, str]) -> None:
        """Take the fields of a mail or an archive dump."""
        if title := fields.get("title"):
            self.title = mail.subject(title)
        self.publisher = fields.get("publisher")
        if when := fields.get("published"):
            self._note_date(when, datelines.find(when, language=self.language))
        if when := fields.get("modified"):
            self._note_date(when, datelines.find(f"updated: {when}", language=self.language))
        if who := fields.get("author"):
            self.read_author(who)

    def read_author(self, who: str) -> None:
        """Take what a field says of the authors, with or without a "By"."""
        byline = bylines.find(who, language=self.language, using=self.rules) or bylines.find(
            f"by {who}", language="en", using=self.rules
        )
        self.authors += byline.names if byline else [who]

    def take(self, line: str) -> str | None:
        """Read a line made of dates, names and labels only; return what it is, None when it says more.

        What archives put behind the day ("Correction Appended", "Final Edition") is none of it.
        """
        line = _NOTICE.sub("", line)
        if self.authors and _EDITED.match(line) and bylines.find(line, language=self.language, using=self.rules):
            return "byline"
        line = _FIELD_BEHIND.sub(" | ", line)
        parts = lines.segments(line)
        tries = (self._take_parts(told, line) for told in ([line], parts) if len(told) <= 6)
        return next((reason for reason in tries if reason), None)

    def _take_parts(self, parts: Sequence[str], line: str) -> str | None:
        told = [self._tell(part) for part in parts]
        dated = [one for one in told if isinstance(one, datelines.DateLine)]
        others = [part for part, one in zip(parts, told, strict=True) if one is None]
        if any(prose.word_count(part) > 4 or prose.ends_sentence(part) for part in others):
            return None
        names = [one for one in told if isinstance(one, bylines.Byline)]
        if not dated and (others or not (names or "read_time" in told)):
            return None
        for one in told:
            if isinstance(one, datelines.DateLine):
                self._note_date(line, one)
            elif isinstance(one, bylines.Byline):
                self.authors += one.names
        for part in others:
            self._note_other(part)
        return "dateline" if dated else "byline" if told[0] else "nav"

    def _tell(self, part: str) -> datelines.DateLine | bylines.Byline | str | None:
        """Return what a part of a line is: a date, a byline, the name of a kind, None when unknown."""
        if dateline := datelines.find(part, language=self.language) or sitenames.dated_place(part, self.language):
            return dateline
        if byline := bylines.find(part, language=self.language, using=self.rules):
            return byline
        return lines.meta_kind(part, self.context())

    def _note_date(self, raw: str, line: datelines.DateLine | None) -> None:
        if line is None:
            return
        if line.published and not self.published:
            self.published, self.published_raw = line.published, raw
        if line.modified and not self.modified:
            self.modified = line.modified

    def _note_other(self, part: str) -> None:
        """A short unknown part beside a date is the publisher or the author."""
        if any(prose.key(part) == prose.key(name) for name in self.site_names) or sitenames.looks_like_site(part):
            self.publisher = self.publisher or part.strip()
        elif _ISSUE.search(part):
            return
        elif prose.is_name(part, max_words=3) and len(part.split()) > 1 and not self.authors:
            self.authors.append(part.strip())
