"""What is the headline, without the site's name?"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cleanwire.article import fingerprint

_SEPARATOR = re.compile(r"\s+(?:[|•·»›‹«]|::|[-–—―]|//)\s+|\s*[｜|]\s*|(?<=\S)(?:_|\s-)(?=[^\s_]+$)")
_MAX_CHARS = 500


WEIGHTS = {"og": 1.6, "json-ld": 0.9, "meta": 0.4, "h1": 1.4, "title": 0.1, "feed": 0.5}
"""How much a source's word counts. Publishers write `<title>` for search engines, og:title and h1 for readers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    source: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    text: str
    raw: str
    source: str
    alternatives: tuple[str, ...]


def choose(candidates: Sequence[Candidate], site_names: Sequence[str]) -> Title | None:
    """Return the best of `candidates`, which are in order of trust; None when there is none.

    Sources that say the same vote together. A name of the site at either end is cut. A candidate cut short ("…")
    gives way to one that continues it.
    """
    names = {_key(name) for name in site_names if name} - {""}
    usable = [
        item for item in candidates if item.text and len(item.text) <= _MAX_CHARS and _key(item.text) not in names
    ]
    if not usable:
        return None
    texts = [
        (item, without_site(item.text, names, [other.text for other in usable if other is not item])) for item in usable
    ]
    votes: defaultdict[str, float] = defaultdict(float)
    for source, key in dict.fromkeys((item.source, _key(text)) for item, text in texts):
        votes[key] += WEIGHTS.get(source, 0.5)
    chosen, text = max(texts, key=lambda pair: votes[_key(pair[1])])  # of equals the first, which is trusted most
    for item, longer in texts:
        if _continues(text, longer):
            chosen, text = item, longer
            break
    others = tuple(dict.fromkeys(other for _, other in texts if _key(other) != _key(text)))[:4]
    return Title(text=text, raw=chosen.text, source=chosen.source, alternatives=others)


def without_site(text: str, names: set[str], others: Sequence[str] = ()) -> str:
    """Return `text` without a site's name (keys in `names`) before the first or after the last separator.

    What is left is also accepted when it is one of `others`, the same headline from elsewhere on the page.
    """
    known = {_key(other) for other in others}
    for _ in range(3):
        cuts = list(_SEPARATOR.finditer(text))
        if not cuts:
            return text
        head, last = text[: cuts[-1].start()].strip(), text[cuts[-1].end() :].strip()
        first, tail = text[: cuts[0].start()].strip(), text[cuts[0].end() :].strip()
        if head and _is_name(last, names):
            text = head
        elif tail and _is_name(first, names):
            text = tail
        elif head and _key(head) in known:
            text = head
        elif tail and _key(tail) in known:
            text = tail
        else:
            early = next((text[: cut.start()].strip() for cut in cuts if _key(text[: cut.start()]) in known), None)
            return early or text
    return text


def _is_name(segment: str, names: set[str]) -> bool:
    key = _key(segment)
    return bool(key) and any(
        key == name or (len(key) > 3 and len(name) > 3 and (key in name or name in key)) for name in names
    )


def _continues(short: str, longer: str) -> bool:
    stem = short.rstrip(" .…")
    return (
        longer != short
        and stem != short
        and short.endswith(("…", "..."))
        and len(longer) > len(stem)
        and longer.startswith(stem[:-3] or stem)
    )


def _key(text: str) -> str:
    return "".join(fingerprint.tokens(text))
