"""Bylines in many languages, and lines that only begin like one."""

import pytest

from cleanwire.text.boilerplate import bylines


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Example", ("Ann Example",)),
        ("By Ann Example and Bo Placeholder, Bridgeton", ("Ann Example", "Bo Placeholder")),
        ("By Ann Example, Bo Placeholder and Jo Sample", ("Ann Example", "Bo Placeholder", "Jo Sample")),
        ("BY ANN EXAMPLE, STAFF WRITER", ("ANN EXAMPLE",)),
        ("Von Ina Muster und Jan Beispiel", ("Ina Muster", "Jan Beispiel")),
        ("Par Léa Exemple avec AFP", ("Léa Exemple",)),
        ("Por Ana Muestra", ("Ana Muestra",)),
        ("Door Anna Voorbeeld", ("Anna Voorbeeld",)),
        ("Автор: Анна Примерова", ("Анна Примерова",)),
        ("作者：王某", ("王某",)),
    ],
)
def test_names_are_read(line: str, names: tuple[str, ...]) -> None:
    found = bylines.find(line)
    assert found is not None
    assert found.names == names


@pytest.mark.parametrize(
    "line",
    [
        "By the river",
        "By Monday the water had gone.",
        "Von Kindern lernen",
        "Par temps de pluie, le port ferme.",
        "记者从会上获悉，上海将在今年创办首届市民运动会。",
        "By Ann Example | 6 October 2020",
        "By October 2020",
    ],
)
def test_other_lines_are_no_bylines(line: str) -> None:
    assert bylines.find(line) is None
