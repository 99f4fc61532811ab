"""Which feeds does a file list, be it OPML, a table, or one address a line?"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from cleanwire import characters
from cleanwire.errors import InputError
from cleanwire.feed.formats.raw import feed_charset, sniff
from cleanwire.feed.lists import feed_options, opml
from cleanwire.urls import identity, secrets
from cleanwire.urls import parse as urls

URL_COLUMNS = ("url", "feed", "feed_url", "feed url", "xmlurl")
_DELIMITERS = ",;\t"
_SHOWN = 200
_Item = TypeVar("_Item")
_Row = tuple[str, list[str] | csv.Error]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One feed of a list. `words` are the options it states, as `feed_options.read` takes them."""

    url: str
    place: str = ""  # file:line, for people
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """What a list holds. `repeated` stood there before, `problems` begin with file and line."""

    feeds: tuple[Listed, ...] = ()
    repeated: tuple[Listed, ...] = ()
    problems: tuple[str, ...] = ()


def read(body: bytes, name: str) -> FeedList:
    """Return the feeds in `body`, in order. `name` is the file's, for messages.

    A table (CSV with commas, semicolons or tabs) begins with the names of its columns: one is `url`, the others are
    those of `feed_options`. In other text a line holds one address; what follows white space and `#`, and empty lines,
    do not count. Of OPML the folders and categories become tags.

    Raises:
        InputError: OPML that cannot be read, a table whose columns are not as said, or no text at all.
    """
    text = feed_charset.decode(body, None)
    if sniff.kind(text[:4096].encode("utf-8", "replace")) in (sniff.Kind.XML, sniff.Kind.HTML):
        return _opml(body, name)
    if "\0" in text:
        raise InputError(f"{name}: this is no text")
    delimiter = _delimiter(text)
    return _lines(text, name) if delimiter is None else _table(text, name, delimiter)


def join(lists: Iterable[FeedList]) -> FeedList:
    """Return several lists as one; a feed that stood before, in the same list or an earlier one, is repeated."""
    every = list(lists)
    feeds: dict[str, Listed] = {}
    repeated: list[Listed] = []
    for each in every:
        for listed in each.feeds:
            listed = _apart(listed, feeds.get(identity.feed_id(listed.url)))
            if feeds.setdefault(identity.feed_id(listed.url), listed) is not listed:
                repeated.append(listed)
        repeated += each.repeated
    problems = tuple(problem for each in every for problem in each.problems)
    return FeedList(feeds=tuple(feeds.values()), repeated=tuple(repeated), problems=problems)


def _apart(listed: Listed, before: Listed | None) -> Listed:
    """Return `listed`, by its address another feed than `before` where only the user in its words is another."""
    user, password = listed.words.get("username"), listed.words.get("password")
    if before is None or user is None or user == before.words.get("username"):
        return listed
    return replace(listed, url=secrets.joined(listed.url, (user, password or "")))


def table(feeds: Iterable[tuple[str, Mapping[str, str]]]) -> str:
    """Return feeds and their words as CSV that `read` takes; what a spreadsheet would compute has a `'` before it."""
    rows = list(feeds)
    named = {name for _, words in rows for name in words}
    known = [name for name in feed_options.KEYS if name in named]
    columns = [*known, *sorted(named.difference(known))]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["url", *columns])
    writer.writerows([url, *(characters.cell(words.get(name, "")) for name in columns)] for url, words in rows)
    return out.getvalue()


def _opml(body: bytes, name: str) -> FeedList:
    found = opml.read(body, name)
    return _collected(found.feeds, lambda feed: _of_outline(feed, name), found.problems)


def _of_outline(feed: opml.OpmlFeed, name: str) -> Listed:
    path = " / ".join(feed.folders).replace(",", " ").replace(";", " ")
    title = feed.title if feed.title != feed.url else None  # what a program writes where there is no title
    words = {"title": title, "tags": ",".join(filter(None, (path, *feed.categories)))}
    place = f"{name}:{feed.line}" if feed.line else name
    return Listed(url=feed.url, place=place, words={key: word for key, word in words.items() if word})


