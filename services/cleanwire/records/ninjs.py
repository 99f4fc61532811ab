"""What is a document as IPTC's News in JSON? ninjs 3.3: https://www.iptc.org/std/ninjs/ninjs-schema_3.3.json"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from cleanwire.records.document import Document, Image, Kind, Rights, Status
from cleanwire.records.news_article import article_id, present, rfc3339

SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_3.3.json#"
PLAIN = "text/plain"
_STATUSES = frozenset({Status.USABLE, Status.WITHHELD, Status.CANCELED})
_GENRES = {Kind.OPINION: "Opinion", Kind.PRESS_RELEASE: "Press release", Kind.LIVE: "Live blog"}


def of(document: Document) -> dict[str, Any]:
    """Return `document` as a ninjs object, a value that JSON can hold. What is unknown is left out.

    `uri` names the article and `version` its revision. Where and by whom it was published stands in `renditions` and
    `infoSources`, pictures in `associations`. A `pubStatus` that ninjs does not know is "withheld".
    """
    agency = document.source_agency
    item = {
        "standard": {"name": "ninjs", "version": "3.3", "schema": SCHEMA},
        "uri": article_id(document),
        "type": "text",
        "version": str(document.revision),
        "firstCreated": rfc3339(document.seen_at),
        "versionCreated": rfc3339(document.emitted_at),
        "contentCreated": rfc3339(document.published_at),
        "pubStatus": str(document.status if document.status in _STATUSES else Status.WITHHELD),
        "language": document.language,
        "title": document.title,
        "headlines": _texts("main", document.title),
        "descriptions": _texts("summary", document.description),
        "bodies": [
            {**body, "charCount": len(document.body), "wordCount": document.word_count}
            for body in _texts("main", document.body)
        ],
        "by": ", ".join(author.name for author in document.authors),
        "infoSources": [
            *(_source(author.name, "author", author.url) for author in document.authors),
            *([_source(document.publisher.name, "publisher", document.publisher.url)] if document.publisher else []),
            *([_source(agency.name, "agency", None)] if agency else []),
        ],
        "subjects": [{"name": name} for name in _once((document.section, *document.keywords))],
        "genres": [{"name": _GENRES[document.kind]}] if document.kind in _GENRES else None,
        "renditions": _page(document),
        "associations": [
            _picture(image, number) for number, image in enumerate(document.images, 1) if _is_uri(image.url)
        ],
        "altIds": [{"role": "id", "value": document.id}, {"role": "url", "value": document.url}],
        **_rights(document.rights),
    }
    return present(item)


def _texts(role: str, text: str | None) -> list[dict[str, Any]]:
    return [{"role": role, "contentType": PLAIN, "value": text}] if text else []


def _source(name: str, role: str, uri: str | None) -> dict[str, Any]:
    return present({"name": name, "role": role, "uri": uri if uri and _is_uri(uri) else None})


def _page(document: Document) -> list[dict[str, Any]]:
    found = {"name": "web", "href": document.url, "contentType": "text/html", "title": document.title}
    return [present(found)] if _is_uri(document.url) else []


def _picture(image: Image, number: int) -> dict[str, Any]:
    rendition = {"name": "original", "href": image.url, "width": image.width, "height": image.height}
    return present(
        {
            "name": f"picture {number}",
            "rel": "illustrates",
            "uri": image.url,
            "type": "picture",
            "descriptions": _texts("caption", image.caption),
            "by": image.credit,
            "renditions": [present(rendition)],
        }
    )


def _rights(rights: Rights | None) -> dict[str, Any]:
    if rights is None or not rights.license:
        return {}
    return (
        {"rightsInfo": {"linkedRights": rights.license}} if _is_uri(rights.license) else {"usageTerms": rights.license}
    )


def _once(names: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))


def _is_uri(text: str) -> bool:
    """Tell whether `text` is an absolute address in ASCII, as the format `uri` asks (RFC 3986)."""
    if not text.isascii() or any(character in text for character in ' <>"{}|\\^`'):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
