"""What time does a date in words state, in any of some sixty languages?

The parts are cut out one after the other, those that can be nothing else first: East Asian dates, dates in
figures, the time of day; then every word left must be known.
One unknown word or number too many and it is no date: nothing is guessed.
"""

from cleanwire.records.document import Precision
from cleanwire.text import folding
from cleanwire.text.dates import in_figures, in_words, jalali, moment, zones
from cleanwire.text.dates.understood import CLOCK_MARK, Reading, christian

MAX_CHARS = 160  # longer is no date; keeps every step small


def read(raw: str, *, day_first: bool | None = None, language: str | None = None) -> Reading | None:
    """Return what `raw` says about a time, None when anything in it is not part of a date."""
    if len(raw) > MAX_CHARS:
        return None
    text = " " + folding.fold(raw).replace(CLOCK_MARK, "") + " "
    reading = Reading(language=language, day_first=day_first)
    text = in_figures.take(text, reading)
    in_words.read(text, reading)
    if not reading.failed:
        _settle(reading)
    return None if reading.failed or not reading.partial else reading


def time_of(reading: Reading) -> moment.ParsedTime | None:
    """Return the time that a reading amounts to, None when its year, month or day stayed open."""
    if reading.date is None:
        return None
    if reading.clock is None:
        return moment.ParsedTime(local=reading.date, offset_min=None, precision=Precision.DAY)
    hour, minute, second = reading.clock
    if reading.half == "pm" and hour < 12:
        hour += 12
    elif reading.half == "am" and hour == 12:
        hour = 0
    local = moment.at(reading.date, hour, minute, second or 0)
    if local is None:
        return None
    offset = reading.offset_min
    if offset is None and reading.zone is not None:
        offset = zones.offset_min(reading.zone, local=local, language=_tongue(reading))
    precision = Precision.MINUTE if second is None else Precision.SECOND
    return moment.ParsedTime(local=local, offset_min=offset, precision=precision)


def _tongue(reading: Reading) -> str | None:
    return reading.language or (next(iter(reading.tongues)) if len(reading.tongues) == 1 else None)


def _settle(reading: Reading) -> None:
    """Turn numbers and names into a date."""
    if reading.figures is not None:
        reading.failed = bool(reading.numbers) or reading.month is not None
        in_figures.order(reading)
    elif reading.month is not None:
        _assign_numbers(reading)
        if reading.failed or reading.day is None or reading.year is None:
            return
        build = jalali.gregorian if reading.jalali else moment.day
        reading.date = build(reading.year, reading.month, reading.day)
        reading.failed = reading.date is None
    elif reading.numbers:
        reading.failed = True


def _assign_numbers(reading: Reading) -> None:
    """Tell the day from the year: the year has four digits, or comes second (RFC 5322 §4.3)."""
    if reading.date is not None or len(reading.numbers) > 2:
        reading.failed = True
        return
    for digits in reading.numbers:
        number = int(digits)
        if len(digits) == 4 and reading.year is None:
            reading.year = number if reading.jalali else christian(number)
        elif len(digits) <= 2 and reading.day is None and 1 <= number <= 31:
            reading.day = number
        elif len(digits) == 2 and reading.year is None and reading.day is not None:
            reading.year = moment.full_year(number)
        else:
            reading.failed = True
