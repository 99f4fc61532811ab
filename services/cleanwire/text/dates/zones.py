"""How far from UTC is a zone's name or abbreviation?"""

from datetime import datetime, timedelta

# Minutes east of UTC. Only names that mean one offset, or whose other meanings are rare in news;
# what a language or country reads differently stands in _ELSEWHERE. RFC 822 §5.1, IANA tz abbreviations.
_FIXED = {
    "z": 0, "utc": 0, "ut": 0, "gmt": 0, "uct": 0, "wet": 0, "zulu": 0, "etc/gmt": 0, "etc/utc": 0,
    "west": 60, "bst": 60, "cet": 60, "mez": 60, "met": 60, "wat": 60,
    "cest": 120, "mesz": 120, "mest": 120, "eet": 120, "cat": 120, "sast": 120, "oez": 120, "idt": 180,
    "eest": 180, "oesz": 180, "msk": 180, "мск": 180, "eat": 180, "trt": 180, "tsi": 180, "msd": 240,
    "irst": 210, "irdt": 270, "aft": 270, "gst": 240, "samt": 240, "azt": 240, "get": 240, "amt": 240,
    "pkt": 300, "yekt": 300, "uzt": 300, "ist": 330, "slst": 330, "npt": 345, "almt": 360, "omst": 360,
    "mmt": 390, "ict": 420, "wib": 420, "krat": 420, "novt": 420, "hkt": 480, "sgt": 480, "pht": 480,
    "myt": 480, "wita": 480, "awst": 480, "irkt": 480, "jst": 540, "kst": 540, "wit": 540, "yakt": 540,
    "acst": 570, "aest": 600, "chst": 600, "vlat": 600, "acdt": 630, "aedt": 660, "magt": 660,
    "nzst": 720, "pett": 720, "nzdt": 780,
    "cvt": -60, "brst": -120, "ndt": -150, "art": -180, "brt": -180, "clst": -180, "adt": -180, "uyt": -180,
    "nst": -210, "ast": -240, "edt": -240, "bot": -240, "clt": -240, "vet": -240, "pyt": -240, "gyt": -240,
    "est": -300, "cdt": -300, "cot": -300, "pet": -300, "ect": -300, "cst": -360, "mdt": -360,
    "mst": -420, "pdt": -420, "pst": -480, "akdt": -480, "akst": -540, "hdt": -540, "hst": -600, "sst": -660,
}  # fmt: skip

# The same letters elsewhere: by language or region.
_ELSEWHERE = {
    ("ist", "he"): 120, ("ist", "IL"): 120, ("ist", "ga"): 60, ("ist", "IE"): 60,
    ("cst", "zh"): 480, ("cst", "CN"): 480, ("cst", "TW"): 480, ("cst", "CU"): -300,
    ("est", "AU"): 600, ("edt", "AU"): 660, ("cst", "AU"): 570, ("ast", "ar"): 180, ("ast", "SA"): 180,
    ("bst", "bn"): 360, ("bst", "BD"): 360, ("pst", "tl"): 480, ("pst", "fil"): 480, ("pst", "PH"): 480,
    ("mst", "ms"): 480, ("mst", "MY"): 480, ("wit", "PG"): 600, ("sst", "SG"): 480, ("pst", "PK"): 300,
    ("amt", "BR"): -240, ("amt", "pt"): -240, ("gst", "GS"): -120,
}  # fmt: skip

# Names in words, folded; and North American zones that name no half of the year.
_PHRASES = {
    "北京时间": 480, "北京時間": 480, "台北時間": 480, "香港時間": 480, "香港时间": 480, "日本時間": 540,
    "한국시간": 540, "moscow time": 180, "московское время": 180, "по московскому времени": 180,
    "по москве": 180, "beijing time": 480, "tehran time": 210, "india standard time": 330,
    "eastern standard time": -300, "eastern daylight time": -240, "central standard time": -360,
    "central daylight time": -300, "mountain standard time": -420, "mountain daylight time": -360,
    "pacific standard time": -480, "pacific daylight time": -420, "central european time": 60,
    "central european summer time": 120, "british summer time": 60, "coordinated universal time": 0,
    "greenwich mean time": 0, "بتوقيت غرينتش": 0, "بتوقيت جرينتش": 0, "بتوقيت مكة": 180, "بتوقيت مكة المكرمة": 180,
    "ώρα γκρίνουιτς": 0, "gmt time": 0,
}  # fmt: skip
_AMERICAN = {"et": -300, "ct": -360, "mt": -420, "pt": -480, "akt": -540, "eastern time": -300,
             "eastern": -300, "pacific": -480, "central time": -360,
             "mountain time": -420, "pacific time": -480}  # fmt: skip

# Zones that only machines write: RFC 822 §5.1 (military letters, most of which senders get wrong), and Atlantic time.
# In running text these are words.
_MAIL = {"a": -60, "m": -720, "n": 60, "y": 720}
_MAIL_AMERICAN = {"at": -240}

# Languages spoken in one zone that keeps no summer time: a time without a zone is very likely local.
_HABITUAL = {"ko": 540, "ja": 540, "hi": 330, "mr": 330, "gu": 330, "te": 330, "th": 420, "vi": 420, "ka": 240,
             "hy": 240, "az": 240, "ne": 345, "tr": 180, "be": 180, "is": 0, "mn": 480}  # fmt: skip

PHRASES = frozenset(_PHRASES) | frozenset(name for name in _AMERICAN if " " in name)


def offset_min(name: str, *, local: datetime, language: str | None = None, in_mail: bool = False) -> int | None:
    """Return the offset, in minutes east of UTC, that `name` (folded) means at `local`; None when unknown.

    `language` is a BCP 47 tag; its region or language decides between zones of one name (IST, CST, AST). `in_mail` also
    takes what only the dates of mails and feeds call a zone: A, M, N, Y, AT.
    """
    american = _AMERICAN.get(name, _MAIL_AMERICAN.get(name) if in_mail else None)
    if american is not None:
        return american + (60 if _american_summer(local) else 0)
    if name in _PHRASES:
        return _PHRASES[name]
    for part in reversed((language or "").replace("_", "-").split("-")):
        if (name, part) in _ELSEWHERE:
            return _ELSEWHERE[name, part]
    return _FIXED.get(name, _MAIL.get(name) if in_mail else None)


def habitual_min(language: str | None) -> int | None:
    """Return the offset of the one zone that `language` is written in; None when it has several or summer time."""
    return _HABITUAL.get((language or "").replace("_", "-").split("-")[0].lower())


def _american_summer(local: datetime) -> bool:
    """Tell whether the United States kept summer time: second Sunday of March to first of November, since 2007."""
    if local.year >= 2007:
        begin, end = _sunday(local.year, 3, 2), _sunday(local.year, 11, 1)
    else:  # first Sunday of April to last of October
        begin, end = _sunday(local.year, 4, 1), _sunday(local.year, 11, 1) - timedelta(days=7)
    return begin + timedelta(hours=2) <= local < end + timedelta(hours=2)


def _sunday(year: int, month: int, nth: int) -> datetime:
    first = datetime(year, month, 1)  # noqa: DTZ001 - a wall clock
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))
