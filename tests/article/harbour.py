"""A short piece on a pier, in six languages, under whatever head and opening a test gives it."""

from datetime import UTC, datetime

from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.page import Page

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp()
URL = "https://www.tidewater-post.example/harbour/2026-pier"

PARAGRAPHS = {
    "en": (
        "The repair of the old pier will take until next autumn, the harbour master told the council on Tuesday.",
        "Two of the eleven pillars have to be replaced, and the planks on the northern side are older than the hall.",
        '"We have waited for this since the storm," said Orla Fennwick, who runs the kiosk at the head of the pier.',
    ),
    "de": (
        "Die Reparatur des alten Stegs dauert bis zum nächsten Herbst, sagte die Hafenmeisterin am Dienstag im Rat.",
        "Zwei der elf Pfeiler müssen ersetzt werden, und die Planken auf der Nordseite sind älter als das Rathaus.",
        "„Darauf warten wir seit dem Sturm“, sagte Henrike Solm, die den Kiosk am Eingang des Stegs betreibt.",
    ),
    "fr": (
        "La réparation de la vieille jetée durera jusqu’à l’automne prochain, a dit mardi la capitaine du port.",
        "Deux des onze piliers doivent être remplacés, et les planches du côté nord sont plus vieilles que la mairie.",
        "« Nous l’attendons depuis la tempête », a dit Maëlle Troncy, qui tient le kiosque à l’entrée de la jetée.",
    ),
    "es": (
        "La reparación del viejo muelle durará hasta el próximo otoño, dijo el martes la capitana del puerto.",
        "Hay que sustituir dos de los once pilares, y las tablas del lado norte son más viejas que el ayuntamiento.",
        "«Lo esperamos desde la tormenta», dijo Inés Carballo, que lleva el quiosco a la entrada del muelle.",
    ),
    "ru": (
        "Ремонт старого причала продлится до следующей осени, сообщила во вторник начальница порта.",
        "Две из одиннадцати опор придётся заменить, а доски на северной стороне старше самой городской ратуши.",
        "«Мы ждали этого со времён шторма», — сказала Вера Ланская, которая держит киоск у входа на причал.",
    ),
    "zh": (
        "港务长周二晚间在市议会上表示，旧码头的修缮工程将持续到明年秋天，期间北侧通道会全部关闭，游客需从南门进入。",
        "十一根桩柱中有两根必须更换，北侧的木板比市政厅还要古老，维修费用预计达到三百万元，由市政府和港口公司共同承担。",
        "“自从那场风暴以来，我们一直在等待这一天。”在码头入口处经营小卖部多年的林女士说，她希望明年夏天能重新开张。",
    ),
}


def read(head: str, top: str, *, lang: str = "en", url: str = URL, below: str = "") -> Article:
    text = "".join(f"<p>{line}</p>" for line in PARAGRAPHS[lang])
    markup = f"<html lang={lang}><head><meta charset=utf-8>{head}</head><body>{top}{text}{below}</body></html>"
    found = clean.clean(Page(url=url, body=markup.encode(), content_type="text/html", fetched_at=NOW))
    assert isinstance(found, Article), found
    return found


def og(title: str, site: str | None = None) -> str:
    named = f'<meta property="og:site_name" content="{site}">' if site else ""
    return f'<meta property="og:title" content="{title}">{named}'
