"""Which date does a search through the text of a whole page find? For pages that tell none anywhere else.

htmldate looks for it, and has dateparser read dates in words. That asks 200 languages one after the other, the first
time with 4.6 s of CPU in each process, and takes 11.07.2026 for a day of November. Our own reader stands in its place
(decision 81).
"""

from datetime import datetime
from functools import cache

from htmldate import extractors, find_date
from lxml.etree import _Element

from cleanwire.article.metadata.dates import times
from cleanwire.records.base import END_OF_TIME

_ANY_TIME = times.TimeContext(fetched_at=END_OF_TIME)  # htmldate itself compares with the latest day that it was told


def day(tree: _Element, url: str, *, latest: str, thorough: bool) -> str | None:
    """Return the likeliest day of publication, none after `latest`, both as YYYY-MM-DD.

    `tree` is changed. A `thorough` search looks at all the text, too, and costs tens of milliseconds.
    """
    found = find_date(tree, url=url, original_date=not thorough, extensive_search=thorough, max_date=latest)
    return None if found is None else str(found)


class _Reader:
    """What htmldate asks of a `dateparser.DateDataParser`."""

    def get_date_data(self, text: str) -> dict[str, datetime | None]:
        reading = times.read(times.Stated(source="text", raw=text), _ANY_TIME)
        return {"date_obj": None if reading is None else reading.time.local}


@cache
def _reader() -> _Reader:
    return _Reader()


extractors.get_external_parser = _reader
