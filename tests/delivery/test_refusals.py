"""Whose matter a refusal is: only words about this recipient or this text end a mail. All else waits, or
rests the account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nurture.delivery.calling import Api
from nurture.delivery.provider import Outcome, Verdict
from nurture.delivery.providers.brevo import Brevo
from nurture.delivery.providers.mailersend import MailerSend
from nurture.delivery.providers.mailgun import Mailgun
from nurture.delivery.providers.postmark import Postmark
from nurture.delivery.providers.resend import Resend
from nurture.delivery.providers.sendgrid import SendGrid
from nurture.delivery.providers.ses import Ses
from nurture.domain.mail_account import MailAccount
from nurture.http import Reply

APIS: dict[str, type[Any]] = {
    one.name: one for one in (Ses, SendGrid, Postmark, Mailgun, Resend, Brevo, MailerSend)
}
PAGE = "<!doctype html><title>Sign in</title>"


def answered(name: str, status: int, said: Any, **headers: str) -> Outcome:
    api: Api = APIS[name](MailAccount(name, "eu-west-1", user="k", password="s"))
    return api.answered(Reply(status, said if isinstance(said, str) else json.dumps(said), None, headers))


def ses(message: str, kind: str = "BadRequestException") -> tuple[str, int, Any]:
    return "ses", 400, {"__type": kind, "message": message}


def postmark(message: str, code: int = 300) -> tuple[str, int, Any]:
    return "postmark", 422, {"ErrorCode": code, "Message": message}


def sendgrid(field: str, message: str = "wrong") -> tuple[str, int, Any]:
    return "sendgrid", 400, {"errors": [{"field": field, "message": message}]}


def mailersend(**errors: list[str]) -> tuple[str, int, Any]:
    named = {name.replace("__", "."): said for name, said in errors.items()}
    return "mailersend", 422, {"message": "The given data was invalid.", "errors": named}


THEIRS = [
    (ses("Missing final '@domain'"), "bad-address"),
    (ses("Local address contains control or whitespace"), "bad-address"),
    (ses("Message length is more than 41943040 bytes long"), "too-large"),
    (ses("Address blacklisted.", "MessageRejected"), "hard-bounce"),
    (ses("The message contains a virus", "MessageRejected"), "content"),
    (postmark("Invalid 'To' address: 'x@@y'."), "bad-address"),
    (postmark("Provide either email TextBody or HtmlBody or both."), "content"),
    (postmark("The file type is not allowed", 411), "content"),
    (sendgrid("personalizations.0.to.0.email"), "bad-address"),
    (sendgrid("content.0.value"), "content"),
    (("mailgun", 400, {"message": "to parameter is not a valid address. see the docs"}), "bad-address"),
    (("resend", 422, {"name": "validation_error", "message": "Invalid `to` field."}), "bad-address"),
    (("brevo", 400, {"code": "invalid_parameter", "message": "email is not valid in to"}), "bad-address"),
    (mailersend(to__0__email=["The to.0.email must be a valid email address."]), "bad-address"),
]  # fmt: skip
OURS = [
    (ses("Configuration set nurture does not exist"), "not-set-up"),
    (ses("Invalid From address: missing final '@domain'"), "sender-not-verified"),
    (ses("Email address is not verified.", "MessageRejected"), "sender-not-verified"),
    (mailersend(to__0__email=["Trial accounts: a valid administrator's email only."]), "quota-used"),
    (("mailgun", 400, {"message": "from parameter is not a valid address"}), "sender-not-verified"),
]  # fmt: skip
NOBODYS = [
    ses("Invalid tag value nurture_send"),
    ses("Duplicate header 'List-Unsubscribe'"),
    ses("Your request was not accepted", "MessageRejected"),
    postmark("The 'MessageStream' provided is wrong."),
    postmark("Invalid 'From' address: illegal email domain."),
    postmark("Header 'X-A' not allowed."),
    sendgrid("personalizations.0.headers"),
    sendgrid("personalizations.0.to"),
    ("mailgun", 400, {"message": "h:Reply-To parameter is not a valid address"}),
    ("brevo", 400, {"code": "invalid_parameter", "message": "too many recipients in total"}),
    ("resend", 422, {"name": "validation_error", "message": "Invalid `tags` field."}),
    mailersend(tags=["The tags are wrong."]),
]


@pytest.mark.parametrize(("said", "reason"), THEIRS)
def test_words_about_the_recipient_or_the_text_end_the_mail(said: tuple[str, int, Any], reason: str) -> None:
    outcome = answered(*said)
    assert (outcome.verdict, outcome.reason, outcome.channel) == (Verdict.BOUNCED, reason, False)


@pytest.mark.parametrize(("said", "reason"), OURS)
def test_words_about_the_account_rest_it(said: tuple[str, int, Any], reason: str) -> None:
    outcome = answered(*said)
    assert (outcome.verdict, outcome.reason, outcome.channel) == (Verdict.UNREACHED, reason, True)


@pytest.mark.parametrize("said", NOBODYS)
def test_of_other_words_the_mail_waits(said: tuple[str, int, Any]) -> None:
    outcome = answered(*said)
    assert (outcome.verdict, outcome.reason, outcome.channel) == (Verdict.UNREACHED, "call-refused", False)


@pytest.mark.parametrize("name", APIS)
@pytest.mark.parametrize(("status", "said"), [(200, PAGE), (202, {}), (200, {"id": ""}), (201, "")])
def test_an_answer_that_is_not_theirs_is_no_promise(name: str, status: int, said: Any) -> None:
    outcome = answered(name, status, said)
    assert (outcome.verdict, outcome.reason) == (Verdict.UNKNOWN, "no-answer")


@pytest.mark.parametrize("name", APIS)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_who_leads_elsewhere_has_taken_nothing(name: str, status: int) -> None:
    outcome = answered(name, status, PAGE, location="https://sign-in.example")
    assert (outcome.verdict, outcome.reason, outcome.channel) == (Verdict.UNREACHED, "not-set-up", True)
