"""Do the books balance? Reads a /metrics page and compares what came in with what became of it.

    new + acquired + reopened = documents + rejected + moved + released + pending

holds for each process at every moment between two events, so a difference that stays means a lost or doubled article.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from cleanwire.errors import InputError
from cleanwire.telemetry import catalogue
from cleanwire.telemetry.metric import Metric as Declared


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The cleaner's account of one process since it started."""

    new: int
    acquired: int
    reopened: int
    documents: int
    rejected: dict[str, int]  # only reasons that occurred
    moved: int
    released: int
    pending: int

    @property
    def came_in(self) -> int:
        return self.new + self.acquired + self.reopened

    @property
    def accounted(self) -> int:
        return self.documents + sum(self.rejected.values()) + self.moved + self.released + self.pending

    @property
    def difference(self) -> int:
        """Articles unaccounted for (above 0) or accounted for twice (below 0)."""
        return self.came_in - self.accounted

    @property
    def balanced(self) -> bool:
        return self.difference == 0


def read(metrics: str) -> Books:
    """Return the books in a Prometheus text page.

    Raises:
        InputError: the page cannot be read or is not a cleaner's.
    """
    try:
        samples = _samples(text_string_to_metric_families(metrics))
    except ValueError as error:
        raise InputError(f"metrics page: {error}") from error
    return Books(
        new=_total(samples, catalogue.ARTICLES_NEW),
        acquired=_total(samples, catalogue.ARTICLES_ACQUIRED),
        reopened=_total(samples, catalogue.ARTICLES_REOPENED),
        documents=_total(samples, catalogue.DOCUMENTS_NEW),
        rejected={reason: count for reason, count in _by(samples, catalogue.ARTICLES_REJECTED, "reason") if count},
        moved=_total(samples, catalogue.ARTICLES_MOVED),
        released=_total(samples, catalogue.ARTICLES_RELEASED),
        pending=_total(samples, catalogue.ARTICLES_PENDING),
    )


_Samples = dict[str, list[tuple[dict[str, str], float]]]


def _samples(families: Iterable[Metric]) -> _Samples:
    found: _Samples = {}
    for family in families:
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def _total(samples: _Samples, metric: Declared) -> int:
    if metric.name not in samples:
        raise InputError(f"metrics page: {metric.name} is missing")
    return int(sum(value for _, value in samples[metric.name]))


def _by(samples: _Samples, metric: Declared, label: str) -> list[tuple[str, int]]:
    _total(samples, metric)
    return [(labels[label], int(value)) for labels, value in samples[metric.name]]
