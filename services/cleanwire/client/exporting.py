"""How do documents become records that a schema registry's clients read, each exactly once?"""

import logging
from typing import NoReturn

from cleanwire.client.filtering import Filter
from cleanwire.client.results import Result, process_on
from cleanwire.records.document import Document
from cleanwire.records.wire_format import Untellable, WireFormat
from cleanwire.stream.broker.connection import Connection

_LOG = logging.getLogger("cleanwire.client")


async def export(
    connection: Connection, form: WireFormat, schema_id: int, *, name: str, topic: str, into: str
) -> NoReturn:
    """Write each document of `topic` to `into` in the wire format `form`, under its id, as `process` does.

    Raises:
        Exception: as `process` does.
    """

    async def told(document: Document) -> list[Result]:
        try:
            return [Result(key=document.id, value=form.tell(document, schema_id))]
        except Untellable as error:
            _LOG.warning("%s, revision %s, was left out: %s", document.id, document.revision, error)
            return []

    await process_on(connection, told, name=name, topic=topic, into=into, wanted=Filter())
