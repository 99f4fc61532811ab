"""Does the short way of telling a language tell what the detector tells?"""

from pathlib import Path

import pytest

from cleanwire.text import common_words, language
from cleanwire.text.boilerplate import rules

CASES = Path(__file__).parents[1] / "plain" / "cases"
TEXTS = {path.name: path.read_text("utf-8", "replace") for path in sorted(CASES.rglob("*.txt"))}
FARMING = {
    "de": "Die Bauern haben in diesem Jahr mehr Heu als sonst, aber der Preis ist auch gefallen, und das wird für die "
    "kleinen Betriebe nach und nach zu einem Problem, das sich nicht von selbst löst. Sie haben mit den Händlern "
    "über einen festen Preis für das Heu gesprochen.",
    "fr": "Les paysans ont plus de foin que les autres années, mais le prix est aussi plus bas, et ce sera pour les "
    "petites fermes un souci qui ne se règle pas par une seule bonne récolte. Ils ont parlé avec les marchands d'un "
    "prix qui serait le même pour tous dans la région.",
    "es": "Los campesinos tienen este año más heno que en los otros, pero el precio también ha caído, y eso es para "
    "las fincas pequeñas un problema que no se arregla con una sola cosecha. Han hablado con los comerciantes de un "
    "precio que sea el mismo para todos en la comarca.",
}
NEIGHBOURS = {
    "gl": "Os labregos teñen este ano máis herba que nos outros, pero o prezo tamén caeu, e iso é para as casas "
    "pequenas un problema que non se arranxa cunha soa colleita. Falaron cos tratantes dun prezo que sexa o mesmo "
    "para todos na comarca, e din que non o van deixar.",
    "nb": "Bøndene har i år mer høy enn ellers, men prisen er også lavere, og det blir for de små gårdene et problem "
    "som ikke løser seg med en god høst. De har snakket med kjøpmennene om en pris som skal være den samme for alle "
    "i bygda, og sier at de ikke gir seg.",
    "af": "Die boere het hierdie jaar meer hooi as in ander jare, maar die prys is ook laer, en dit is vir die klein "
    "plase 'n probleem wat nie met een goeie oes opgelos word nie. Hulle het met die handelaars gepraat oor 'n prys "
    "wat vir almal in die streek dieselfde sal wees.",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_of_texts_it_says_what_the_detector_says_or_nothing(text: str) -> None:
    assert common_words.language(text) in (None, language.detect(text).language)


@pytest.mark.parametrize(("name", "text"), FARMING.items())
def test_of_clear_texts_it_is_sure(name: str, text: str) -> None:
    assert common_words.language(text) == name == language.detect(text).language


@pytest.mark.parametrize(("name", "text"), NEIGHBOURS.items())
def test_neighbours_are_left_to_the_detector(name: str, text: str) -> None:
    assert common_words.language(text) is None
    assert language.name(text) == language.detect(text).language


def test_examples_of_boilerplate_mislead_it_in_no_language() -> None:
    for name in {rule.language for rule in rules.load().rules} - {"any"}:
        examples = " ".join(text for rule in rules.load().rules if rule.language == name for text in rule.examples)
        assert common_words.language(examples) in (None, name)


def test_a_declared_variety_is_kept_and_one_that_contradicts_is_weighed() -> None:
    assert language.name(FARMING["de"], "de-AT") == "de-AT"
    assert language.name(FARMING["de"], "fr") == language.detect(FARMING["de"], "fr").language
