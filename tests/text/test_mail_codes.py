"""The codes of a mail's transport are undone where they are, and nothing else that looks a little like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.text.plain import mail, reader

DECLARED = """From: Hafenbote <news@hafenbote.example>
List-Unsubscribe: <https://hafenbote.example/off>
Subject: =?utf-8?Q?F=C3=A4hrsteg_wieder_offen:_erste_Boote?= =?utf-8?Q?_am_Montag?=
Date: Mon, 2 Mar 2026 08:15:00 +0100
Content-Type: text/plain; charset=CHARSET
Content-Transfer-Encoding: quoted-printable

BODY
--=20
Hafenbote
Hafenstra=DFe 1
"""
PARAGRAPHS = (
    "Der alte Fährsteg ist seit Montag wieder offen, und das erste Boot legte voll besetzt ab, sagte das Hafenamt.",
    "Die Ingenieure hatten vierzig Pfähle ersetzt, die in den Stürmen gebrochen waren; die Stadt bezahlt alles.",
)


def encoded(text: str, charset: str) -> str:
    """Return `text` as a mail program sends it, in lines of at most 76 characters."""
    codes = "".join(chr(octet) if octet < 128 else f"={octet:02X}" for octet in text.encode(charset))
    lines = []
    while len(codes) > 75:
        end = 75 - max(0, 3 - (75 - codes.rfind("=", 0, 75))) if "=" in codes[72:75] else 75
        lines.append(codes[:end] + "=")
        codes = codes[end:]
    return "\n".join([*lines, codes])


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_a_mail_is_decoded_as_it_declares(charset: str) -> None:
    body = "\n\n".join(encoded(text, charset) for text in PARAGRAPHS)
    article = reader.read(DECLARED.replace("CHARSET", charset).replace("BODY", body))
    assert article.title == "Fährsteg wieder offen: erste Boote am Montag"
    assert article.paragraphs == PARAGRAPHS


def test_codes_that_were_left_over_are_undone() -> None:
    text = "The pier reopened =\non Monday.=20\n\n=E2=80=9CAt last,=E2=80=9D she said.=20\n"
    assert mail.decoded(text) == "The pier reopened on Monday. \n\n“At last,” she said. \n"


RAW = f"""From news@hafenbote.example Mon Mar  2 08:15:00 2026
Return-Path: <news@hafenbote.example>
Received: from mx.example.org (mx.example.org [192.0.2.1])
\tby in.example.org with ESMTP id 4711;
\tMon, 2 Mar 2026 08:15:00 +0100
From: Hafenbote <news@hafenbote.example>
Subject: Fährsteg wieder offen:
 erste Boote am Montag
Date: Mon, 2 Mar 2026 08:15:00 +0100
Content-Type: multipart/alternative; boundary="b_1"

--b_1
Content-Type: text/plain; charset=utf-8

{PARAGRAPHS[0]}

{PARAGRAPHS[1]}

--b_1
Content-Type: text/html; charset=utf-8

&lt;b&gt;{PARAGRAPHS[0]}&lt;/b&gt;

--b_1--
"""


def test_a_mail_as_it_lies_in_a_mailbox_is_read() -> None:
    article = reader.read(RAW)
    assert article.title == "Fährsteg wieder offen: erste Boote am Montag"
    assert article.paragraphs == PARAGRAPHS
    assert article.publisher is None
    assert article.published is not None
    assert article.published.offset_min == 60


@pytest.mark.parametrize(
    "text",
    [
        "See https://example.org/?id=20&page=2E for the list.",
        "In the sum x=3D is a typing error.",
        "=?unknown-charset?Q?a=20b?=",
        "Name = value =\nand so on",
        "======\nHarbour\n======",
        "Title: A\nDate: B\nSource: C\n   An indented paragraph of an archive's text, which is no part of the field.",
    ],
)
def test_other_equals_signs_stay(text: str) -> None:
    assert mail.decoded(text) == text


@given(st.text(st.characters(exclude_characters="=")))
def test_without_an_equals_sign_nothing_changes(text: str) -> None:
    assert mail.decoded(text) == text


@given(st.text(st.sampled_from("=?Qqb_ \n\rC3A20E9zutf-8"), max_size=80))
def test_whatever_it_is_it_is_read(text: str) -> None:
    assert len(mail.decoded(text)) <= 3 * len(text)
