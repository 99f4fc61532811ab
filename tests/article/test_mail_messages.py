"""A mail is read by its best part, with its headers as metadata."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from cleanwire.article.article import Article, Refusal
from cleanwire.article.clean import clean
from cleanwire.article.page import Page
from cleanwire.text.plain import mail as plain_mail
from patterns import cost

STORY = (
    "The harbour of Westkai was closed on Thursday after a crane had toppled onto the quay during the night.",
    "Nobody was hurt, the port authority said, as the night shift had left the quay an hour before it happened.",
    "Ships wait outside the breakwater – the first of them, with fruit, was sent on to the next port up the coast.",
)
SUBJECT = "Crane falls – harbour of Westkai is closed"
TEXT = "\n\n".join(STORY)
MARKUP = "<html><head><title>x</title></head><body>" + "".join(f"<p>{line}</p>" for line in STORY) + "</body></html>"


def mail(text: str | None = TEXT, markup: str | None = None, *, subject: str = SUBJECT) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Ina Körber <ina@post.example>"
    message["To"] = "readers@post.example"
    message["Subject"] = subject
    message["Date"] = "Thu, 12 Mar 2026 08:15:00 +0100"
    if text is not None:
        message.set_content(text)
    if markup is not None:
        add = message.set_content if text is None else message.add_alternative
        add(markup, subtype="html")
    return message


def read(body: bytes, content_type: str | None = None) -> Article | Refusal:
    return clean(
        Page(url="https://post.example/1.eml", body=body, fetched_at=1_773_400_000.0, content_type=content_type)
    )


def article(body: bytes | EmailMessage) -> Article:
    found = read(body if isinstance(body, bytes) else body.as_bytes())
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(mail(), id="text"),
        pytest.param(mail(None, MARKUP), id="markup"),
        pytest.param(mail(TEXT, MARKUP), id="both"),
        pytest.param(mail("Please see the HTML version.", MARKUP), id="text-is-a-stub"),
        pytest.param(mail(TEXT, "<html><body><p>Hello</p></body></html>"), id="markup-is-a-stub"),
    ],
)
def test_the_best_part_is_the_article(message: EmailMessage) -> None:
    found = article(message)
    assert found.body.split("\n\n") == list(STORY)
    assert found.title == SUBJECT
    assert found.published is not None
    assert found.published.at.isoformat() == "2026-03-12T07:15:00+00:00"
    assert found.quality.flags == ()


@pytest.mark.parametrize("transfer", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "windows-1252"])
def test_each_encoding_is_undone(transfer: str, charset: str) -> None:
    message = mail(None)
    message.set_content(TEXT.replace("–", "-") + " Größe zählt.", charset=charset, cte=transfer)
    assert article(message).body.endswith("Größe zählt.")


def test_utf_8_under_a_wrong_label_is_utf_8() -> None:
    message = mail(TEXT + " Größe zählt, sagt Jörg Müßig.")
    body = message.as_bytes().replace(b'charset="utf-8"', b'charset="iso-8859-1"')
    assert article(body).body.endswith("Größe zählt, sagt Jörg Müßig.")


def test_attachments_are_told_and_not_read() -> None:
    message = mail(TEXT, MARKUP)
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="plan.pdf")
    found = article(message)
    assert found.quality.flags == ("attachments",)
    assert found.body.split("\n\n") == list(STORY)


def test_a_picture_inside_the_markup_is_no_attachment() -> None:
    message = mail(None, MARKUP)
    message.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>", disposition="inline")
    assert article(message).quality.flags == ()


def test_answers_and_forwards_lose_their_prefix() -> None:
    assert article(mail(subject="Fwd: Re: " + SUBJECT)).title == SUBJECT


def forwarding(inner: EmailMessage, *, note: str = "FYI") -> EmailMessage:
    outer = EmailMessage(policy=SMTP)
    outer["From"] = "Ole Sundt <ole@other.example>"
    outer["Subject"] = "Fwd: have a look"
    outer["Date"] = "Fri, 13 Mar 2026 10:00:00 +0100"
    outer.set_content(note)
    outer.add_attachment(inner)
    return outer


@pytest.mark.parametrize("message", [forwarding(mail()), forwarding(forwarding(mail(None, MARKUP)))])
def test_a_forwarded_message_is_read_for_the_note_above_it(message: EmailMessage) -> None:
    found = article(message)
    assert found.body.split("\n\n") == list(STORY)
    assert found.title == SUBJECT
    assert found.published is not None
    assert found.published.at.isoformat() == "2026-03-12T07:15:00+00:00"
    assert [author.name for author in found.authors] == ["Ina Körber"]


def test_a_message_attached_to_an_article_is_not_read() -> None:
    found = article(forwarding(mail("See you on Thursday at the quay, as always."), note=TEXT))
    assert found.body.split("\n\n") == list(STORY)
    assert found.title == "have a look"


def test_messages_inside_messages_end_somewhere() -> None:
    message = mail()
    for _ in range(60):
        message = forwarding(message)
    assert isinstance(read(message.as_bytes()), Refusal)


def test_a_mail_without_a_date_has_its_subject_as_title() -> None:
    message = mail()
    del message["Date"]
    found = article(message)
    assert (found.title, found.published) == (SUBJECT, None)
    assert not any("ina@post.example" in cut.text for cut in found.removed)


@pytest.mark.parametrize("delete", [False, True])
def test_flowed_lines_are_paragraphs(delete: bool) -> None:
    blank = "  " if delete else " "
    text = "\r\n\r\n".join(
        line.replace(" on ", f" on{blank}\r\n").replace(" after ", f"{blank}\r\n after ", 1) for line in STORY
    )
    message = mail()
    del message["Content-Type"]
    message["Content-Type"] = f"text/plain; charset=utf-8; format=flowed{'; delsp=yes' if delete else ''}"
    message.set_payload(text.encode(), "utf-8")
    assert article(message).body.split("\n\n") == list(STORY)


@pytest.mark.parametrize("delete", [False, True])
def test_one_flowed_paragraph_takes_time_in_proportion(delete: bool) -> None:
    def put_together(chars: int) -> object:
        return plain_mail.flowed("words of it \n" * (chars // 13), delete=delete)

    assert cost.growth(put_together, 200_000, 800_000) < cost.MOST_GROWTH


def test_a_line_of_a_mailbox_may_stand_above() -> None:
    assert article(b"From ina@post.example Thu Mar 12 08:15:00 2026\n" + mail().as_bytes()).title == SUBJECT


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            b"MIME-Version: 1.0\nFrom: a\nSubject: b\nContent-Type: multipart/mixed; boundary=x\n\n", id="no-part"
        ),
        pytest.param(
            b"From: a\nSubject: b\nMIME-Version: 1.0\n"
            + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)),
            id="nested-2000-deep",
        ),
        pytest.param(
            b"From: a\nSubject: =?utf-8?b?" + b"A" * 20_000 + b"?=\nMIME-Version: 1.0\nContent-Type: text/plain\n\nx",
            id="endless-word",
        ),
        pytest.param(
            b"From: a\nSubject: b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=no-such\n\nx",
            id="no-such-charset",
        ),
        pytest.param(
            b"From: a\nSubject: b\nMIME-Version: 1.0\nContent-Type: text/html\n\n" + b"<style>" * 20_000, id="tags"
        ),
        pytest.param(
            b"From: " + b"(" * 5_000 + b"\nSubject: b\nDate: " + b"9" * 5_000 + b"\nMIME-Version: 1.0\n\nx", id="parens"
        ),
    ],
)
def test_hostile_mail_is_refused(body: bytes) -> None:
    assert isinstance(read(body, "message/rfc822"), Refusal)
