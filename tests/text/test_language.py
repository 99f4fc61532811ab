"""Which language a text is in, and when the page's own word counts."""

import pytest

from cleanwire.text import language

GERMAN = (
    "Der Stadtrat hat am Dienstagabend mit knapper Mehrheit für den Bau eines neuen Deiches am Hafen gestimmt, der die "
    "Altstadt vor Sturmfluten schützen soll. Die Arbeiten beginnen im Frühjahr und dauern mindestens drei Jahre."
)
NORWEGIAN = (
    "Kommunestyret sa tirsdag kveld ja til en ny molo i havna, som skal beskytte båtene mot høststormene fra havet."
)
TRADITIONAL = "市議會週二晚間以些微多數通過在港口興建防波堤的計畫，這項工程將保護老城區不受每年秋天風暴潮的侵襲。"
SIMPLIFIED = "市议会周二晚间以微弱多数通过了在港口新建防波堤的计划，该工程旨在保护老城区免受每年秋季风暴潮的侵袭。"


@pytest.mark.parametrize(
    ("text", "declared", "wanted", "source"),
    [
        pytest.param(GERMAN, None, "de", "text", id="text-alone"),
        pytest.param(GERMAN, "de-AT", "de-AT", "declared", id="declared-adds-the-country"),
        pytest.param(GERMAN, "en", "de", "text", id="text-contradicts"),
        pytest.param(GERMAN, "deu", "de", "declared", id="declared-by-three-letters"),
        pytest.param("Deich am Hafen", "de", "de", "declared", id="short-text-proves-nothing"),
        pytest.param("", None, None, "none", id="nothing-known"),
        pytest.param("12345", "fr", "fr", "declared", id="no-letters"),
        pytest.param(TRADITIONAL, None, "zh-Hant", "text", id="traditional"),
        pytest.param(SIMPLIFIED, None, "zh-Hans", "text", id="simplified"),
        pytest.param(NORWEGIAN, "no", "no", "declared", id="norwegian"),
    ],
)
def test_language(text: str, declared: str | None, wanted: str | None, source: str) -> None:
    found = language.detect(text, declared)
    assert (found.language, found.source) == (wanted, source)


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [
        ("en_US", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("DE", "de"),
        ("iw", "he"),
        ("eng", "en"),
        ("ger-AT", "de-AT"),
        ("fil", "fil"),
        ("und", None),
        ("", None),
        ("english!", None),
        ("pt-BR, en", "pt-BR"),
    ],
)
def test_tag_is_written_as_bcp_47(tag: str, wanted: str | None) -> None:
    assert language.normalise(tag) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(
            "Городской совет во вторник вечером проголосовал за новый волнолом в порту, сказал мэр.",
            "ru",
            id="cyrillic",
        ),
        pytest.param("قالت الشرطة مساء الثلاثاء إن أحدا لم يصب بأذى عندما انهار الجسر القديم.", "ar", id="arabic"),
        pytest.param(
            "Politiet oplyser, at ingen kom til skade, da den gamle bro styrtede sammen natten til mandag i havnen.",
            "da",
            id="danish",
        ),
        pytest.param(
            "Dewan kota pada Selasa malam menyetujui pembangunan pemecah gelombang baru di pelabuhan, kata wali kota.",
            "id",
            id="indonesian-whose-relatives-share-the-odds",
        ),
    ],
)
def test_a_wrong_declaration_gives_way_to_two_sentences(text: str, wanted: str) -> None:
    assert language.detect(text, "en").language == wanted


def test_a_close_relative_that_is_declared_stays() -> None:
    text = (
        "Gradsko vijeće je u utorak navečer glasalo za izgradnju novog lukobrana u luci, a radovi počinju u proljeće."
    )
    assert language.detect(text, "bs").language == "bs"


def test_a_short_text_without_a_declaration_is_told_when_it_is_likely() -> None:
    assert language.detect("Police say nobody was hurt when the bridge fell.").language == "en"
