"""Which page does a mail hold? Its best part as a page of its own, and what the headers say of it.

Read with the standard library (RFC 5322, MIME: RFC 2045 to 2047). What is no MIME message is a plain text with fields
above it, which `text.plain` reads.
"""

from dataclasses import dataclass, replace
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime

from lxml import etree
from msgspec import structs

from cleanwire.article import fingerprint
from cleanwire.article.article import Article, Refusal
from cleanwire.article.markup import charset, parsing
from cleanwire.article.metadata.dates import times
from cleanwire.article.metadata.dates.times import TimeContext
from cleanwire.article.metadata.people import authors, person
from cleanwire.article.page import Hints, Page
from cleanwire.records.document import Author, AuthorType, Evidence
from cleanwire.text import folding
from cleanwire.text.plain import mail

ATTACHMENTS = "attachments"
"""In `quality.flags`: the mail has parts that were not read."""

_MIN_NAME_CHARS = 3
_TEXTS = ("plain", "html", "enriched", "richtext", "x-amp-html")  # the same in several forms; a calendar is none
_UNSEEN = ("style", "script", "head", "title")
_MAX_CHARS = 300  # of a field
_STUB = 0.5  # a text with fewer of another part's words only says that there is one
_MAX_FORWARDED = 3  # messages inside one another
_HEADER = Evidence(source="mail_header")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail's best part, and its headers. `markup`: the part is HTML, of which the headers are no part."""

    page: Page
    markup: bool
    subject: str | None
    date: str | None  # RFC 3339
    sender: str | None  # the person who sent it, told from a list or a newsletter by the address
    words: int  # of the longer of its text and its page part
    attachments: bool

    def hints(self, hints: Hints) -> Hints:
        """Return `hints` for reading the part: without a title of its own it is no page otherwise."""
        return replace(hints, title=self.subject or hints.title)


def read(page: Page) -> Mail | None:
    """Return the mail that `page` is, as `file_kind.is_mail` tells; None when no part of it can be read."""
    body = page.body.lstrip(b" \t\r\n")
    if body.startswith(b"From "):  # the line before a mail in a mailbox, RFC 4155
        body = body.partition(b"\n")[2]
    try:
        return _read(page, BytesParser(policy=policy.default).parsebytes(body))
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError, IndexError):  # all seen of the parser
        return None


def applied(found: Article | Refusal, message: Mail, hints: Hints) -> Article | Refusal:
    """Return what was found on the mail's page with what its headers say: they were written for this very mail."""
    if isinstance(found, Refusal):
        return found
    if message.attachments:
        flags = (*found.quality.flags, ATTACHMENTS)
        found = replace(found, quality=structs.replace(found.quality, flags=flags))
    if message.sender and not found.authors:
        author = Author(name=message.sender, type=AuthorType.PERSON)
        found = replace(found, authors=(author,), provenance={**found.provenance, "authors": _HEADER})
    if not message.markup:
        return found  # the fields stood above the text and were read there
    provenance = dict(found.provenance)
    if message.subject:
        provenance["title"] = _HEADER
        found = replace(
            found,
            title=message.subject,
            title_hash=fingerprint.digest(message.subject),
            title_raw=found.title if found.title != message.subject else found.title_raw,
        )
    if message.date:
        context = TimeContext(fetched_at=message.page.fetched_at, language=found.language, time_zone=hints.time_zone)
        published, _ = times.choose([times.Stated(source="mail_header", raw=message.date)], context)
        if published is not None:
            provenance["published_at"] = _HEADER
            found = replace(found, published=published)
    return replace(found, provenance=provenance)


