"""What does a comparison say? Turns of both sides become rows with ratios, and rows a table and a plot."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

UNIT = "CPU-seconds per 1,000"
LEAST_TURNS = 3


@dataclass(frozen=True, slots=True)
class Case:
    """One row before it is measured: what is done, beside whom, of which things, and the mark of the ratio."""

    name: str
    rival: str
    of: str
    mark: float


CASES = (
    Case("poll-304", "obvious", "polls", 6.0),
    Case("poll-304-tls", "httpx", "polls", 1.6),
    Case("feed-changed", "feedparser", "feeds", 15.0),
    Case("feed-changed-real", "feedparser", "feeds", 15.0),
    Case("feed-first", "feedparser", "feeds", 15.0),
    Case("feed-first-real", "feedparser", "feeds", 15.0),
    Case("clean", "trafilatura", "pages", 2.0),
    Case("clean-warm", "trafilatura", "pages", 3.0),
    Case("clean", "rs-trafilatura", "pages", 1.0),
    Case("article", "obvious", "articles", 1.7),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What both sides used in one turn: CPU seconds of all their processes, and how many things they did for them."""

    ours_s: float
    ours_done: int
    theirs_s: float
    theirs_done: int

    @property
    def ours(self) -> float:
        return 1000 * self.ours_s / self.ours_done

    @property
    def theirs(self) -> float:
        return 1000 * self.theirs_s / self.theirs_done

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The turns of a case, or why there are none."""

    case: str
    rival: str
    turns: Sequence[Turn] = ()
    reason: str | None = None
    peak_mb: float | None = None  # of our processes together


def row(case: Case, measured: Measured | None) -> dict[str, Any]:
    """Return the row of a case: medians over its turns. `ratio` is theirs / ours, or None with a reason."""
    head = {"case": case.name, "rival": case.rival, "unit": f"{UNIT} {case.of}", "mark": case.mark}
    turns = [] if measured is None else list(measured.turns)
    if len(turns) < LEAST_TURNS:
        why = (measured and measured.reason) or f"{len(turns)} turns of {LEAST_TURNS} were measured"
        ours = round(statistics.median(turn.ours for turn in turns), 3) if turns else None
        return {**head, "ratio": None, "ours": ours, "theirs": None, "reason": why}
    assert measured is not None
    ratios = [turn.ratio for turn in turns]
    return {
        **head,
        "ratio": round(statistics.median(ratios), 3),
        "ours": round(statistics.median(turn.ours for turn in turns), 3),
        "theirs": round(statistics.median(turn.theirs for turn in turns), 3),
        "ratios": [round(min(ratios), 3), round(max(ratios), 3)],
        "turns": len(turns),
        "things": [sum(turn.ours_done for turn in turns), sum(turn.theirs_done for turn in turns)],
        "peak_mb": measured.peak_mb,
    }


def rows(found: Iterable[Measured], cases: Sequence[Case] = CASES) -> list[dict[str, Any]]:
    """Return a row of each case, measured or not."""
    by_name = {(one.case, one.rival): one for one in found}
    return [row(case, by_name.get((case.name, case.rival))) for case in cases]


def markdown(report: dict[str, Any]) -> str:
    """Return the report as a table; what could not be measured says why."""
    lines = [
        f"{UNIT}; {report['machine']}",
        "",
        "| case | beside | ours | theirs | ratio | from – to | mark | peak MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in report["rows"]:
        if one["ratio"] is None:
            ours = "" if one["ours"] is None else f"{one['ours']:.3g}"
            lines.append(
                f"| {one['case']} | {one['rival']} | {ours} | | not measured: {one['reason']} | | {one['mark']:g} | |"
            )
            continue
        low, high = one["ratios"]
        peak = "" if one["peak_mb"] is None else f"{one['peak_mb']:.0f}"
        lines.append(
            f"| {one['case']} | {one['rival']} | {one['ours']:.3g} | {one['theirs']:.3g} | **{one['ratio']:.2f}** "
            f"| {low:.2f} – {high:.2f} | {one['mark']:g} | {peak} |"
        )
    lines += ["", *(f"* {name}: {value}" for name, value in report.get("checks", {}).items())]
    return "\n".join(lines).rstrip() + "\n"


_WIDTH, _LINE, _LEFT = 640, 30, 210


def plot(report: dict[str, Any]) -> str:
    """Return the ratios as bars of an SVG picture, with a stroke at each mark."""
    shown = report["rows"]
    most = max([one["mark"] for one in shown] + [one["ratio"] or 0.0 for one in shown])
    scale = (_WIDTH - _LEFT - 60) / most
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_LINE * (len(shown) + 1)}" '
        'font-family="sans-serif" font-size="13">',
        '<text x="8" y="20">theirs / ours in CPU, more is better; the stroke is the mark</text>',
    ]
    for at, one in enumerate(shown, start=1):
        top, ratio = at * _LINE, one["ratio"]
        parts.append(f'<text x="8" y="{top + 18}">{one["case"]}, {one["rival"]}</text>')
        if ratio is not None:
            parts.append(f'<rect x="{_LEFT}" y="{top + 6}" width="{ratio * scale:.1f}" height="16" fill="#2a5f8f"/>')
        told = "not measured" if ratio is None else f"{ratio:.2f}"
        parts.append(f'<text x="{_LEFT + (ratio or 0.0) * scale + 6:.1f}" y="{top + 18}">{told}</text>')
        x = _LEFT + one["mark"] * scale
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top + 2}" y2="{top + 26}" stroke="#9d2c1c"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"
