"""What is a document in schema.org's words? A NewsArticle as JSON-LD: https://schema.org/NewsArticle"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cleanwire.records.document import Author, AuthorType, Document, Image, Kind, Precision, StatedTime, Status

CONTEXT = "https://schema.org"
_TYPES = {Kind.OPINION: "OpinionNewsArticle"}


def of(document: Document) -> dict[str, Any]:
    """Return `document` as a NewsArticle, a value that JSON can hold. What is unknown is left out.

    `@id` names the article and `version` its revision. A document that was canceled has `creativeWorkStatus`
    "Canceled" and no `articleBody`. A day that the publisher states without a time stays a day.
    """
    agency = document.source_agency
    article = {
        "@context": CONTEXT,
        "@type": _TYPES.get(document.kind, "NewsArticle"),
        "@id": article_id(document),
        "identifier": document.id,
        "version": document.revision,
        "url": document.url,
        "mainEntityOfPage": document.url,
        "headline": document.title,
        "description": document.description,
        "articleBody": document.body,
        "wordCount": document.word_count if document.body else None,
        "inLanguage": document.language,
        "datePublished": _date(document.published, document.published_at),
        "dateModified": _date(document.modified, document.modified_at),
        "sdDatePublished": rfc3339(document.emitted_at),
        "author": [_author(author) for author in document.authors],
        "publisher": document.publisher
        and present({"@type": "Organization", "name": document.publisher.name, "url": document.publisher.url}),
        "sourceOrganization": agency and {"@type": "Organization", "name": agency.name},
        "dateline": agency and agency.dateline,
        "articleSection": document.section,
        "keywords": list(document.keywords),
        "image": [_image(image) for image in document.images],
        "isAccessibleForFree": document.access and document.access.free,
        "license": document.rights and document.rights.license,
        "creativeWorkStatus": None if document.status is Status.USABLE else str(document.status).capitalize(),
    }
    return present(article)


def article_id(document: Document) -> str:
    """Return the URI of an article, the same in all its revisions."""
    return f"urn:cleanwire:article:{document.id}"


def _author(author: Author) -> dict[str, Any]:
    kind = "Organization" if author.type is AuthorType.ORGANIZATION else "Person"
    return present({"@type": kind, "name": author.name, "url": author.url})


def _image(image: Image) -> dict[str, Any]:
    return present(
        {
            "@type": "ImageObject",
            "url": image.url,
            "caption": image.caption,
            "creditText": image.credit,
            "width": image.width,
            "height": image.height,
        }
    )


def _date(stated: StatedTime | None, at: datetime | None) -> str | None:
    return stated.local[:10] if stated is not None and stated.precision is Precision.DAY else rfc3339(at)


def rfc3339(at: datetime | None) -> str | None:
    """Return a moment as JSON holds it."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def present(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return `fields` without those that say nothing."""
    return {name: value for name, value in fields.items() if value is not None and value != [] and value != ""}
