"""What does a record of one of the poller's tables say?"""

from typing import TypeVar

import msgspec

from cleanwire.records.base import Record
from cleanwire.stream.messages import Message
from cleanwire.telemetry.events import Telemetry

R = TypeVar("R", bound=Record)


def key(message: Message) -> str:
    """Return the key of `message`."""
    return (message.key or b"").decode("utf-8", "replace")


def read(message: Message, decoder: msgspec.json.Decoder[R], telemetry: Telemetry) -> R | None:
    """Return the record in `message`; None when it has none, or one that cannot be read, which is told."""
    try:
        return None if message.value is None else decoder.decode(message.value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        telemetry.table_record_skipped(topic=message.topic, detail=str(error))
        return None
