"""Mails that came in, as Postmark, Mailgun and SendGrid post them: proved as their webhooks are, and read as
any mail is."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from nurture.delivery.hooks import Call, Forged, Hook
from nurture.delivery.providers.mailgun import MailgunHook
from nurture.delivery.providers.postmark import PostmarkHook
from nurture.delivery.providers.sendgrid import SendGridHook
from nurture.delivery.returns import ReturnPath
from nurture.domain.mail_events import MailEvent, Odd, Told
from tests.services.test_unproved_mail import GONE, REPLY, REPORT

NOW = datetime.now(UTC)
URLENCODED = "application/x-www-form-urlencoded"
ANN, OURS = "ann@people.example", "1.2.3@ours.example"
ACCOUNT = "hooks:a password"
BASIC = {"authorization": f"Basic {b64encode(ACCOUNT.encode()).decode()}"}
ANSWER = {
    "Message-ID": "<r@people.example>",
    "In-Reply-To": f"<{OURS}>",
    "References": f"<a@b.example>\n <{OURS}>",
}
AWAY = {**ANSWER, "Auto-Submitted": "auto-replied"}
DSN = REPORT.format(kind="delivery-status", fields=GONE.format(who=ANN), number=OURS)


def form(fields: dict[str, str], headers: dict[str, str] | None = None) -> Call:
    boundary = "xYzZY"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    picture = f'--{boundary}\r\nContent-Disposition: form-data; name="a1"; filename="x.png"\r\n\r\n\x89\r\n'
    body = "".join([*parts, picture, f"--{boundary}--\r\n"]).encode()
    return Call({"content-type": f"multipart/form-data; boundary={boundary}", **(headers or {})}, body)


def postmark(headers: dict[str, str], raw: str = "") -> tuple[Hook, Call]:
    pairs = [{"Name": name, "Value": value} for name, value in headers.items()]
    body: dict[str, Any] = {
        "FromFull": {"Email": ANN},
        "From": f"Ann <{ANN}>",
        "Headers": pairs,
        "TextBody": "Yes.",
    }
    body |= {
        "OriginalRecipient": "us@ours.example",
        "MessageID": "22c7",
        **({"RawEmail": raw} if raw else {}),
    }
    return PostmarkHook([ACCOUNT]), Call(BASIC, json.dumps(body).encode())


def mailgun(headers: dict[str, str], raw: str = "") -> tuple[Hook, Call]:
    at, token = str(int(NOW.timestamp())), "t" * 50
    sign = hmac.new(b"key", f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    fields = {"sender": ANN, "from": f"Ann <{ANN}>", "recipient": "us@ours.example", "body-plain": "Yes."}
    fields |= {"timestamp": at, "token": token, "signature": sign}
    fields |= {"body-mime": raw} if raw else {"message-headers": json.dumps(list(headers.items()))}
    if raw:
        return MailgunHook(["key"]), form(fields)
    return MailgunHook(["key"]), Call({"content-type": URLENCODED}, urlencode(fields).encode())


def sendgrid(headers: dict[str, str], raw: str = "") -> tuple[Hook, Call]:
    lines = "\n".join(f"{name}: {value}" for name, value in {"From": f"Ann <{ANN}>", **headers}.items())
    fields = {"envelope": json.dumps({"to": ["us@ours.example"], "from": ANN}), "text": "Yes."}
    fields |= {"email": raw} if raw else {"headers": lines}
    return SendGridHook([ACCOUNT]), form(fields, BASIC)


@pytest.mark.parametrize("posted", [postmark, mailgun, sendgrid])
@pytest.mark.parametrize(
    ("headers", "raw", "told"),
    [
        (ANSWER, "", Told.ANSWERED),
        (AWAY, "", Told.REPLIED),
        ({}, REPLY.format(who=ANN, number=OURS), Told.ANSWERED),
        ({}, DSN, Told.BOUNCED),
    ],
)
async def test_what_came_in_is_read(posted: Any, headers: dict[str, str], raw: str, told: Told) -> None:
    hook, call = posted(headers, raw)
    assert await hook.proved(call, NOW)
    (one,) = hook.events(
        Call({name: call.headers[name] for name in call.headers if name == "content-type"}, call.body)
    )
    assert isinstance(one, MailEvent)
    assert (one.told, one.remote_id, one.recipient, one.proved) == (told, OURS, ANN, False)


@pytest.mark.parametrize("posted", [postmark, mailgun, sendgrid])
async def test_without_proof_it_is_forged(posted: Any) -> None:
    hook, call = posted(ANSWER)
    body = call.body.replace(b"t" * 50, b"u" * 50)
    with pytest.raises(Forged):
        await hook.proved(Call({"content-type": call.header("content-type")}, body), NOW)


def test_nonsense_is_set_aside() -> None:
    for hook in (MailgunHook(["key"]), SendGridHook([ACCOUNT])):
        for kind in (
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
        ):
            for body in (
                b"",
                b"\xff\x00" * 99,
                b"--x\r\n\r\n",
                b"a=1&" * 999,
                b"envelope=[1]",
                b"message-headers={}",
            ):
                found = hook.events(Call({"content-type": kind}, body))
                assert all(isinstance(one, Odd) or one.told is Told.OTHER for one in found)


EXIM = (
    f"A message that you sent could not be delivered:\n\n  {ANN}\n    550 No such user\n\n"
    f"------ Copy ------\n\nTo: {ANN}\nMessage-ID: <{OURS}>\n"
)
HTML = "<html><style>p {}</style><p>Abmelden</p></html>"
AS_JSON: dict[str, Any] = {
    "FromFull": {"Email": ANN},
    "Headers": [{"Name": "References", "Value": f"<{OURS}>"}],
}
AS_FORM = {"from": f"Example, Ann <{ANN}>", "recipient": "us@ours.example", "References": f"<{OURS}>"}
PARSED = {"headers": f"From: {ANN}\r\nReferences: <a@b.example>\r\n\t<{OURS}>", "envelope": "[nonsense"}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, Told.ANSWERED),
        ({"subject": "Automatische Antwort: Hello"}, Told.REPLIED),
        ({"text": "Stop!"}, Told.UNSUBSCRIBED),
        ({"html": HTML}, Told.UNSUBSCRIBED),
    ],
)
def test_words_and_subject_tell_what_it_is(more: dict[str, str], told: Told) -> None:
    names = {"subject": "Subject", "text": "TextBody", "html": "HtmlBody"}
    body = AS_JSON | {names[name]: value for name, value in more.items()}
    names = {"subject": "Subject", "text": "body-plain", "html": "body-html"}
    fields = AS_FORM | {names[name]: value for name, value in more.items()}
    found = [
        *PostmarkHook([ACCOUNT]).events(Call({}, json.dumps(body).encode())),
        *MailgunHook(["key"]).events(form(fields)),
        *SendGridHook([ACCOUNT]).events(form(PARSED | more)),
    ]
    read = [(one.told, one.remote_id, one.recipient) for one in found if isinstance(one, MailEvent)]
    assert read == [(told, OURS, ANN)] * 3


def test_a_report_in_words_without_its_mail() -> None:
    head = [["From", "mailer-daemon@x.example"], ["Subject", "Mail delivery failed"]]
    (one,) = MailgunHook(["key"]).events(form({"message-headers": json.dumps(head), "body-plain": EXIM}))
    assert isinstance(one, MailEvent)
    assert (one.told, one.remote_id, one.recipient) == (Told.BOUNCED, OURS, ANN)


def test_each_text_is_in_its_own_charset() -> None:
    call = form({"headers": f"From: {ANN}", "charsets": '{"text": "iso-8859-1"}', "text": "D?sabonner"})
    call = Call(call.headers, call.body.replace(b"D?s", b"D\xe9s"))
    assert [one.told for one in SendGridHook([ACCOUNT]).events(call) if isinstance(one, MailEvent)] == [
        Told.UNSUBSCRIBED
    ]
    for wrong in (b"of-nobody", b"\xff", b'"}'):
        body = call.body.replace(b"iso-8859-1", wrong)
        assert all(
            isinstance(one, MailEvent) for one in SendGridHook([ACCOUNT]).events(Call(call.headers, body))
        )


def test_the_envelope_tells_which_mail_a_report_is_about() -> None:
    path = ReturnPath("bounces@ours.example", ("secret of ours",))
    send = "0f5f2c9e-5d0e-4c55-9b1e-1f2a3b4c5d6e"
    to = path.of(send)
    body = {"FromFull": {}, "OriginalRecipient": to, "RawEmail": DSN}
    found = [
        *PostmarkHook([ACCOUNT], path).events(Call({}, json.dumps(body).encode())),
        *MailgunHook(["key"], path).events(form({"recipient": to, "body-mime": DSN})),
        *SendGridHook([ACCOUNT], path).events(form({"envelope": json.dumps({"to": [to]}), "email": DSN})),
    ]
    assert [(one.told, one.send_id) for one in found if isinstance(one, MailEvent)] == [
        (Told.BOUNCED, send)
    ] * 3
