"""What does the installation do? Its flow, rates, freshness, refusals, lag, and who owns what."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cleanwire.ops.console.held import flow
from cleanwire.ops.console.held.feeds import STATES, FeedRow
from cleanwire.ops.console.held.flow import Flow
from cleanwire.ops.console.held.installation import Installation
from cleanwire.ops.console.held.outcomes import DocumentRow

HOUR = 60  # minutes
_RATE_MINUTES = 5
_LATE_S = 60.0
CHART_WIDTH, CHART_HEIGHT = 360, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One minute of a chart, in the units of its drawing."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """How much there was in each minute of the last hour."""

    name: str
    total: int
    a_minute: float  # of the last five whole minutes
    peak: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How many articles were refused for one reason."""

    reason: str
    hour: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """Of a length of time, in seconds. `of`: documents of the last hour that it could be told of."""

    of: int
    median_s: float | None
    p95_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSummary:
    """How many feeds are in which state, and how many are polled late."""

    total: int
    states: tuple[tuple[str, int], ...]
    late: int
    latest_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All of the first page but what the broker knows of groups."""

    feeds: FeedSummary
    charts: tuple[Chart, ...]
    hour: Counter[str]
    rejected: int
    reasons: tuple[Reason, ...]
    seen_to_emitted: Quantiles
    published_to_emitted: Quantiles
    recent: tuple[DocumentRow, ...]
    left_out: tuple[tuple[str, int], ...]
    unreadable: int


def view(held: Installation, *, now: float) -> Overview:
    """Return the overview at `now`, in epoch seconds."""
    hour = held.flow.totals(now=now, minutes=HOUR)
    new = [row for row in held.documents if row.revision == 1 and now - 3600 <= row.emitted_at <= now + 60]
    left_out = {"feeds": held.feeds.left_out, "sites": held.sites.left_out}
    return Overview(
        feeds=_feeds(held.feeds.rows(), now),
        charts=(
            _chart("entries", held.flow, (flow.ENTRIES, flow.CHANGED), now),
            _chart("documents", held.flow, (flow.DOCUMENTS, flow.REVISIONS), now),
            _chart("rejected", held.flow, [kind for kind in hour if kind.startswith(flow.REJECTED)], now),
        ),
        hour=hour,
        rejected=sum(number for kind, number in hour.items() if kind.startswith(flow.REJECTED)),
        reasons=_reasons(hour, Counter(row.reason for row in held.rejections)),
        seen_to_emitted=_quantiles(row.emitted_at - row.seen_at for row in new),
        published_to_emitted=_quantiles(
            row.emitted_at - row.published_at for row in new if row.published_at is not None
        ),
        recent=tuple(row for row, _ in zip(held.documents, range(8), strict=False)),
        left_out=tuple((name, number) for name, number in left_out.items() if number),
        unreadable=held.unreadable,
    )


def _feeds(rows: Sequence[FeedRow], now: float) -> FeedSummary:
    states = Counter(row.state for row in rows)
    late = [now - row.polled.next_poll_at for row in rows if row.polled is not None and row.is_due]
    late = [each for each in late if each > _LATE_S]
    return FeedSummary(
        total=len(rows),
        states=tuple((state, states[state]) for state in STATES if states[state]),
        late=len(late),
        latest_s=max(late, default=0.0),
    )


def _chart(name: str, counts: Flow, kinds: Sequence[str], now: float) -> Chart:
    series = counts.series(kinds, now=now, minutes=HOUR)
    whole = series[-_RATE_MINUTES - 1 : -1]
    peak = max(series)
    step = CHART_WIDTH / HOUR
    return Chart(
        name=name,
        total=sum(series),
        a_minute=sum(whole) / _RATE_MINUTES,
        peak=peak,
        bars=tuple(_bar(at * step, step, number / peak) for at, number in enumerate(series) if number),
    )


def _bar(x: float, step: float, share: float) -> Bar:
    height = max(2.0, share * (CHART_HEIGHT - 2))
    return Bar(x=round(x, 2), y=round(CHART_HEIGHT - height, 2), width=round(step - 1, 2), height=round(height, 2))


def _reasons(hour: Counter[str], held: Counter[str]) -> tuple[Reason, ...]:
    found = (
        Reason(reason=reason, hour=hour[flow.REJECTED + reason], held=number) for reason, number in held.most_common()
    )
    return tuple(found)


def _quantiles(lengths: Iterable[float]) -> Quantiles:
    found = sorted(max(0.0, each) for each in lengths)
    if not found:
        return Quantiles(of=0, median_s=None, p95_s=None)
    return Quantiles(of=len(found), median_s=found[len(found) // 2], p95_s=found[int(len(found) * 0.95)])
