"""What people write themselves: the one word by which they want no more mail, and everything else."""

from __future__ import annotations

import pytest

from nurture.delivery.own_words import own_words
from nurture.domain.mail_events import Told
from tests.delivery.test_smtp_reports import told

ANN, OURS = "ann@x.example", "7d1c0e2a-58a5-5e0f-9c1b-2b7f3d9a4e10@ours.example"


def reply(text: str, kind: str = "text/plain", subject: str = "Re: Hello") -> bytes:
    head = (
        f"From: Ann <{ANN}>\nSubject: {subject}\nIn-Reply-To: <{OURS}>\nContent-Type: {kind}; charset=utf-8"
    )
    return f"{head}\n\n{text}".encode()


@pytest.mark.parametrize(
    "text",
    [
        "Unsubscribe",
        "STOP!",
        "Bitte abmelden.",
        "Please unsubscribe me",
        "Désabonner\n\nLe lun. 2 nov. 2026 à 11:00, Ours <us@ours.example> a écrit :\n\n> Bonjour",
        "I would like to unsubscribe from this list, please!",
        "Unsuscribe",
        "\u200bDon't email me again\u200b",
        "Bitte melden Sie mich ab",
        "Merci de me désabonner",
        "remove me\n\nOn Mon, 2 Nov 2026 at 11:00, Ours\n<us@ours.example> wrote:\n> Hi",
        "Baja\n\n-- \nAnn Example\nDirectora",
        "abbestellen\n\nVon meinem iPhone gesendet\n\n> Hallo",
        "Uitschrijven\n\n________________________________\nVan: Ours <us@ours.example>\nHallo",
        "stop\n\nVon: Ours <us@ours.example>\nGesendet: Montag\n\nHallo",
    ],
)
def test_one_word_is_enough(text: str) -> None:
    assert told(reply(text)) == [(Told.UNSUBSCRIBED, "", ANN, OURS)]
    in_html = f"<style>p {{}}</style><div>{text.replace('<', '&lt;').replace(chr(10), '<br>')}</div>"
    assert told(reply(in_html, "text/html")) == [(Told.UNSUBSCRIBED, "", ANN, OURS)]


@pytest.mark.parametrize(
    "text",
    [
        "Please don't stop!",
        "stop by on Monday",
        "stop it, you are too funny",
        "Do not contact me, I contact you",
        "Bitte streichen",
        "Cancel",
        "How do I unsubscribe a colleague?",
        "Unsubscribe\n\nAnd tell me what the big plan costs.",
        "Kein Interesse",
        "Yes",
        "",
        "Thanks\n\nOn Mon, 2 Nov 2026 Ours wrote:\n> unsubscribe",
    ],
)
def test_more_than_that_is_for_a_person(text: str) -> None:
    assert told(reply(text)) == [(Told.ANSWERED, "", ANN, OURS)]


def test_as_outlook_writes_it() -> None:
    text = (
        "<html><head><style><!-- p.MsoNormal {margin:0} --></style></head>"
        "<body><p class=MsoNormal>Bitte abmelden"
        "<o:p></o:p></p><p><o:p>&nbsp;</o:p></p><div><b>Von:</b> Ours &lt;us@ours.example&gt;"
        "<br>Hallo</div></body>"
    )
    assert told(reply(text, "text/html")) == [(Told.UNSUBSCRIBED, "", ANN, OURS)]


def test_an_empty_reply_is_read_by_its_subject() -> None:
    assert [one[0] for one in told(reply("", subject="Re: Unsubscribe"))] == [Told.UNSUBSCRIBED]
    assert [one[0] for one in told(reply("Hi", subject="Re: Unsubscribe"))] == [Told.ANSWERED]


def test_a_quotation_is_not_their_own() -> None:
    assert own_words("Yes,\nplease.\n\nAm Mo., 2. Nov. 2026 um 11:00 schrieb Ours:\n> No") == "Yes, please."


@pytest.mark.parametrize(
    "sender",
    [
        f"Example, Ann <{ANN}>",
        f"Ann [Sales] <{ANN}>",
        f"{ANN} <{ANN}>",
        f'"eve@y.example <eve@y.example>" <{ANN}>',
        f"Ann (Sales <{ANN}>",
        f"{ANN} (Ann Example)",
        f"<<{ANN}>>",
    ],
)
def test_whoever_their_program_says_they_are(sender: str) -> None:
    body = f"From: {sender}\nReferences: <{OURS}> <later@y.example>\n\nYes".encode()
    assert told(body) == [(Told.ANSWERED, "", ANN, OURS)], "and the mail of ours, whoever wrote in between"
