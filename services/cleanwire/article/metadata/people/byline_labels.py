"""Which names of a byline are its writers', where labels part them from photographers, editors and sources?"""

import re

from cleanwire.article.metadata.people import person

TEXT = (
    r"(?:story|text[eo]?s?|testo|testi|tekst(?:y|en)?|words|report(?:age)?|reportaje|reportagem|artículos?|bericht|crónica|"
    r"palabras|palavras)(?:(?:\s(?:and|und|et|y|e|en|och|og|i)\s|\s?[&+/]\s?)[^\W\d_]{3,20})?"
)
"""What a writer is credited with, perhaps with something else: `Texte et photos`."""
_OF_OTHERS = (
    r"fotos?|fotók?|fotograf\w*|fotografi[aeí]\w*|photos?|photograph\w*|photographs? by|pictures?|bild(?:er)?|"
    r"bilder|fot\.?|zdjęcia|kuva(?:t)?|foto(?:grafie|grafii)|poze|фото|світлини|φωτογραφί\w*|fotoğraf\w*|تصوير|صور|写真|撮影|图|圖|图片|摄影|攝影|사진|video|vidéo|"
    r"vídeo|видео|视频|grafik\w*|graphics?|infografik\w*|illustrations?|illustrator(?:in)?|ilustraci\w*|"
    r"quellen?|sources?|fuentes?|fontes?|font[ei]|bron(?:nen)?|källa|kilde|źródło|источник|πηγή|kaynak|"
    r"المصدر|来源|來源|出典|출처|editors?|edited by|editing by|editor(?:a|es)?|redigerat av|redaktor|редактор|编辑|"
    r"編輯|责编|責編|责任编辑|責任編輯|校对|校對|审核|editör|تحرير|translat\w+|traduc\w+|"
    r"traduit par|übersetz\w+|vertaling|tłum\w*|перевод|翻译|翻譯|datum|date|fecha|data|дата|日期|时间|時間|发布时间|"
    r"sections?|rubrik|rubrique|kategorie|"
    r"category|catégorie|categor[ií]a|lesezeit|reading time"
)
_BY_OTHERS = (
    r"(?:photos?|photograph(?:s|y|ed)?|pictures?|images?|illustrat(?:ions?|ed)|graphics?|video|translat(?:ion|ed)|"
    r"edit(?:ed|ing)|produced|(?:medically |legally |expert )?reviewed|fact[- ]checked|additional reporting) by|"
    r"(?:fotos?|bilder|illustration(?:en)?|übersetzt|übersetzung|redigiert|bearbeitet|"
    r"(?:medizinisch |fachlich )?geprüft) von|"
    r"(?:photos?|photographies?|images|illustrations?|vidéos?|traduit|traduction|édité|relu) (?:par|de)|"
    r"(?:fot(?:os?|ografi(?:as?|es?))|fotografías?|imágenes|imagens|vídeos?|ilustraci[oó]n(?:es)?|"
    r"ilustraç(?:ão|ões)|traducid[oa]|editad[oa]|revisad[oa]|traduzid[oa]|"
    r"revist[oa]) (?:por|de|do|da)|"
    r"(?:foto|fotografie|immagini|video|illustrazioni|traduzione|tradotto|a cura) (?:di|da)|"
    r"(?:foto'?s?|beeld|vertaling|vertaald) (?:door|van)|(?:foto|bilder?|översatt|redigert|redigeret) av|"
    r"(?:zdjęcia|tłumaczenie|opracowanie)"
)
_BY_WRITERS = (
    rf"(?:{TEXT}|written|reported|reporting)\s+(?:by|von|par|por|de|di|do|da|du|van|door|av|af)|by|"
    rf"tekst(?:y)?(?=\s+[^\W\d_]+\s+[^\W\d_]+\s*[·|/;,•–-])"
)
_OF_WRITERS = (
    rf"{TEXT}|words|story|report|reporters?|author[s]?|"
    r"autor(?:in|en|es|a|as|ka|zy)?(?:/autor)?|auteurs?|autrice|autor[ei]|writer|written by|by|von|par|"
    r"por|di|av|af|door|автор|текст|συντάκτης|κείμενο|yazar|yazan|haber|muhabir|بقلم|كتب|كتبت|记者|記者|作者|撰文|"
    r"撰稿|通讯员|通訊員|文|取材|기자|글|kirjoittaja|teksti|szöveg|szerző|yazı|yazılar|κείμενα|نص|författare|skribent|forfatter"
)
_LABEL = re.compile(
    rf"(?:^|(?<=[\s;,|·•/)）、，；]))(?:(?:(?P<other>{_OF_OTHERS})|(?P<writer>{_OF_WRITERS}))\s*[:：／]\s*"
    r"|(?:(?P<wide_other>[图圖]|图片|写真|撮影|摄影|攝影|사진)|(?P<wide_writer>文|取材|作者|撰文|记者|記者|글))"
    r"(?:\s*[/・｜|=＝]\s*|\s+(?=[가-힣]))"
    r"|(?:(?P<bare_other>fotos?|photos?|bild(?:er)?|beeld|zdjęcia|pictures|photography)|(?P<bare_writer>text[eo]?s?|testo|words))"
    r"\s+(?=(?-i:[A-ZÀ-ÖØ-ÞŁŚŻŹČŠŽİ])[^\W\d_])"
    rf"|(?P<by_other>{_BY_OTHERS})\s+(?=[^\W\d_])|(?P<by_writer>{_BY_WRITERS})\s+(?=[^\W\d_]))",
    re.I,
)
_WRITERS = ("writer", "by_writer", "wide_writer", "bare_writer")
_BEHIND = re.compile(r"([^()]{2,60})\(([^()]{2,30})\)")
_BETWEEN = " ;,|/·•–-"
_SEAM = re.compile(r"\s(?:and|und|et|y|e|en|och|og|i|&|\+)$")
"""Behind a name: another label follows."""
_LEAD = re.compile(r"^(?:and|und|et|y|e|en|och|og|i|&)\s+", re.I)
_WRITER = re.compile(_OF_WRITERS, re.I)
_OTHER = re.compile(_OF_OTHERS, re.I)
_ANY = re.compile(r"[^\W\d_]{2,16}\s?[:：]\s*(?=\S)")


