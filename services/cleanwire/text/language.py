"""What language is this text in?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    language: str | None  # BCP 47
    confidence: float  # 0-1
    source: str  # "declared" or "text"


def detect(text: str, declared: str | None = None) -> Detected:
    """Return the language of `text`; `declared` wins unless the text contradicts it clearly."""
    raise NotImplementedError
