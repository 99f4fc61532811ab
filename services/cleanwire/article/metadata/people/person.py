"""Is this the name of a person, and how is it written?"""

import re
from collections.abc import Sequence

from cleanwire.article.metadata.people import agency
from cleanwire.text import prose

_BODY = re.compile(
    r"\b(?:news\w*|wire|press|presse|prensa|agency|agencies|agentur|agence|agencia|agenzia|media|network|staff|teams?|desk|"
    r"editors|editorial|redaktion|redakcja|rédaction|redacción|redação|redazione|redactie|online|magazine?|times|post|"
    r"tribune|gazette|herald|zeitung|\w*blatt|anzeiger|courier|kurier|journal|daily|group|foundation|institut\w*|"
    r"associat\w*|inc|ltd|llc|gmbh|corp|company|society|council|ministr\w*|department|office|bureau|services?|board|"
    r"facebook|twitter|whatsapp|linkedin|instagram|telegram|pinterest|youtube|tiktok|e-?mail|"
    r"channel|tv|radio|studios?|center|centre|college|hospital|verlag|noticias|nachrichten|correspondents?|the|"
    r"ajans\w*|haber\w*|πρακτορείο|ειδήσεων|newsroom|редакция|агентство|новости)\b",
    re.I,
)
_WIDE_NAME = re.compile(r"[\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff々・·]+")
_WIDE_BODY = re.compile(
    r"(?:社|网|網|报|報|台|局|部|室|组|組|会|會|院|频道|頻道|新闻|新聞|日报|晚报|编辑|編輯|記者|记者)$"
)
_MAX_WIDE_SECTION = 3  # characters: 体育部 is a desk
_MAX_NAME_WORDS = 5  # particles aside
_MAX_INITIALS = 2  # more capitals in front are an institution's
_MIN_WHOLE = 3  # letters of a site's whole name
_MIN_TELLING = 5  # letters of a word by which a site is known
_CHINESE = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭萧田董潘袁蔡蒋蔣余于杜叶葉程"
    "魏苏蘇吕呂丁任卢盧姚沈钟鐘鍾姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付傅方邹鄒熊白孟秦邱侯江尹薛闫閻段雷龙龍黎史陶贺賀毛郝顾顧龚龔邵万萬"
    "覃武钱錢戴严嚴莫孔向常汤湯"
)
"""The hundred family names that most Chinese have, in both ways of writing."""


def is_person(name: str) -> bool:
    """Tell whether `name` is like a person's whole name: not one word, not an institution's, no letters for one."""
    words = name.split()
    if is_wide(name):
        return 2 <= len(name) <= 12 and _WIDE_BODY.search(name) is None
    if len(words) < 2 or agency.is_one(name) or _BODY.search(name) is not None:
        return False
    first = words[0].strip("'’-.")
    if first.isupper() and first.isalpha() and len(first) > _MAX_INITIALS and not name.isupper():
        return False  # BNN Wire; but Jean DUPONT, JD Vance
    return prose.is_name(name, max_words=_MAX_NAME_WORDS + len(particles(words)))


def is_body(name: str) -> bool:
    """Tell whether `name` is of several words of which one is an institution's: "Harbour News", 港湾日报."""
    if is_wide(name):
        return _WIDE_BODY.search(name) is not None and len(name) > _MAX_WIDE_SECTION
    return " " in name and _BODY.search(name) is not None


def is_of_site(name: str, site_names: Sequence[str]) -> bool:
    """Tell whether `name` is made of the site's: it holds one of `site_names`, or a long word with which one begins."""
    sites = [prose.key(site) for site in site_names]
    words = {word for site in sites for word in site.split()}
    if any(f" {site} " in f" {prose.key(name)} " for site in sites if len(site) >= _MIN_WHOLE):
        return True
    return any(
        word in words or any(site.startswith(word) and " " not in site for site in sites)
        for word in prose.key(name).split()
        if len(word) >= _MIN_TELLING
    )


def is_wide(name: str) -> bool:
    """Tell whether `name` is in a script without capitals and, as a rule, without blanks."""
    return _WIDE_NAME.fullmatch(name) is not None


def is_chinese(name: str) -> bool:
    """Tell whether `name` is a Chinese name of two or three characters; Japanese names part at a blank instead."""
    return 2 <= len(name) <= 3 and name[0] in _CHINESE and is_wide(name)


def particles(words: Sequence[str]) -> list[str]:
    """Return the words that are part of a name though they are small: de la, von der, bin."""
    return [word for word in words if word[0].islower() and prose.is_particle(word)]


def recased(name: str) -> str:
    """Return a name in capitals as it is usually written: Jost van der Meer, Sean O'Mara, Ann McRoy."""
    words = [word.lower() if at and prose.is_particle(word) else word.title() for at, word in enumerate(name.split())]
    return re.sub(r"\bMc([a-z])", lambda found: f"Mc{found[1].upper()}", " ".join(words))