def _read(page: Page, message: EmailMessage, depth: int = 0) -> Mail | None:
    text, markup = (_content(message.get_body((kind,))) for kind in ("plain", "html"))
    forwarded = _forwarded(message) if depth < _MAX_FORWARDED else None
    inner = _read(page, forwarded, depth + 1) if forwarded is not None else None
    told, shown = fingerprint.word_count(text or ""), fingerprint.word_count(_shown(markup or ""))
    if inner is not None and max(told, shown) < _STUB * inner.words:
        return inner
    if text is None and markup is None:
        return None
    subject = _field(message, "Subject")
    subject = mail.subject(subject) if subject else None
    is_markup = markup is not None and told < _STUB * shown
    body = markup if is_markup else _with_fields(text or "", subject, message)
    kind = "html" if is_markup else "plain"
    part = replace(page, body=(body or "").encode("utf-8", "replace"), content_type=f"text/{kind}; charset=utf-8")
    return Mail(
        page=part,
        markup=is_markup,
        subject=subject,
        date=_date(message),
        sender=_sender(message),
        words=max(told, shown),
        attachments=any(_is_attached(part) for part in message.walk()),
    )


def _forwarded(message: EmailMessage) -> EmailMessage | None:
    """Return the first message that is attached to `message` as a whole (RFC 2046, section 5.2.1)."""
    for part in message.iter_attachments() if message.is_multipart() else (message,):
        held = part.get_payload() if part.get_content_type() == "message/rfc822" else None
        if isinstance(held, list) and held and isinstance(held[0], EmailMessage):
            return held[0]
    return None


def _shown(markup: str) -> str:
    """Return the words that a reader of `markup` sees, and maybe a few more."""
    tree = parsing.parse(markup)
    if tree is None:
        return ""
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    return " ".join(text for text in tree.itertext("*") if isinstance(text, str))


def _content(part: MIMEPart | None) -> str | None:
    """Return a part's text, None when there is none. Bytes that are UTF-8 are, whatever the part says of them."""
    octets = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(octets, bytes) or not octets.strip():
        return None
    text = charset.decode(octets, f"text/plain; charset={part.get_content_charset('utf-8')}").text
    is_flowed = part.get_content_subtype() == "plain" and str(part.get_param("format", "")).lower() == "flowed"
    return mail.flowed(text, delete=str(part.get_param("delsp", "")).lower() == "yes") if is_flowed else text


def _with_fields(text: str, subject: str | None, message: EmailMessage) -> str:
    """Return `text` below the fields that a reader of mails sees; one alone would not be known for a field."""
    name, address = parseaddr(str(message.get("From", ""))[:_MAX_CHARS])
    sender = " ".join(name.split()) or address.partition("@")[2]
    fields = {"From": sender, "Subject": subject, "Date": _field(message, "Date")}
    head = "".join(f"{field}: {value}\n" for field, value in fields.items() if value)
    return f"{head}\n{text}"


def _field(message: EmailMessage, name: str) -> str | None:
    value = " ".join(str(message.get(name, "")).split())
    return value[:_MAX_CHARS] or None


def _date(message: EmailMessage) -> str | None:
    raw = _field(message, "Date")
    try:
        return parsedate_to_datetime(raw).isoformat() if raw else None
    except (ValueError, OverflowError):
        return None


def _sender(message: EmailMessage) -> str | None:
    """Return the name in `From` when it is a person's: a part of it stands in front of the address's `@` too."""
    name, address = parseaddr(str(message.get("From", ""))[:_MAX_CHARS])
    name = authors.in_order(" ".join(name.split()))
    mailbox = folding.fold(address.partition("@")[0])
    parts = [part for part in folding.fold(name).split() if len(part) >= _MIN_NAME_CHARS]
    return name if person.is_person(name) and any(part in mailbox for part in parts) else None


def _is_attached(part: EmailMessage) -> bool:
    if part.is_multipart():
        return False
    kind, is_named = part.get_content_maintype(), part.get("Content-ID") is not None
    if kind == "image" and is_named:  # the page part shows it
        return False
    shown_inside = part.get_content_disposition() == "inline" or is_named
    is_read = kind == "text" and part.get_content_subtype() in _TEXTS
    return part.is_attachment() or not (is_read or (shown_inside and kind != "text"))
