"""Is this sentence a notice of the page about itself: that it uses cookies, earns by links, has rules?

Such sentences begin in any way and need no word for the reader. What tells them is that all they are about is in them,
the page or its house included; `notices.toml` has the words, per language. In a sentence in which somebody is quoted or
sued, somebody reports.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from cleanwire.text import folding
from cleanwire.text.boilerplate import notice_files, speech, voices

_MAX_WORDS = 60
_MIN_WORDS = 4
_KINDS = {
    "consent": "cookie",
    "embedded": "cookie",
    "affiliate": "ad",
    "standards": "copyright",
}
"""What is cut, by what the rules of lines call its kind."""
_TELLING = {"consent": 1, "embedded": 2, "affiliate": 2, "standards": 1}
"""Which of a notice's lists has the fewest lines of stories."""
_BELONGING = "standards"  # whose first list says whose the second's are: "our corrections policy"


@dataclass(frozen=True, slots=True)
class Notice:
    topic: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Words:
    """Words to look for, folded: single ones; and beginnings of such and what has blanks in it, behind a blank."""

    single: frozenset[str]
    phrases: tuple[str, ...]

    def are_in(self, folded: str, words: Sequence[str]) -> bool:
        """Tell whether one of them is in `folded`, a line between blanks that has these `words`."""
        return not self.single.isdisjoint(words) or any(phrase in folded for phrase in self.phrases)

    def begin(self, words: Sequence[str]) -> bool:
        """Tell whether one of them is the first of `words`, or of those that follow it."""
        return bool(words) and (words[0] in self.single or f" {' '.join(words)} ".startswith(self.phrases))


@dataclass(frozen=True, slots=True)
class _Language:
    topics: Mapping[str, tuple[_Words, ...]]
    telling: _Words  # one of which is in every notice
    reporting: _Words


@lru_cache(maxsize=4096)
def find(line: str, language: str | None) -> Notice | None:
    """Return what `line` is a notice of, None when it is none; of any language's words when its own is unknown."""
    if folding.is_unspaced(line):
        return None
    folded = f" {folding.normalise(line).strip()} "
    words = folded.split()
    if not _MIN_WORDS <= len(words) <= _MAX_WORDS or speech.is_quoted(line):
        return None
    primary = (language or "").split("-")[0].lower()
    for name in (primary, "en") if primary else _load():
        known = _load().get(name)
        if known is None or not known.telling.are_in(folded, words):
            continue
        for topic, groups in known.topics.items():
            if all(group.are_in(folded, words) for group in groups) and (
                topic != _BELONGING or _belongs(words, *groups[:2])
            ):
                is_told = known.reporting.are_in(folded, words) or voices.quotes(line, name)
                return None if is_told else Notice(topic, _KINDS[topic])
    return None


def is_reported(line: str, language: str) -> bool:
    """Tell whether `line` speaks of courts, fines and what is against the law: a story's words, and no page's."""
    known = _load().get(language)
    folded = f" {folding.normalise(line).strip()} "
    return known is not None and known.reporting.are_in(folded, folded.split())


def _belongs(words: Sequence[str], whose: _Words, what: _Words) -> bool:
    return any(
        whose.are_in(f" {word} ", [word]) and what.begin(words[at + 1 : at + 5]) for at, word in enumerate(words)
    )


@cache
def _load() -> Mapping[str, _Language]:
    body = resources.files("cleanwire.text.boilerplate").joinpath("notices.toml").read_bytes()
    return {name: _language(topics) for name, topics in notice_files.read(body, "notices.toml").items()}


def _language(topics: Mapping[str, Sequence[Sequence[str]]]) -> _Language:
    telling = [word for topic, groups in topics.items() if topic in _KINDS for word in groups[_TELLING[topic]]]
    return _Language(
        topics={topic: tuple(map(_words, groups)) for topic, groups in topics.items() if topic in _KINDS},
        telling=_words(telling),
        reporting=_words([word for words in topics.get(notice_files.REPORTING, ()) for word in words]),
    )


def _words(written: Iterable[str]) -> _Words:
    plain = [(folding.normalise(word).strip(), word.endswith("*")) for word in written]
    return _Words(
        single=frozenset(word for word, is_open in plain if " " not in word and not is_open),
        phrases=tuple(
            dict.fromkeys(f" {word}" if is_open else f" {word} " for word, is_open in plain if is_open or " " in word)
        ),
    )
