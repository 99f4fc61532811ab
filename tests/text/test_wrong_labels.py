"""Pages and feeds whose label says another encoding than their bytes."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleanwire.article.markup import charset
from cleanwire.feed.formats.raw import feed_charset
from cleanwire.text import encoding

RUSSIAN = (
    "Городской совет во вторник вечером принял решение о строительстве нового мола в старом порту. Работы начнутся "
    "весной и продлятся около трёх лет, сообщила глава администрации. Рыбаки опасаются осенних штормов."
)
GREEK = (
    "Το δημοτικό συμβούλιο αποφάσισε το βράδυ της Τρίτης την κατασκευή νέου κυματοθραύστη στο παλιό λιμάνι. Οι "
    "εργασίες θα αρχίσουν την άνοιξη και θα διαρκέσουν περίπου τρία χρόνια."
)
CHINESE = (
    "市议会周二晚间以微弱多数通过了在港口新建防波堤的计划，工程将于明年春天开始，预计需要三年时间才能完成。"
    "渔民们担心秋季风暴会再次损坏他们的船只。"
)
TAIWANESE = "市議會週二晚間以微弱多數通過了在港口新建防波堤的計畫，工程將於明年春天開始，預計需要三年時間才能完成。"
JAPANESE = (
    "市議会は火曜日の夜、港に新しい防波堤を建設する計画を承認した。工事は来年の春に始まり、三年ほどかかる見通しだ。"
)
KOREAN = "시의회는 화요일 밤 항구에 새로운 방파제를 건설하는 계획을 승인했다. 공사는 내년 봄에 시작된다."
ARABIC = "وافق مجلس المدينة مساء الثلاثاء على بناء حاجز أمواج جديد في الميناء القديم، وتبدأ الأعمال في الربيع المقبل."
HEBREW = "מועצת העיר אישרה ביום שלישי בערב את בנייתו של שובר גלים חדש בנמל הישן. העבודות יתחילו באביב."
FRENCH = "Le conseil a voté mardi soir la reconstruction de la digue détruite l’été dernier, a déclaré le maire réélu."
POLISH = "Rada miasta zgodziła się we wtorek na budowę nowego falochronu; rybacy boją się jesiennych sztormów."
TEXTS = (RUSSIAN, GREEK, CHINESE, TAIWANESE, JAPANESE, KOREAN, ARABIC, HEBREW, FRENCH, POLISH)
LABELS = ("gb2312", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr", "iso-8859-1", "windows-1251", "utf-16")


def page(text: str, codec: str) -> bytes:
    return f"<html><head><title>Dam</title></head><body><div class=row>{text}</div></body></html>".encode(codec)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:12])
def test_utf_8_wins_over_any_label(text: str, label: str) -> None:
    found = charset.decode(page(text, "utf-8"), f"text/html; charset={label}")
    assert text in found.text
    assert found.name == "utf-8"


@pytest.mark.parametrize("label", ["gb2312", "shift_jis", "iso-8859-1"])
def test_one_broken_byte_does_not_make_utf_8_what_the_label_says(label: str) -> None:
    body = page(CHINESE, "utf-8") + b"<p>\xb0 \xff</p>" + page(CHINESE, "utf-8")
    assert charset.decode(body, f"text/html; charset={label}").text.count(CHINESE) == 2


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "iso-8859-5"),
        (GREEK, "windows-1253"),
        (CHINESE, "gb18030"),
        (CHINESE, "gb2312"),
        (TAIWANESE, "big5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "iso-2022-jp"),
        (KOREAN, "euc-kr"),
        (ARABIC, "windows-1256"),
        (HEBREW, "windows-1255"),
        (FRENCH, "windows-1252"),
        (POLISH, "iso-8859-2"),
        (POLISH, "windows-1250"),
    ],
)
def test_a_true_label_is_believed(text: str, codec: str) -> None:
    assert text in charset.decode(page(text, codec), f"text/html; charset={codec}").text


@pytest.mark.parametrize("word", ["张三", "李", "王小明", "中国", "昨天", "联通"])
def test_a_few_characters_of_a_true_label_stay(word: str) -> None:
    body = f"<p>The report is by {word}, in Beijing.</p>".encode("gb2312")
    assert word in charset.decode(body, "text/html; charset=gb2312").text


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (RUSSIAN, "windows-1251", "utf-8"),
        (RUSSIAN, "windows-1251", "iso-8859-1"),
        (RUSSIAN, "koi8-r", "windows-1251"),
        (RUSSIAN, "windows-1251", "koi8-r"),
        (RUSSIAN, "iso-8859-5", "windows-1251"),
        (GREEK, "windows-1253", "utf-8"),
        (GREEK, "windows-1253", "latin1"),
        (CHINESE, "gb18030", "utf-8"),
        (CHINESE, "gb18030", "big5"),
        (CHINESE, "gb18030", "iso-8859-1"),
        (CHINESE, "gb18030", "windows-1251"),
        (TAIWANESE, "big5", "gb2312"),
        (JAPANESE, "shift_jis", "euc-jp"),
        (JAPANESE, "euc-jp", "shift_jis"),
        (JAPANESE, "shift_jis", "utf-8"),
        (KOREAN, "euc-kr", "utf-8"),
        (KOREAN, "euc-kr", "gb2312"),
        (ARABIC, "windows-1256", "iso-8859-1"),
        (HEBREW, "windows-1255", "iso-8859-1"),
    ],
)
def test_a_text_in_no_language_is_read_otherwise(text: str, codec: str, label: str) -> None:
    assert text in charset.decode(page(text, codec), f"text/html; charset={label}").text


def test_where_the_header_cannot_be_right_the_page_is_asked() -> None:
    body = b"<meta charset=windows-1250>" + page(POLISH, "windows-1250")
    assert POLISH in charset.decode(body, "text/html; charset=utf-8").text


def test_one_broken_byte_does_not_spoil_a_feed() -> None:
    feed = f"<?xml version='1.0' encoding='utf-8'?><rss><title>{FRENCH} {RUSSIAN}".encode() + b"\xe9</title></rss>"
    assert f"{FRENCH} {RUSSIAN}\ufffd" in feed_charset.decode(feed, "application/rss+xml")


def test_a_feed_that_is_not_the_utf_8_it_says_reads_like_its_language() -> None:
    feed = f"<?xml version='1.0' encoding='utf-8'?><rss><title>{RUSSIAN}</title></rss>".encode("windows-1251")
    assert RUSSIAN in feed_charset.decode(feed, None)


@given(st.binary(max_size=200))
@example(b"")
def test_any_bytes_without_a_label_are_a_page(body: bytes) -> None:
    assert isinstance(charset.decode(body, None).text, str)


@pytest.mark.parametrize("name", ["euc_jp", "euc_kr"])
def test_an_encoding_is_found_by_pythons_name_too(name: str) -> None:
    assert encoding.name_of(name) is None
    found = charset._found("東".encode(name), name)
    assert found is not None
    assert (found.text, found.name) == ("東", name.replace("_", "-"))


def test_an_encoding_that_the_web_does_not_know_is_none() -> None:
    assert charset._found(b"", "utf_8_sig") is None