def _lines(text: str, name: str) -> FeedList:
    def listed(line: tuple[int, str]) -> Listed | None:
        number, words = line[0], line[1].split()
        if not words or words[0].startswith("#"):
            return None
        url = urls.href(words[0])
        if url is None or (len(words) > 1 and not words[1].startswith("#")):
            raise InputError(f"{name}:{number}: not an http(s) address: {line[1].strip()[:_SHOWN]!r}")
        return Listed(url=url, place=f"{name}:{number}")

    return _collected(enumerate(text.splitlines(), start=1), listed)


def _table(text: str, name: str, delimiter: str) -> FeedList:
    rows = _rows(text, name, delimiter)
    columns, address = _columns(next(row for row in rows if not _is_empty(row)))

    def listed(row: _Row) -> Listed | None:
        place, cells = row
        if isinstance(cells, csv.Error):
            raise InputError(f"{place}: no row of a table: {cells}")
        if _is_empty(row) or cells[0].lstrip().startswith("#"):
            return None
        if len(cells) > len(columns):
            raise InputError(f"{place}: {len(cells)} cells in a table of {len(columns)} columns")
        shown = cells[address].strip() if len(cells) > address else ""
        url = urls.href(shown) if len(shown.split()) == 1 else None
        if url is None:
            raise InputError(f"{place}: not an http(s) address: {shown[:_SHOWN]!r}")
        words = {
            column: characters.cell_text(cell.strip())
            for at, (column, cell) in enumerate(zip(columns, cells, strict=False))
            if at != address and cell.strip()
        }
        try:
            feed_options.read(words)
        except InputError as error:
            raise InputError(f"{place}: {error}") from None
        return Listed(url=url, place=place, words=words)

    return _collected(rows, listed)


def _rows(text: str, name: str, delimiter: str) -> Iterator[_Row]:
    """Yield each row with the file and line where it begins; what cannot be parted into cells comes as its error."""
    lines = text if "\n" in text else text.replace("\r", "\n")
    rows = csv.reader(io.StringIO(lines), delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        place = f"{name}:{rows.line_num + 1}"
        try:
            yield place, next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield place, error


def _is_empty(row: _Row) -> bool:
    return not isinstance(row[1], csv.Error) and not any(cell.strip() for cell in row[1])


def _columns(head: _Row) -> tuple[list[str], int]:
    """Return the names of columns as options are named, and which of them holds the address.

    Raises:
        InputError: names the column that is unknown, missing or there twice.
    """
    place, cells = head
    if isinstance(cells, csv.Error):
        raise InputError(f"{place}: no names of columns: {cells}")
    columns = [_key(cell) for cell in cells]
    for column in columns:
        if not _is_column(column):
            known = ", ".join(("url", *feed_options.KEYS, feed_options.HEADER + "NAME"))
            raise InputError(f"{place}: unknown column {column[:_SHOWN]!r}; there are {known}")
    names = ["url" if column in URL_COLUMNS else column for column in columns]
    twice = next((column for column in names if names.count(column) > 1), None)
    if twice is not None:
        raise InputError(f"{place}: column {twice!r} is there twice")
    if "url" not in names:
        raise InputError(f"{place}: a table of feeds needs a column 'url'")
    return columns, names.index("url")


def _is_column(name: str) -> bool:
    return name in URL_COLUMNS or feed_options.is_key(name)


def _key(cell: str) -> str:
    """Return the name of a column as options are named; a header's name keeps its case."""
    name = cell.strip()
    return name if name.startswith(feed_options.HEADER) else name.lower()


def _collected(
    items: Iterable[_Item], listed: Callable[[_Item], Listed | None], problems: Iterable[str] = ()
) -> FeedList:
    """Return what `listed` makes of `items`; an InputError of it is a problem, not the end."""
    feeds: list[Listed] = []
    wrong = list(problems)
    for item in items:
        try:
            found = listed(item)
        except InputError as error:
            wrong.append(str(error))
            continue
        if found is not None:
            feeds.append(found)
    return join([FeedList(feeds=tuple(feeds), problems=tuple(wrong))])


def _delimiter(text: str) -> str | None:
    """Return what separates the cells of a table; None when the text does not begin with a line that names columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    for delimiter in _DELIMITERS:
        cells = [_key(cell.strip().strip('"')) for cell in first.split(delimiter)]
        if any(cell in URL_COLUMNS for cell in cells) or (len(cells) > 1 and all(map(_is_column, cells))):
            return delimiter
    return None
