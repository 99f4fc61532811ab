"""Under which trace does something happen, and what is recorded of it? Places in traces are made here, and spans.

Attributes are named as OpenTelemetry's semantic conventions name them, as far as they do. Without somewhere to record
to nothing is sampled, and each of these functions returns at once.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cleanwire.records import traceparent
from cleanwire.records.traceparent import Traceparent
from cleanwire.urls import parse, secrets

if TYPE_CHECKING:
    from cleanwire.stream.messages import Unit

_DEFAULT_PORTS = {"http:": 80, "https:": 443}
_ERROR_STATUS = 400  # of a reply to us, who asked: also 4xx are errors (HTTP semantic conventions)


class SpanKind(StrEnum):
    INTERNAL = "internal"
    CLIENT = "client"
    PRODUCER = "producer"
    CONSUMER = "consumer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something that took time. `place` is its own, `began` and `ended` are epoch seconds, `failed` says why it did."""

    name: str
    kind: SpanKind
    place: Traceparent
    parent: Traceparent | None
    began: float
    ended: float
    attributes: Mapping[str, str | int]
    failed: str | None = None


class Traces:
    """Makes places in traces, and tells `record` of what happened at those that are sampled. For one thread.

    Args:
        record: must not raise, and return at once. None: nothing is sampled.
        share: of the traces that begin here, 0 to 1. One that began elsewhere is sampled if it was there.
    """

    def __init__(self, record: Callable[[Span], None] | None = None, share: float = 1.0) -> None:
        self._record = record
        self._below = 0 if record is None else round(share * 2**64)

    def begin(self) -> Traceparent:
        """Return the first place of a new trace; its id decides whether it is sampled."""
        trace_id = _id(16)
        return Traceparent(trace_id, _id(8), int(trace_id[16:], 16) < self._below)

    def within(self, parent: Traceparent) -> Traceparent:
        """Return the place of a span under `parent`; `parent` itself where none is recorded."""
        return Traceparent(parent.trace_id, _id(8), True) if self._records(parent) else parent

    def polled(
        self,
        place: Traceparent,
        *,
        url: str,
        feed_id: str,
        outcome: str,
        entries: int,
        took_s: float,
        failed: str | None,
    ) -> None:
        """A poll of a feed ended. It is the first span of its trace."""
        if self._records(place):
            attributes: dict[str, str | int] = {
                "url.full": secrets.shown(url),
                "cleanwire.feed.id": feed_id,
                "cleanwire.poll.outcome": outcome,
                "cleanwire.poll.entries": entries,
            }
            self._add("poll", SpanKind.INTERNAL, place, None, took_s, attributes, failed)

    def searched(self, place: Traceparent, *, url: str, feed_id: str, took_s: float, detail: str | None) -> None:
        """A request of a search for entries that no poll saw ended. It is the first span of its trace."""
        if self._records(place):
            attributes: dict[str, str | int] = {"url.full": secrets.shown(url), "cleanwire.feed.id": feed_id}
            if detail is not None:
                attributes["cleanwire.search.detail"] = detail
            self._add("search", SpanKind.INTERNAL, place, None, took_s, attributes, None)

    def asked(
        self,
        parent: Traceparent,
        *,
        url: str,
        status: int | None,
        failure: str | None,
        took_s: float,
        ended: float | None = None,
        redirects: int = 0,
    ) -> None:
        """A GET ended, redirects included: `url` is where the reply came from, `failure` why there was none."""
        if not self._records(parent):
            return
        attributes: dict[str, str | int] = {"http.request.method": "GET", "url.full": secrets.shown(url)}
        if (parts := parse.split(url)) is not None:
            attributes["server.address"] = parts.hostname
            attributes["server.port"] = int(parts.port or _DEFAULT_PORTS[parts.protocol])
        if status is not None:
            attributes["http.response.status_code"] = status
        if redirects:
            attributes["http.request.resend_count"] = redirects
        failed = failure or (str(status) if status is not None and status >= _ERROR_STATUS else None)
        self._add("GET", SpanKind.CLIENT, self.within(parent), parent, took_s, attributes, failed, ended)

    def cleaned(self, parent: Traceparent, *, outcome: str, took_s: float, failed: str | None) -> None:
        """A page was read in another process, as seen from this one: with the wait for it."""
        if self._records(parent):
            attributes = {"cleanwire.clean.outcome": outcome}
            self._add("clean", SpanKind.INTERNAL, self.within(parent), parent, took_s, attributes, failed)

    def tried(
        self,
        place: Traceparent,
        parent: Traceparent | None,
        *,
        topic: str,
        article_id: str,
        outcome: str,
        took_s: float,
        failed: str | None,
    ) -> None:
        """A try at an article ended, under whose entry in `topic` it was made."""
        if self._records(place):
            attributes = {
                **_messaging("process", topic),
                "cleanwire.article.id": article_id,
                "cleanwire.try.outcome": outcome,
            }
            self._add(f"process {topic}", SpanKind.CONSUMER, place, parent, took_s, attributes, failed)

    def committed(self, units: "Sequence[Unit]", *, partition: int, took_s: float) -> None:
        """A transaction with `units` is visible: a span under each place that its records name, for each topic.

        `partition`: that of the records that name none.
        """
        if self._record is None:
            return
        sent: Counter[tuple[str, str, int]] = Counter()
        for write in (write for unit in units for write in unit.writes):
            for name, value in write.headers:
                if name == traceparent.HEADER:
                    sent[value.decode(), write.topic, partition if write.partition is None else write.partition] += 1
        for (header, topic, number), count in sent.items():
            parent = traceparent.parse(header)
            if parent is None or not parent.sampled:
                continue
            attributes = {**_messaging("send", topic), "messaging.destination.partition.id": str(number)}
            if count > 1:
                attributes["messaging.batch.message_count"] = count
            self._add(f"send {topic}", SpanKind.PRODUCER, self.within(parent), parent, took_s, attributes, None)

    def _records(self, place: Traceparent) -> bool:
        return place.sampled and self._record is not None

    def _add(
        self,
        name: str,
        kind: SpanKind,
        place: Traceparent,
        parent: Traceparent | None,
        took_s: float,
        attributes: Mapping[str, str | int],
        failed: str | None,
        ended: float | None = None,
    ) -> None:
        assert self._record is not None
        ended = time.time() if ended is None else ended
        told = attributes if failed is None else {**attributes, "error.type": failed}
        span = Span(
            name=name,
            kind=kind,
            place=place,
            parent=parent,
            began=ended - max(0.0, took_s),
            ended=ended,
            attributes=told,
            failed=failed,
        )
        self._record(span)


def _messaging(operation: str, topic: str) -> dict[str, str | int]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        "messaging.destination.name": topic,
    }


def _id(length: int) -> str:
    """Return `length` random bytes as hexadecimal digits, not all of them zeros (W3C Trace Context, section 3.2.2)."""
    while not (found := os.urandom(length).hex()).strip("0"):
        pass
    return found
