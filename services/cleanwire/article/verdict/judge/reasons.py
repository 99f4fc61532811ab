"""Why does the judge doubt a line? The columns that counted most, in words.

Columns get a name that people can read; those that say the same thing share one and are added up. A column that is not
named here goes by its own name.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from cleanwire.records.document import Feature

STRONGEST = 3

_MEASURED = {
    "words": "words",
    "chars": "characters",
    "sentences": "sentences",
    "chars_per_word": "characters a word",
    "punctuation": "share of punctuation",
    "digits": "share of digits",
    "upper": "share of capital letters",
    "capitalised": "share of capitalised words",
    "commas": "commas a word",
    "you_share": "share of words like you and us",
    "linked": "linked share",
    "bold": "bold share",
    "italic": "italic share",
    "depth": "depth in the page",
    "up_to_main": "steps up to the main text",
    "parent_chars": "characters of the parent",
    "parent_linked": "linked share of the parent",
    "grandparent_chars": "characters of the grandparent",
    "grandparent_linked": "linked share of the grandparent",
    "siblings": "siblings",
    "same_siblings": "siblings made alike",
    "gap_before": "characters passed over before it",
    "gap_after": "characters passed over after it",
    "share_of_parent": "share of the parent",
    "repeats": "times on the page",
    "on_page": "place on the page",
    "articles": "articles round it",
    "headlines_passed": "headlines passed",
    "parent_pictures": "pictures beside it",
    "grandparent_pictures": "pictures near it",
    "picture_before": "characters since a picture",
    "picture_after": "characters to the next picture",
    "parent_headings": "headings beside it",
    "parent_same_siblings": "parents made alike",
    "grandparent_same_siblings": "grandparents made alike",
    "position": "place in the text",
    "from_start": "lines before it",
    "from_end": "lines after it",
    "words_before": "share of the words before it",
    "words_after": "share of the words after it",
    "before_body": "lines to the first long one",
    "after_body": "lines since the last long one",
    "ruled_before": "lines cut by rules before it",
    "ruled_after": "lines cut by rules after it",
    "ruled_share_after": "share cut by rules after it",
    "title_alike": "like the title",
    "title_covered": "like the title",
    "twins": "copies in the text",
    "like_words": "words of lines made alike",
    "like_stops": "sentences in lines made alike",
    "like_linked": "linked share of lines made alike",
    "like_share": "share of the text made alike",
    "run_words": "words of its run of lines",
    "run_stops": "sentences in its run of lines",
    "run_linked": "linked share of its run of lines",
}
_YES_OR_NO = {
    "stop": "a sentence ends in it",
    "stop_end": "ends like a sentence",
    "colon": "ends with a colon",
    "ellipsis": "ends with an ellipsis",
    "lower_start": "begins in lower case",
    "bullet": "begins with a bullet",
    "table": "a bar in it",
    "bar": "a bar in it",
    "you": "speaks of you or us",
    "address": "an address in it",
    "date": "a date in it",
    "question": "ends with a question mark",
    "exclamation": "an exclamation mark in it",
    "quote_start": "begins with a quotation mark",
    "bracket_start": "begins with a bracket",
    "copyright": "a copyright sign in it",
    "found": "found in the page",
    "exact": "an element of its own",
    "in_main": "in the main text's element",
    "main_is_parent": "in the main text's element",
    "same_article": "in the main text's article",
    "is_description": "the page's description",
    "in_ld_body": "in the page's articleBody",
    "extracted": "taken by the extractor",
    "names_author": "an author's name in it",
    "author_first": "begins with an author's name",
    "names_site": "the publisher's name in it",
    "ruled": "a line rule is against it",
}
_TOLD = {  # by numbers that mean nothing to people
    "tag": "element",
    "parent_tag": "parent element",
    "block_type": "kind of block",
    "like_lines": "lines made alike",
    "run_lines": "length of its run of lines",
    "left_out_alike": "lines made alike that were left out",
}
_OF_THE_PAGE = frozenset({"told_as", "lines", "total_words", "short_heads", "script"})  # alike for each line of it
_HEARD = (  # of the first trees' doubts; the first prefix that fits
    ("doubt_alike", "lines made alike"),
    ("doubt_before", "the lines before it"),
    ("least_doubt_before", "the lines before it"),
    ("doubt_after", "the lines after it"),
    ("least_doubt_after", "the lines after it"),
    ("doubt", "its neighbours"),
)
_BESIDE = re.compile(r"([a-z]+)(-?[12])")
_STEPS = {-1: "line before", -2: "second line before", 1: "line after", 2: "second line after"}
_CLASSES = re.compile(r"([a-z]+)_([012])")
_LEVELS = ("class names", "the parent's class names", "class names farther up")
_PLACE = "its place on other pages of the site"
_UNKNOWN = -1.0  # in a column: there is nothing to measure


def strongest(credits: Iterable[tuple[str, float, float]]) -> tuple[Feature, ...]:
    """Return what counts most in `credits` (column, the line's value, log odds added; the most first), that first.

    What is alike for each line of a page is left out: it tells none from the others.
    """
    weights: defaultdict[str, float] = defaultdict(float)
    measured: dict[str, float | None] = {}
    for column, value, weight in credits:
        if column in _OF_THE_PAGE:
            continue
        name, told = tell(column, value, weight)
        weights[name] += weight
        measured.setdefault(name, told)
    ranked = sorted(weights, key=lambda name: -abs(weights[name]))[:STRONGEST]
    found = (Feature(name=name, weight=round(weights[name], 2), value=measured[name]) for name in ranked)
    return tuple(feature for feature in found if feature.weight)


def with_place(features: tuple[Feature, ...], doubt: float, site_doubt: float) -> tuple[Feature, ...]:
    """Return the strongest of `features` and of the place, for which other pages of the site raised the doubt."""
    if not features or site_doubt <= doubt:
        return features
    place = Feature(name=_PLACE, weight=round(_odds(site_doubt) - _odds(doubt), 2))
    return tuple(sorted((*features, place), key=lambda feature: -abs(feature.weight))[:STRONGEST])


def tell(column: str, value: float, weight: float) -> tuple[str, float | None]:
    """Return in words what it says that `column` is `value`, and the value where it is a measure."""
    for prefix, others in _HEARD:
        if column.startswith(prefix):
            return f"{others} {'doubted' if weight > 0 else 'trusted'}", None
    if (beside := _BESIDE.fullmatch(column)) is not None:
        line = _STEPS[int(beside[2])]
        if value == _UNKNOWN:
            return f"no {line}", None
        if beside[1] == "same":
            return _yes_or_no(f"{line} made alike", value), None
        name, measured = tell(beside[1], value, weight)
        return f"{line}: {name}", measured
    if column in _MEASURED:
        return _MEASURED[column], None if value == _UNKNOWN else round(value, 2)
    if column in _TOLD:
        return _TOLD[column], None
    if (classes := _CLASSES.fullmatch(column)) is not None:
        return _yes_or_no(f"{_LEVELS[int(classes[2])]}: {classes[1]}", value), None
    if column in _YES_OR_NO or column.startswith("in_"):
        return _yes_or_no(_YES_OR_NO.get(column, f"inside {column.removeprefix('in_')}"), value), None
    return column.replace("_", " "), None


def words(found: Sequence[Feature]) -> str:
    """Return `found` in one line: `+1.2 linked share 1, -0.4 inside article`."""
    return ", ".join(
        f"{feature.weight:+.1f} {feature.name}{'' if feature.value is None else f' {feature.value:g}'}"
        for feature in found
    )


def _odds(probability: float) -> float:
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))


def _yes_or_no(name: str, value: float) -> str:
    return name if value > 0 else f"not {name}"
