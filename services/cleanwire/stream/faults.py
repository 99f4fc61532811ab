"""What does an error of the Kafka client mean to us?"""

import contextlib
from collections.abc import Iterator

from aiokafka import errors

from cleanwire.errors import BrokerUnavailable, CleanwireError, OwnershipLost, StateDamaged
from cleanwire.stream.observer import Failure


class InvalidRecordError(errors.BrokerResponseError):  # type: ignore[misc]
    """A check of the broker's own, as of a schema, refused a record. aiokafka 0.14 does not know this code."""

    errno = 87
    message = "INVALID_RECORD"


errors.kafka_errors[InvalidRecordError.errno] = InvalidRecordError

# The same record would be refused again. Not here: InvalidTimestampError, for that is the fault of our clock.
_REFUSALS = (
    errors.MessageSizeTooLargeError,
    errors.RecordListTooLargeError,
    errors.PolicyViolationError,
    errors.UnsupportedForMessageFormatError,
    InvalidRecordError,
)
_FENCED = (errors.ProducerFenced, errors.InvalidProducerEpoch, errors.InvalidProducerIdMapping, errors.InvalidTxnState)
_UNAUTHORIZED = {
    errors.TopicAuthorizationFailedError: "the broker does not let us Read or Write, or Describe, topic",
    errors.GroupAuthorizationFailedError: "the broker does not let us Read group",
    errors.TransactionalIdAuthorizationFailed: "the broker does not let us Write with transactional id",
    errors.ClusterAuthorizationFailedError: "the broker does not let us do this to the cluster",
}


class RecordRefused(CleanwireError):
    """The broker will not take a record of these units: go on without them.

    `exact`: each of them has one that is too large by itself, and not perhaps only together with others.
    """

    def __init__(self, keys: frozenset[str], detail: str, *, exact: bool = False) -> None:
        super().__init__(f"refused by the broker: {detail}: {', '.join(sorted(keys)[:5])}")
        self.keys = keys
        self.detail = detail
        self.exact = exact


def is_refusal(error: BaseException) -> bool:
    """Tell whether the broker, or the client on its behalf, will never take this record."""
    return isinstance(error, _REFUSALS)


@contextlib.contextmanager
def translated(doing: str) -> Iterator[None]:
    """Raise what the Kafka client raises as one of our errors; `doing` begins the message.

    Raises:
        OwnershipLost: the producer was fenced; a transaction that timed out looks the same.
        BrokerUnavailable: anything else, a deadline included.
    """
    try:
        yield
    except TimeoutError as error:
        raise BrokerUnavailable(f"{doing}: no answer in time") from error
    except _FENCED as error:
        raise OwnershipLost(f"{doing}: {error!r}") from error
    except (errors.KafkaError, OSError) as error:
        raise BrokerUnavailable(f"{doing}: {told(error)}") from error


def told(error: BaseException) -> str:
    """Return what a person needs to know of an error of the Kafka client."""
    if type(error) in _UNAUTHORIZED:
        return f"{_UNAUTHORIZED[type(error)]} {_names(error)} (an ACL is missing, see docs/security.md)"
    if "Unable to bootstrap" in repr(error):  # what follows is how Python writes the address
        return "no broker can be reached"
    return repr(error)


def _names(error: BaseException) -> str:
    names = error.args[0] if error.args else ""
    if isinstance(names, str):
        return names.removeprefix("Unable to get coordinator id for ")
    return ", ".join(sorted(map(str, names))) if isinstance(names, (set, list)) else str(names)


def reason(error: BaseException) -> Failure:
    """Return the closed-set reason of an error that ended an owner."""
    match error:
        case RecordRefused():
            return Failure.REFUSED
        case OwnershipLost():
            return Failure.FENCED
        case StateDamaged():
            return Failure.DAMAGED
        case BrokerUnavailable():
            return Failure.UNAVAILABLE
        case errors.KafkaError():
            return Failure.BROKER
        case _:
            return Failure.STAGE
