"""Documents in the words of schema.org and of IPTC's ninjs keep to the rules of both."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from cleanwire.records import news_article, ninjs
from cleanwire.records.document import (
    Access,
    Author,
    AuthorType,
    Document,
    Image,
    Kind,
    Precision,
    Publisher,
    Rights,
    SourceAgency,
    StatedTime,
    Status,
    ZoneSource,
)
from corpus_documents import corpus_documents
from published_document import document

Check = Callable[[Any], bool]

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
URI = re.compile(r"[a-z][a-z0-9+.-]*:[!#-;=?-\[\]_a-z~]+", re.ASCII)


def text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def moment(value: Any) -> bool:
    return text(value) and MOMENT.fullmatch(value) is not None


def date(value: Any) -> bool:
    return moment(value) or (text(value) and DAY.fullmatch(value) is not None)


def uri(value: Any) -> bool:
    return text(value) and URI.fullmatch(value) is not None


def one_of(*values: str) -> Check:
    return lambda value: value in values


def each(check: Check) -> Check:
    return lambda value: isinstance(value, list) and bool(value) and all(map(check, value))


def thing(fields: Mapping[str, Check], *required: str) -> Check:
    """Accept an object with no other fields than these, like `additionalProperties: false`."""

    def check(value: Any) -> bool:
        assert isinstance(value, dict), value
        wrong = {name: content for name, content in value.items() if name not in fields or not fields[name](content)}
        assert not wrong, wrong
        return set(required) <= set(value)

    return check


# What we write of ninjs 3.3, with the names, types and closed sets of its JSON Schema.
TEXTS = each(thing({"role": text, "contentType": text, "value": text}, "value"))
RENDITIONS = each(
    thing({"name": text, "href": uri, "contentType": text, "title": text, "width": whole, "height": whole}, "name")
)
NINJS = thing(
    {
        "standard": thing({"name": text, "version": text, "schema": uri}),
        "uri": uri,
        "type": one_of("text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"),
        "version": text,
        "firstCreated": moment,
        "versionCreated": moment,
        "contentCreated": moment,
        "pubStatus": one_of("usable", "withheld", "canceled"),
        "language": text,
        "title": text,
        "headlines": TEXTS,
        "descriptions": TEXTS,
        "bodies": each(
            thing({"role": text, "contentType": text, "value": text, "charCount": whole, "wordCount": whole}, "value")
        ),
        "by": text,
        "infoSources": each(thing({"name": text, "role": text, "uri": uri})),
        "subjects": each(thing({"name": text})),
        "genres": each(thing({"name": text})),
        "renditions": RENDITIONS,
        "associations": each(
            thing(
                {
                    "uri": uri,
                    "name": text,
                    "rel": text,
                    "type": one_of("picture"),
                    "descriptions": TEXTS,
                    "by": text,
                    "renditions": RENDITIONS,
                },
                "uri",
                "name",
            )
        ),
        "altIds": each(thing({"role": text, "value": text})),
        "rightsInfo": thing({"linkedRights": uri}, "linkedRights"),
        "usageTerms": text,
    },
    "uri",
)

# Properties of schema.org's NewsArticle, Article, CreativeWork and Thing that we write, with their expected types.
PARTY = thing({"@type": one_of("Person", "Organization"), "name": text, "url": text}, "@type", "name")
NEWS_ARTICLE = thing(
    {
        "@context": one_of("https://schema.org"),
        "@type": one_of("NewsArticle", "OpinionNewsArticle"),
        "@id": uri,
        "identifier": text,
        "version": whole,
        "url": text,
        "mainEntityOfPage": text,
        "headline": text,
        "description": text,
        "articleBody": text,
        "wordCount": whole,
        "inLanguage": text,
        "datePublished": date,
        "dateModified": date,
        "sdDatePublished": moment,
        "author": each(PARTY),
        "publisher": PARTY,
        "sourceOrganization": PARTY,
        "dateline": text,
        "articleSection": text,
        "keywords": each(text),
        "image": each(
            thing(
                {
                    "@type": one_of("ImageObject"),
                    "url": text,
                    "caption": text,
                    "creditText": text,
                    "width": whole,
                    "height": whole,
                },
                "@type",
                "url",
            )
        ),
        "isAccessibleForFree": lambda value: isinstance(value, bool),
        "license": text,
        "creativeWorkStatus": text,
    },
    "@context",
    "@type",
    "headline",
    "url",
)

FULL = document(
    "full",
    title="Ferry <returns> & more",
    kind=Kind.OPINION,
    revision=3,
    description="It sails again.",
    authors=(
        Author(name="Ada Quill", type=AuthorType.PERSON, url="https://www.news.example/ada"),
        Author(name="Desk", type=AuthorType.ORGANIZATION, url="/desk"),
    ),
    publisher=Publisher(name="The Harbour", url="https://www.news.example/"),
    source_agency=SourceAgency(name="Coast Wire", dateline="PORT ELSE"),
    published_at=datetime(2026, 3, 1, 23, tzinfo=UTC),
    published=StatedTime(
        raw="2 March", local="2026-03-02T00:00:00", precision=Precision.DAY, zone=ZoneSource.SITE, source="text"
    ),
    modified_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    section="Harbour",
    keywords=("ferry", "Harbour", "winter"),
    images=(
        Image(url="https://www.news.example/a.jpg", caption="The ferry", credit="Ada Quill", width=800, height=600),
        Image(url="https://www.news.example/fähre 2.jpg"),
    ),
    access=Access(free=False),
    rights=Rights(license="https://creativecommons.org/licenses/by/4.0/"),
)
DOCUMENTS = (
    FULL,
    document("bare"),
    msgspec.structs.replace(document("gone", revision=2, status=Status.CANCELED), body="", blocks=(), word_count=0),
    document("later", status=Status("asleep"), rights=Rights(license="Ask us"), url="https://www.news.example/ä b"),
)


def as_read(value: Mapping[str, Any]) -> Any:
    """Return what a reader of the JSON gets."""
    return json.loads(msgspec.json.encode(value))


@pytest.mark.parametrize("one", DOCUMENTS, ids=lambda one: one.id)
def test_a_document_keeps_to_the_rules_of_ninjs(one: Document) -> None:
    assert NINJS(as_read(ninjs.of(one)))


@pytest.mark.parametrize("one", DOCUMENTS, ids=lambda one: one.id)
def test_a_document_keeps_to_the_rules_of_schema_org(one: Document) -> None:
    assert NEWS_ARTICLE(as_read(news_article.of(one)))


def test_documents_of_pages_keep_to_the_rules_of_both() -> None:
    for one in corpus_documents():
        assert NINJS(as_read(ninjs.of(one))), one.id
        assert NEWS_ARTICLE(as_read(news_article.of(one))), one.id


def test_a_news_article_says_what_the_document_says() -> None:
    found = as_read(news_article.of(FULL))
    assert found["@type"] == "OpinionNewsArticle"
    assert (found["@id"], found["version"]) == ("urn:cleanwire:article:full", 3)
    assert found["datePublished"] == "2026-03-02", "the day that was stated, not the instant made of it"
    assert found["dateModified"] == "2026-03-02T09:30:00Z"
    assert [author["@type"] for author in found["author"]] == ["Person", "Organization"]
    assert found["isAccessibleForFree"] is False
    assert (found["sourceOrganization"]["name"], found["dateline"]) == ("Coast Wire", "PORT ELSE")
    assert found["image"][0]["creditText"] == "Ada Quill"
    assert "creativeWorkStatus" not in found


def test_ninjs_says_what_the_document_says() -> None:
    found = as_read(ninjs.of(FULL))
    assert found["by"] == "Ada Quill, Desk"
    assert {source["name"]: source["role"] for source in found["infoSources"]} == {
        "Ada Quill": "author",
        "Desk": "author",
        "The Harbour": "publisher",
        "Coast Wire": "agency",
    }
    assert [subject["name"] for subject in found["subjects"]] == ["Harbour", "ferry", "winter"]
    assert [picture["uri"] for picture in found["associations"]] == ["https://www.news.example/a.jpg"]
    assert found["rightsInfo"] == {"linkedRights": "https://creativecommons.org/licenses/by/4.0/"}
    assert found["bodies"][0]["charCount"] == len(FULL.body)


def test_what_was_canceled_has_no_text() -> None:
    gone = DOCUMENTS[2]
    assert "articleBody" not in news_article.of(gone)
    assert news_article.of(gone)["creativeWorkStatus"] == "Canceled"
    assert "bodies" not in ninjs.of(gone)
    assert ninjs.of(gone)["pubStatus"] == "canceled"


def test_a_status_of_a_later_version_is_withheld_in_ninjs() -> None:
    assert ninjs.of(DOCUMENTS[3])["pubStatus"] == "withheld"
    assert ninjs.of(DOCUMENTS[3])["usageTerms"] == "Ask us"
