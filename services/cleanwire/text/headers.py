"""Does a plain text begin with labelled fields, as mail and archive dumps do?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cleanwire.text import calendar

_FIELD = re.compile(r"\W{0,3}(?P<label>[^\W\d_][\w -]{1,24}?)\W{0,2}\s?[:：]\s*(?P<value>.*)")
_MIN_FIELDS = 2  # one labelled line is no header

# Folded labels → what they hold. Fields of mail that say nothing of the article are known too, to be cut.
_LABELS = {
    "title": ["subject", "title", "headline", "betreff", "titel", "überschrift", "sujet", "titre", "objet", "asunto", "título", "titular", "assunto", "titolo", "oggetto", "onderwerp", "temat", "tytuł", "ämne", "rubrik", "emne", "tittel", "overskrift", "тема", "заголовок", "заглавие", "θέμα", "τίτλος", "konu", "başlık", "العنوان", "عنوان", "כותרת", "शीर्षक", "标题", "標題", "件名", "タイトル", "제목"],
    "published": ["date", "published", "pubdate", "pub date", "publication date", "datum", "date de publication", "fecha", "data", "dato", "päivämäärä", "дата", "ημερομηνία", "tarih", "التاريخ", "تاریخ", "תאריך", "तारीख", "दिनांक", "日期", "时间", "日付", "날짜", "sent", "load date", "posted", "dateline date"],
    "modified": ["updated", "modified", "last modified", "aktualisiert"],
    "author": ["author", "authors", "byline", "autor", "autorin", "auteur", "autore", "auteurs", "автор", "συντάκτης", "yazar", "الكاتب", "نویسنده", "מחבר", "लेखक", "作者", "記者", "记者", "筆者", "저자", "writer", "by", "forfatter", "författare", "skribent", "reporter"],
    "publisher": ["source", "publisher", "publication", "newspaper", "site", "website", "outlet", "quelle", "zeitung", "fuente", "fonte", "bron", "źródło", "källa", "kilde", "источник", "джерело", "πηγή", "kaynak", "المصدر", "منبع", "מקור", "स्रोत", "来源", "來源", "出典", "출처", "organization", "newsgroup", "periódico", "journal"],
    "other": ["from", "to", "cc", "bcc", "reply-to", "reply to", "message-id", "message id", "url", "link", "section", "page", "edition", "language", "copyright", "length", "words", "word count", "newsgroups", "organisation", "content-type", "mime-version", "x-mailer", "return-path", "received", "lines", "path", "references", "in-reply-to", "sender", "list-id", "category", "categories", "tags", "keywords", "topic", "topics", "von", "an", "de", "à", "para", "da", "a", "od", "do", "от", "кому", "från", "till", "fra", "til", "id", "accession number", "document type", "type", "country", "location", "place", "guid", "retrieved", "fetched", "crawled", "accessed", "encoding", "status", "format", "ressort", "rubrique", "sección", "rubriek"],
}  # fmt: skip
_MEANING = {calendar.fold(label): meaning for meaning, labels in _LABELS.items() for label in labels}


@dataclass(slots=True, kw_only=True)
class Header:
    """The fields found, and how many lines they take."""

    fields: dict[str, str] = field(default_factory=dict)  # title, published, modified, author, publisher
    lines: int = 0


def read(lines: Sequence[str]) -> Header:
    """Return the labelled fields that `lines` begin with; none when fewer than two stand together."""
    header = Header()
    for line in lines:
        match = _FIELD.fullmatch(line) if len(line) <= 300 else None
        meaning = match and _MEANING.get(calendar.fold(match["label"]).strip())
        if match is None or meaning is None:
            break
        if match["value"].strip() and meaning != "other":
            header.fields.setdefault(meaning, match["value"].strip())
        header.lines += 1
    return header if header.lines >= _MIN_FIELDS else Header()
