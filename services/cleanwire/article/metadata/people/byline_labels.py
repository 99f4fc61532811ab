"""Which names of a byline are its writers', where labels part them from photographers, editors and sources?"""

import re

from cleanwire.article.metadata.people import person

_OF_OTHERS = (
    r"fotos?|fotograf\w*|fotografi[aeí]\w*|photos?|photograph\w*|photographs? by|pictures?|bild(?:er)?|"
    r"bilder|fot\.?|zdjęcia|фото|φωτογραφί\w*|fotoğraf\w*|تصوير|صور|写真|撮影|图|圖|图片|摄影|攝影|사진|video|vidéo|"
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
    r"(?:photos?|photographies|images|illustrations?|traduit|traduction|édité|relu) par|"
    r"(?:fotos?|fotografías?|imágenes|ilustraci[oó]n(?:es)?|traducid[oa]|editad[oa]|revisad[oa]|traduzid[oa]|"
    r"revist[oa]) (?:por|de)|(?:foto|fotografie|illustrazioni|traduzione|tradotto|a cura) (?:di|da)|"
    r"(?:foto'?s?|beeld|vertaling|vertaald) (?:door|van)|(?:foto|bilder?|översatt|redigert|redigeret) av|"
    r"(?:zdjęcia|tłumaczenie|opracowanie)"
)
_BY_WRITERS = r"(?:written|reported|words|text|story|reporting) by|by"
_OF_WRITERS = (
    r"text[eo]?|testo|tekst|words|story|report|reporters?|author[s]?|"
    r"autor(?:in|en|es|a|as|ka|zy)?(?:/autor)?|auteurs?|autrice|autor[ei]|writer|written by|by|von|par|"
    r"por|di|av|af|door|автор|текст|συντάκτης|κείμενο|yazar|yazan|haber|muhabir|بقلم|كتب|كتبت|记者|記者|作者|撰文|"
    r"撰稿|通讯员|通訊員|文|取材|기자|글|kirjoittaja|teksti|författare|skribent|forfatter"
)
_LABEL = re.compile(
    rf"(?:^|(?<=[\s;,|·•/)）、，；]))(?:(?:(?P<other>{_OF_OTHERS})|(?P<writer>{_OF_WRITERS}))\s*[:：／]\s*"
    rf"|(?P<by_other>{_BY_OTHERS})\s+(?=[^\W\d_])|(?P<by_writer>{_BY_WRITERS})\s+(?=[^\W\d_]))",
    re.I,
)
_ANY = re.compile(r"[^\W\d_]{2,16}\s?[:：]\s*(?=\S)")


def writers(text: str) -> str:
    """Return what `text`, a byline, says of its writers: "Text: A. Lee Photos: B. Roe" says A. Lee.

    Without labels that is all of it; an unknown label of one word goes when a person's name stands behind it.
    """
    labels = list(_LABEL.finditer(text))
    if all(label["by_writer"] for label in labels):  # nothing to part: "by" stands in names of other kinds too
        unknown = _ANY.match(text)
        return text[unknown.end() :] if unknown and person.is_person(text[unknown.end() :]) else text
    ends = [*(label.start() for label in labels[1:]), len(text)]
    parts = [
        (label["writer"] or label["by_writer"], text[label.end() : end].strip(" ;,|/"))
        for label, end in zip(labels, ends, strict=True)
    ]
    told = [part for writer, part in parts if writer and part]
    before = text[: labels[0].start()].strip(" ;,|/")
    if told:
        return "; ".join(told)
    return before
