"""What a metric declaration is, and how declarations become Prometheus collectors."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

OTHER = "other"  # what a label says when a value is outside its closed set

Collector = Counter | Gauge | Histogram


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric as operators see it. `labels` maps each label to all values it can ever have."""

    name: str
    kind: Kind
    help: str
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    buckets: tuple[float, ...] = ()


class Board:
    """Every declared metric, registered, with all series at zero from the start so that rate() sees first events."""

    def __init__(self, metrics: Iterable[Metric], registry: CollectorRegistry) -> None:
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # they double the series for nothing
        self._collectors: dict[str, Collector] = {}
        self._allowed: dict[str, Mapping[str, frozenset[str]]] = {}
        for metric in metrics:
            self._collectors[metric.name] = _register(metric, registry)
            self._allowed[metric.name] = {label: frozenset(values) for label, values in metric.labels.items()}

    def count(self, metric: Metric, amount: float = 1, **labels: str) -> None:
        """Add `amount` to a counter."""
        collector = self._series(metric, labels)
        assert isinstance(collector, Counter)
        collector.inc(amount)

    def observe(self, metric: Metric, value: float, **labels: str) -> None:
        """Put `value` into a histogram; a clock that jumped back counts as 0, a value that is no number is left out."""
        collector = self._series(metric, labels)
        assert isinstance(collector, Histogram)
        if math.isfinite(value):
            collector.observe(max(value, 0.0))

    def set(self, metric: Metric, value: float, **labels: str) -> None:
        """Set a gauge."""
        collector = self._series(metric, labels)
        assert isinstance(collector, Gauge)
        collector.set(value)

    def _series(self, metric: Metric, labels: Mapping[str, str]) -> Collector:
        collector = self._collectors[metric.name]
        if not metric.labels:
            return collector
        allowed = self._allowed[metric.name]
        return collector.labels(*(_closed(labels[label], values) for label, values in allowed.items()))


def _closed(value: str, values: frozenset[str]) -> str:
    """Keep a label inside its set: a stray value must not grow the number of series."""
    if value in values:
        return str(value)
    if OTHER in values:
        return OTHER
    raise ValueError(f"{value!r} is not one of {sorted(values)}")


def _register(metric: Metric, registry: CollectorRegistry) -> Collector:
    labels = tuple(metric.labels)
    collector: Collector
    match metric.kind:
        case Kind.COUNTER:
            collector = Counter(metric.name, metric.help, labels, registry=registry)
        case Kind.GAUGE:
            collector = Gauge(metric.name, metric.help, labels, registry=registry)
        case Kind.HISTOGRAM:
            collector = Histogram(metric.name, metric.help, labels, registry=registry, buckets=metric.buckets)
    if labels:
        for values in product(*metric.labels.values()):
            collector.labels(*values)
    return collector
