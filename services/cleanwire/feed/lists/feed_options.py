"""What may a subscriber set for one feed, written as words?"""

from collections.abc import Mapping

from cleanwire.errors import InputError
from cleanwire.records import zone
from cleanwire.records.feed import RESERVED_HEADERS, FeedOptions

HEADER = "header:"
"""What the name of a request header begins with: `header:X-Key`."""
KEYS = ("title", "tags", "paused", "min_interval_s", "max_interval_s", "time_zone", "username", "password")

_YES = frozenset({"yes", "true", "1", "on"})
_NO = frozenset({"no", "false", "0", "off"})
_MAX_INTERVAL_S = 90 * 86_400.0


def is_key(name: str) -> bool:
    """Tell whether `name` names an option."""
    return name in KEYS or (name.startswith(HEADER) and len(name) > len(HEADER))


def is_secret(name: str) -> bool:
    """Tell whether an option's value is for nobody's eyes: a header may hold a key."""
    return name == "password" or name.startswith(HEADER)


def read(words: Mapping[str, str], before: FeedOptions | None = None) -> FeedOptions:
    """Return `before` with the options that `words` state, by name; an empty word takes an option back.

    Tags are separated by commas or semicolons; `paused` is yes or no; intervals are in seconds.

    Raises:
        InputError: names the option. Passwords and header values are never shown.
    """
    known = before or FeedOptions()
    headers = dict(known.headers)
    for name, value in words.items():
        if any("\ud800" <= letter <= "\udfff" for letter in value):  # what a terminal makes of other encodings
            raise InputError(f"{name}: this is no text in UTF-8")
        if name.startswith(HEADER):
            headers.pop(name[len(HEADER) :], None)
            headers |= {name[len(HEADER) :]: value.strip()} if value.strip() else {}
        elif not is_key(name):
            raise InputError(f"{name}: no such option; there are {', '.join(KEYS)} and {HEADER}NAME")
    stated = {name: value.strip() for name, value in words.items() if name in KEYS}
    options = FeedOptions(
        title=stated.get("title", known.title) or None,
        tags=_tags(stated["tags"]) if "tags" in stated else known.tags,
        paused=_yes("paused", stated["paused"]) if "paused" in stated else known.paused,
        min_interval_s=_seconds("min_interval_s", stated, known.min_interval_s),
        max_interval_s=_seconds("max_interval_s", stated, known.max_interval_s),
        headers=headers,
        username=stated.get("username", known.username) or None,
        password=stated.get("password", known.password) or None,
        time_zone=stated.get("time_zone", known.time_zone) or None,
    )
    if stated.get("password") and not options.username:
        raise InputError("password: there is no username")
    _check(options)
    return options


def write(options: FeedOptions) -> dict[str, str]:
    """Return the options that are set, as `read` takes them."""
    words = {
        "title": options.title,
        "tags": ",".join(options.tags),
        "paused": "yes" if options.paused else None,
        "min_interval_s": None if options.min_interval_s is None else f"{options.min_interval_s:g}",
        "max_interval_s": None if options.max_interval_s is None else f"{options.max_interval_s:g}",
        "time_zone": options.time_zone,
        "username": options.username,
        "password": options.password,
        **{HEADER + name: value for name, value in options.headers.items()},
    }
    return {name: word for name, word in words.items() if word}


def _check(options: FeedOptions) -> None:
    least, most = options.min_interval_s, options.max_interval_s
    if least is not None and most is not None and least > most:
        raise InputError(f"min_interval_s: {least:g} is more than max_interval_s, {most:g}")
    if options.time_zone is not None and (wrong := zone.problem(options.time_zone)):
        raise InputError(f"time_zone: {wrong}")
    for name, value in options.headers.items():
        if not (name.isascii() and name.replace("-", "").replace("_", "").isalnum()):
            raise InputError(f"{HEADER}{name[:60]}: this is no name of a header")
        if name.lower() in RESERVED_HEADERS:
            raise InputError(f"{HEADER}{name}: each request has its own")
        if not (value.isascii() and value.isprintable()):
            raise InputError(f"{HEADER}{name}: a header's value is one line of ASCII")


def _tags(text: str) -> tuple[str, ...]:
    tags = (tag.strip() for tag in text.replace(";", ",").split(","))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _yes(name: str, word: str) -> bool:
    if word.lower() not in _YES | _NO | {""}:
        raise InputError(f"{name}: {word!r} is neither yes nor no")
    return word.lower() in _YES


def _seconds(name: str, stated: Mapping[str, str], before: float | None) -> float | None:
    word = stated.get(name)
    if word is None:
        return before
    if not word:
        return None
    try:
        value = float(word)
    except ValueError:
        value = 0.0
    if not 1 <= value <= _MAX_INTERVAL_S:
        raise InputError(f"{name}: {word!r} is no number of seconds from 1 to {_MAX_INTERVAL_S:.0f}")
    return value
