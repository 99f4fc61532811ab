"""Is this process ready? Named checks, each saying what is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

# Returns None when all is well, else what is missing, for people. Quick, and without waiting for anything.
Check = Callable[[], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    name: str
    problem: str | None

    @property
    def ok(self) -> bool:
        return self.problem is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    findings: tuple[Finding, ...]

    @property
    def ready(self) -> bool:
        return all(finding.ok for finding in self.findings)

    def as_json(self) -> dict[str, object]:
        """Return what /readyz says."""
        checks = {f.name: {"ok": True} if f.ok else {"ok": False, "problem": f.problem} for f in self.findings}
        return {"ready": self.ready, "checks": checks}


def ask(checks: Mapping[str, Check]) -> Readiness:
    """Ask every check now."""
    return Readiness(findings=tuple(Finding(name=name, problem=check()) for name, check in checks.items()))