def writers(text: str) -> str:
    """Return what `text`, a byline, says of its writers: "Text: A. Lee Photos: B. Roe" says A. Lee.

    Without labels that is all of it; an unknown label of one word goes when a person's name stands behind it.
    """
    labels = list(_LABEL.finditer(text))
    if all(
        label["by_writer"] or label["bare_writer"] for label in labels
    ):  # nothing to part: "by" stands in names of other kinds too
        unknown = _ANY.match(text)
        return text[unknown.end() :] if unknown and person.is_person(text[unknown.end() :]) else text
    ends = [*(label.start() for label in labels[1:]), len(text)]
    parts = [
        (any(label[name] for name in _WRITERS), _SEAM.sub("", text[label.end() : end].strip(_BETWEEN)))
        for label, end in zip(labels, ends, strict=True)
    ]
    told = [part for writer, part in parts if writer and part]
    before = _SEAM.sub("", text[: labels[0].start()].strip(_BETWEEN))
    if told:
        return "; ".join(told)
    return before


def by_brackets(text: str) -> str:
    """Return who wrote, where brackets part that from other work: "A. Lee (text), B. Roe (photos)"; else `text`."""
    told = [(name.strip(_BETWEEN), done.strip()) for name, done in _BEHIND.findall(text)]
    writers_of = [_LEAD.sub("", name) for name, done in told if _WRITER.fullmatch(done)]
    return "; ".join(writers_of) if writers_of and any(_OTHER.fullmatch(done) for _, done in told) else text
