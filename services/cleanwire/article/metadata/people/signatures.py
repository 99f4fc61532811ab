"""Who signed the text itself, in its dateline or behind its last sentence? As papers of East Asia do, and blogs."""

import re
from collections.abc import Iterator, Sequence

from cleanwire.article.metadata.people import authors, person
from cleanwire.text import prose

_HAN = r"[\u3400-\u9fff·]{2,4}"
_MANY_HAN = rf"{_HAN}(?:[\s、，,]{{1,3}}{_HAN}){{0,5}}?"
_REPORTER = r"(?:记者|記者|通讯员|通訊員|实习生|實習生|特派员|特派員|特约撰稿人?|作者|撰文|撰稿|文)"
_TOLD = r"(?:报道|報導|報道|摄影报道|发自|發自|电|電)"
_IN_BRACKETS = re.compile(
    rf"[（(【\[][^（()）【】\[\]]{{0,16}}?{_REPORTER}\s?[:：]?\s?(?P<names>{_MANY_HAN})(?:[\s/／]{{1,3}}[^（()）【】\[\]]{{1,14}})?[）)】\]]"
)
"""（记者 王小明 李红）, 【記者王小明／台北報導】, also with an office in front."""
_RUN_ON = re.compile(
    r"[（(][^（()）]{0,10}?記者(?P<names>[\u3400-\u9fff]{3})[\u3400-\u9fff]{2,4}\d{1,2}日[^（()）]{0,8}[）)]"
)
"""（中央社記者王小明台北12日電）"""
_LINE = re.compile(
    rf"[^，。！？]{{0,16}}?{_REPORTER}\s?[:：]?\s?(?P<names>{_MANY_HAN})(?:\s?[^，。！？\s]{{0,8}}{_TOLD}\S{{0,6}})?"
)
"""A line of its own: 新京报记者 王小明 山东报道."""
_CLOSING = re.compile(rf"[（(](?P<names>{_MANY_HAN})(?:\s[^（()）\s]{{1,8}}{_TOLD})?[）)]$")
"""（王小明 上海报道） behind the last sentence."""
_HANGUL = re.compile(
    r"(?:^|[\])】）=\s\[(【（])(?P<names>[가-힣]{2,4})\s?(?:수습|인턴|선임|전문)?(?:기자|특파원)(?:\s?=|\s?[\])】）]|\s?$|\s\S{1,40}@)"
)
_BEHIND_PLACE = re.compile(r"^【[^【】]{1,16}[＝=](?P<names>[\u3400-\u9fff々\u3040-\u30ff]{3,7})】")
"""【ロンドン＝山田太郎】"""
_JAPANESE = re.compile(r"[（(](?:聞き手・|構成・|文・)?(?P<names>[\u3400-\u9fff々\u3040-\u30ff]{3,7})[）)]$")
_NO_NAMES = re.compile(
    r"敬称略|年齢|写真|共同|時事|通信|新聞|つづ|終わ|おわ|続き|当時|仮名|肩書|本文|取材|原文|图片|资料|待续|连载|上接|下转"
)
_ANY_HAN = re.compile(r"[\u3400-\u9fff]")
_BRACKETED = re.compile(r"[(（](?P<names>[^()（）]{5,60})[)）]$")
_DASH = re.compile(r"[-–—]\s*")
_MAX_OPENING = 90  # characters of a paragraph, in which a dateline stands
_MAX_WIDE_LINE = 40
_MAX_WORDS = 4


def find(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the people that the dateline of `texts`, an article's lines, or their last line names as their authors."""
    for raw in _told(texts):
        parted = "、".join(raw.split()) if _ANY_HAN.match(raw) else raw
        if names := tuple(name for name in authors.names([parted]) if _may_sign(name)):
            return names
    return ()


def _told(texts: Sequence[str]) -> Iterator[str]:
    """Yield what may be names, the surest first."""
    for text in texts[:2]:
        for pattern in (_RUN_ON, _IN_BRACKETS, _HANGUL, _BEHIND_PLACE):
            if match := pattern.search(text[:_MAX_OPENING]):
                yield match["names"]
    for text in (*reversed(texts[-3:]), *texts[:2]):
        line = text.strip()
        if len(line) <= _MAX_WIDE_LINE and (match := _LINE.fullmatch(line)):
            yield match["names"]
    for text in reversed(texts[-2:]):
        end = text.strip()[-_MAX_WIDE_LINE:]
        for pattern in (_IN_BRACKETS, _HANGUL, _BEHIND_PLACE):
            match = pattern.search(end)
            if match and (match.end() == len(end) or (pattern is _HANGUL and len(text.strip()) == len(end))):
                yield match["names"]
    yield from _at_the_end(texts)


def _at_the_end(texts: Sequence[str]) -> Iterator[str]:
    """Yield the names alone in brackets or on a line behind the last sentence, of whom the text does not speak."""
    if len(texts) < 2:
        return
    last = texts[-1].strip()
    if _ANY_HAN.search(last[-_MAX_WIDE_LINE:]):
        pattern = _JAPANESE if any("\u3040" <= char <= "\u30ff" for text in texts[:2] for char in text) else _CLOSING
        match = pattern.search(last[-_MAX_WIDE_LINE:])
        if (
            match
            and _NO_NAMES.search(match["names"]) is None
            and (pattern is _JAPANESE or _all_chinese(match["names"]))
        ):
            yield match["names"]
        return
    bracketed = _BRACKETED.search(last[-2 * _MAX_WIDE_LINE :])
    line = _DASH.sub("", last, count=1) if _DASH.match(last) else last
    whole = line.strip("()（） ") if len(line) <= 2 * _MAX_WIDE_LINE else ""
    before = last[: -len(bracketed[0])].rstrip() if bracketed else ""
    for raw in (whole, bracketed["names"] if bracketed and (not before or prose.ends_sentence(before)) else ""):
        people = authors.names([raw]) if raw and not prose.ends_sentence(raw) else ()
        is_behind = bool(people) and any(map(prose.is_paragraph, (texts[-2], before)))
        if is_behind and all(map(_is_signature, people)) and not _are_spoken_of(people, (*texts[:-1], before)):
            yield raw


def _are_spoken_of(people: Sequence[str], texts: Sequence[str]) -> bool:
    return any(name.split()[-1] in text for name in people for text in texts)


def _all_chinese(names: str) -> bool:
    return all(map(person.is_chinese, re.split(r"[\s、，,]+", names)))


def _is_signature(name: str) -> bool:
    return person.is_person(name) and 2 <= len(name.split()) <= _MAX_WORDS


def _may_sign(name: str) -> bool:
    return person.is_person(name) and _NO_NAMES.search(name) is None
