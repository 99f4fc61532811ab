"""How are the grades shown? A table for people, JSON for programs."""

import json
from collections import Counter
from typing import Any

from bench.politeness.grading import Grade, Outcome
from bench.politeness.run import Result
from bench.politeness.traffic import Asked

_WIDTH = 22


def table(result: Result) -> str:
    """Return one line for each grade, and under each that was not kept the requests that show it."""
    lines = []
    for grade in result.grades:
        lines.append(f"{grade.outcome.value:<9} {grade.name:<{_WIDTH}} {grade.figures}")
        lines += [f"{'':10}{asked}" for asked in grade.shown_by]
    counts = Counter(grade.outcome for grade in result.grades)
    summary = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome)
    lines.append(f"{summary}; {len(result.traffic.requests)} requests in {result.traffic.now:.0f} s")
    return "\n".join(lines)


def as_json(result: Result) -> str:
    """Return the same as one JSON object."""
    return json.dumps(
        {
            "seconds": round(result.traffic.now, 1),
            "requests": len(result.traffic.requests),
            "grades": [_grade(grade) for grade in result.grades],
        }
    )


def _grade(grade: Grade) -> dict[str, Any]:
    return {
        "name": grade.name,
        "outcome": grade.outcome.value,
        "figures": grade.figures,
        "requests": [_asked(asked) for asked in grade.shown_by],
    }


def _asked(asked: Asked) -> dict[str, Any]:
    return {"at": round(asked.at, 2), "site": asked.site, "target": asked.target, "status": asked.status}
