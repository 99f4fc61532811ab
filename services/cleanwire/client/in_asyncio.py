"""How does a program in asyncio get documents, each at least once?"""

import logging
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from cleanwire.client.filtering import Filter
from cleanwire.errors import ConfigError
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.document import Document
from cleanwire.settings import KafkaSettings
from cleanwire.stream import subscriber
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message

TOPIC = "news.documents"
DOCUMENTS = Reader(Document)
_LOG = logging.getLogger("cleanwire.client")


async def documents(
    bootstrap: str,
    *,
    group: str,
    topic: str = TOPIC,
    languages: Iterable[str] = (),
    sites: Iterable[str] = (),
    kinds: Iterable[str] = (),
    since: datetime | None = None,
    from_start: bool = True,
    **kafka: Any,
) -> AsyncGenerator[Document, None]:
    """Yield what is published, without end: new articles, and later revisions of them under the same `id`.

    A document counts as done when the next one is asked for; what was in hand when a process died comes again, so
    write it where the same `id` and `revision` do no harm twice. Members of one `group` share the work, and a group
    goes on where it was. One that is new begins with the first document there is, or with `from_start=False` at the
    end of the topic. What was published before `since`, a time with its zone, is left out.

    `languages` takes `de` and with it `de-AT`, `sites` domains and with them their hosts, `kinds` those of `Kind`.
    `kafka` are settings of the section `[kafka]`, such as `sasl_username=…` (docs/settings.md). A record that is no
    document of ours is left out, and the log `cleanwire.client` says where it lies.

    Raises:
        BrokerUnavailable: no answer in time at the start, or the broker does not let us in.
        ConfigError: a setting is not right; its key is named.
        InputError: there is no such kind.
    """
    wanted = Filter.of(languages, sites, kinds)
    if since is not None and since.tzinfo is None:
        raise ConfigError(f"since={since.isoformat()}: a time without a zone")
    found = subscriber.subscribed(
        connection_to(bootstrap, kafka),
        topic,
        group=group,
        from_start=from_start,
        since=since.timestamp() if since is not None else None,
    )
    async with aclosing(found) as messages:
        async for message in messages:
            document = document_of(message)
            if document is not None and wanted.takes(document):
                yield document


def document_of(message: Message) -> Document | None:
    """Return the document that a record holds; None where it holds none, which the log tells."""
    if message.value is None:
        return None
    document = DOCUMENTS.read(message.value)
    if isinstance(document, Unreadable):
        _LOG.warning("%s is no document and was left out: %s", message.place, document)
        return None
    return document


def connection_to(bootstrap: str, kafka: Mapping[str, Any]) -> Connection:
    """Return what makes clients for a broker, with settings of the section `[kafka]`.

    Raises:
        ConfigError: a setting is not right; its key is named.
    """
    try:
        return Connection(KafkaSettings(bootstrap=bootstrap, **kafka))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(map(str, ("kafka", *first["loc"])))
        raise ConfigError(f"{key}: {first['msg']}") from None
