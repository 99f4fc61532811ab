"""Names in capitals come out as they are written elsewhere."""

import pytest

from cleanwire.text import person_names


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("SEAN O'MARA", "Sean O'Mara"),
        ("LÉA EXEMPLE", "Léa Exemple"),
        ("Ina MUSTER", "Ina Muster"),
        ("VINCENT VAN DER BERG", "Vincent van der Berg"),
        ("VAN DER BERG", "Van der Berg"),
        ("JEAN-PIERRE DUPONT", "Jean-Pierre Dupont"),
        ("JO MCDONALD", "Jo McDonald"),
        ("J.R. SMITH", "J.R. Smith"),
        ("JR Smith", "JR Smith"),
        ("ИВАН ПЕТРОВ", "Иван Петров"),
        ("AFP", "AFP"),
        ("Ann de la Example", "Ann de la Example"),
        ("王小明", "王小明"),
    ],
)
def test_a_name_is_recased(written: str, name: str) -> None:
    assert person_names.recased(written) == name
    assert person_names.recased(name) == name
