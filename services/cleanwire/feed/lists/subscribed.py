"""What is kept of a subscription, and which one does an address mean? No address we keep holds a user or a password.

A feed's id is the hash of its address as it was first written, user and password included. So it is never computed
anew from what is kept, and an address is looked for in several ways.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from msgspec import structs

from cleanwire.feed.lists import feed_options
from cleanwire.feed.lists.read import Listed
from cleanwire.records.feed import Child, Feed, FeedOptions, FeedState, Origin
from cleanwire.urls import identity, parse, secrets


def parted(feed: Feed) -> Feed:
    """Return `feed` with user and password of its address among its options; itself where the address has none."""
    found = secrets.part(feed.url)
    if found.auth is None:
        return feed
    options = _with_auth(feed.options, found.auth) if feed.options.auth is None else feed.options
    return structs.replace(feed, url=found.url, options=options)


def options(listed: Listed, before: FeedOptions | None = None) -> FeedOptions:
    """Return the options that a list states for a feed; what it says nothing about stays as it was `before`."""
    read = feed_options.read(listed.words, before)
    auth = secrets.part(listed.url).auth
    return read if auth is None or _USER.intersection(listed.words) else _with_auth(read, auth)


def state(known: FeedState) -> FeedState:
    """Return `known` without users and passwords in its addresses: an older version kept them there."""
    ids = {child.state.feed_id: _child_id(child) for child in known.children}
    gap, sitemap = known.gap, known.news_sitemap
    return structs.replace(
        known,
        url=_open(known.url),
        moved_to=None if known.moved_to is None else _open(known.moved_to),
        children=tuple(_child(child, ids) for child in known.children),
        gap=None if gap is None else structs.replace(gap, asks=tuple(map(_open, gap.asks))),
        news_sitemap=None if sitemap is None else structs.replace(sitemap, url=_open(sitemap.url)),
    )


def asked_at(known: FeedState, feed: Feed) -> FeedState:
    """Return `known` with the address of `feed` where that differs in its keys only: they were changed."""
    if known.url == feed.url or secrets.shown(known.url) != secrets.shown(feed.url):
        return known
    return structs.replace(known, url=feed.url)


def find(address: str, known: Mapping[str, Feed]) -> list[Feed]:
    """Return the feeds that `address` may mean, best one: an id, or an address as written, without its secrets, or
    with `***` in their place. Several: it does not say which."""
    if address in known:
        return [known[address]]
    href = parse.href(address)
    if href is None:
        return []
    if (exact := known.get(identity.feed_id(href))) is not None:
        return [exact]
    written = secrets.part(href)
    auth = written.auth if written.auth is not None and secrets.HIDDEN not in written.auth else None
    for alike in (_address, secrets.shown, secrets.bare):
        found = [feed for feed in known.values() if alike(feed.url) == alike(written.url)]
        if found and auth is not None:
            found = _of_user(found, auth)
        if found or _has_keys(written.url):
            return found
    return []


def pair(wanted: Sequence[Listed], known: Iterable[Feed]) -> dict[str, Feed | None]:
    """Return what of `known` each feed of a list is, by its id as the list writes it; None: it is new.

    Best is the id; then the address with the same user, though the password is another; then what has lost or got a
    user, or another key, if that is plain: two feeds that differ in a secret alone stay two.
    """
    asked = {identity.feed_id(listed.url): listed for listed in reversed(wanted)}
    asked = dict(reversed(asked.items()))
    left = {feed.id: feed for feed in sorted(known, key=lambda feed: (feed.added_at, feed.id))}
    found: dict[str, Feed | None] = {at: left.pop(at, None) for at in asked}
    for of_listed, of_feed, choosy in _WAYS:
        open_ = [at for at, feed in found.items() if feed is None]
        by_key: dict[Hashable, list[Feed]] = {}
        for feed in left.values():
            by_key.setdefault(of_feed(feed), []).append(feed)
        keys = [of_listed(asked[at]) for at in open_]
        for at, key in zip(open_, keys, strict=True):
            feeds = by_key.get(key, [])
            if not feeds or (choosy and (len(feeds) > 1 or keys.count(key) > 1)):
                continue
            if choosy and not _may_be(asked[at], feeds[0]):
                continue
            found[at] = left.pop(feeds.pop(0).id)
    return found


def changed(before: Feed, listed: Listed) -> Feed:
    """Return `before` with what a list says about it now: options that it states, and a key that is another."""
    url = before.url
    if _address(listed.url) != _address(url) and not is_redacted(listed.url):
        url = secrets.part(listed.url).url
    return structs.replace(before, url=url, options=options(listed, before.options))


def is_redacted(url: str) -> bool:
    """Return whether a key in `url` is not the key but what stands in its place."""
    return f"={secrets.HIDDEN}" in url or f"/{secrets.HIDDEN}" in url


def _may_be(listed: Listed, feed: Feed) -> bool:
    """Whether a list's feed may be one that differs in its user or keys. Only a list's own feeds change these."""
    same = _address(feed.url) == _address(listed.url)
    return feed.origin is Origin.FILE or (_auth(listed) is None if same else is_redacted(listed.url))


def _address(url: str) -> str:
    """Return an address as `identity.feed_id` knows it: neither scheme nor fragment count."""
    return secrets.part(parse.href(url) or url).url.partition("#")[0].partition("://")[2]


def _auth(listed: Listed) -> tuple[str, str] | None:
    return options(listed).auth


def _user(listed: Listed) -> str | None:
    auth = _auth(listed)
    return None if auth is None else auth[0]


_Way = tuple[Callable[[Listed], Hashable], Callable[[Feed], Hashable], bool]
_WAYS: tuple[_Way, ...] = (
    (lambda one: (_address(one.url), _auth(one)), lambda feed: (_address(feed.url), feed.options.auth), False),
    (
        lambda one: (_address(one.url), _user(one)),
        lambda feed: (_address(feed.url), None if feed.options.auth is None else feed.options.auth[0]),
        False,
    ),
    (lambda one: _address(one.url), lambda feed: _address(feed.url), True),
    (lambda one: secrets.shown(_address(one.url)), lambda feed: secrets.shown(_address(feed.url)), True),
)
"""By what a list's feed is compared with one that is known, and whether it must be the only one on both sides."""
_USER = frozenset({"username", "password"})


def _of_user(feeds: list[Feed], auth: tuple[str, str]) -> list[Feed]:
    same = [feed for feed in feeds if feed.options.auth == auth]
    return same or [feed for feed in feeds if feed.options.auth is not None and feed.options.auth[0] == auth[0]]


def _has_keys(url: str) -> bool:
    """Whether `url` holds a key that could be compared: then no feed with another key is meant."""
    return secrets.has_secret(url) and not is_redacted(url)


def _open(url: str) -> str:
    return secrets.part(url).url if "@" in url else url


def _with_auth(options: FeedOptions, auth: tuple[str, str]) -> FeedOptions:
    return structs.replace(options, username=auth[0] or None, password=auth[1] or None)


def _child_id(child: Child) -> str:
    opened = _open(child.state.url)
    return child.state.feed_id if opened == child.state.url else identity.feed_id(opened)


def _child(child: Child, ids: Mapping[str, str]) -> Child:
    own = structs.replace(state(child.state), feed_id=ids[child.state.feed_id])
    parent = None if child.parent is None else ids.get(child.parent, child.parent)
    return structs.replace(child, state=own, parent=parent)
