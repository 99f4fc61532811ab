"""What does a record of one of the poller's tables say?"""

from typing import TypeVar

from cleanwire.records.base import Record
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.stream.messages import Message
from cleanwire.telemetry.events import Telemetry

R = TypeVar("R", bound=Record)


def read(message: Message, reader: Reader[R], telemetry: Telemetry) -> R | None:
    """Return the record in `message`; None when it has none, or one that cannot be read, which is told.

    What cannot be read says nothing: what the table held under its key before stands.
    """
    found = None if message.value is None else reader.row(message.key, message.value)
    if isinstance(found, Unreadable):
        telemetry.table_record_skipped(topic=message.topic, place=message.place, detail=str(found))
        return None
    return found
