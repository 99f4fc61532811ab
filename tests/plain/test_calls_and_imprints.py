"""Advertisements that call, company's lines and wires' marks are told from a reporter's lines."""

import pytest

from cleanwire.text.plain import calls, imprint, wire


@pytest.mark.parametrize(
    ("line", "calls_out"),
    [
        ("Compare car insurers in two minutes - GET YOUR PRICE", True),
        ("The safest bikes for your children | ORDER TODAY", True),
        ("Sichern Sie sich Ihren Traumjob in der Pflege - JETZT BEWERBEN", True),
        ("Кредит за пять минут - ПОЛУЧИТЬ ДЕНЬГИ", True),
        ("五分钟比较保险 - 立即报价", True),
        ("The strike ends - REUTERS", False),
        ("Foto des Tages - dpa", False),
        ("WHAT COMES NEXT", False),
        ("DAY THREE - THE LONG WAY HOME", False),
        ("“Turn back - NO WAY THROUGH”, the sign on the bridge said.", False),
    ],
)
def test_a_call_in_capitals_behind_an_offer(line: str, calls_out: bool) -> None:
    assert calls.ends_in_call(line) == calls_out


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Dow & Ledger, Inc.", True),
        ("Plains Reporter Publishing Ltd., 4 Mill Lane, Example Town", True),
        ("Verlag am Wald GmbH & Co. KG", True),
        ("ООО «Вестник»", True),
        ("港口日报有限公司", True),
        ("548 Market Lane PMB 72296, Harbour City, CA 94104", True),
        ("Hauptstraße 4, 12345 Musterstadt", True),
        ("The mayor sold his shares in Example Ltd.", False),
        ("She now works for Example Inc.", False),
        ("Nobody was hurt.", False),
    ],
)
def test_an_imprint_is_nothing_but_a_company_or_an_address(line: str, is_one: bool) -> None:
    assert imprint.is_imprint(line, frozenset()) == is_one


def test_the_holder_of_the_copyright_is_an_imprint_too() -> None:
    owners = imprint.holders(["Copyright 2026 The Valley Notes. All Rights Reserved.", "The mill burnt down."])
    assert imprint.is_imprint("The Valley Notes", owners)
    assert not imprint.is_imprint("The mill burnt down.", owners)


def test_a_wires_marks_are_none_of_the_text() -> None:
    found = wire.read(
        ["BC-Mill Fire, 1st Ld-Writethru", "^Mill burns down<", "The mill burnt.", "AP-NY-10-06-20 1557EDT"]
    )
    assert found is not None
    assert found.headline == "Mill burns down"
    assert [row for at, row in enumerate(found.rows) if at not in found.machine_lines][1:] == ["The mill burnt."]


@pytest.mark.parametrize("row", ["UK-based firm buys US-owned mill", "Mill burns down", "Ten dead - police"])
def test_a_headline_is_no_slug(row: str) -> None:
    assert wire.read([row, "The mill burnt."]) is None
