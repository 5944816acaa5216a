"""Amazon SES: API v2 with the mail as it is. What becomes of it comes by SNS: `ses_hook.py`."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime

from nurture.delivery import calling
from nurture.delivery.calling import Request
from nurture.delivery.provider import Envelope, Outcome
from nurture.delivery.providers.ses_signing import Signer
from nurture.domain.mail_account import MailAccount
from nurture.http import Reply

PATH = "/v2/email/outbound-emails"
TAG = "nurture_send"
# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html, as of 2026-11
OF_ACCOUNT: Mapping[str, str] = {
    "TooManyRequestsException": "throttled",
    "ThrottlingException": "throttled",
    "LimitExceededException": "quota-used",
    "AccountSuspendedException": "account-refused",
    "SendingPausedException": "account-refused",
    "MailFromDomainNotVerifiedException": "sender-not-verified",
    "NotFoundException": "not-set-up",
    "AccessDeniedException": "account-refused",
    "UnrecognizedClientException": "account-refused",
    "InvalidSignatureException": "account-refused",
    "SignatureDoesNotMatch": "account-refused",
    "ExpiredTokenException": "account-refused",
    "MissingAuthenticationTokenException": "account-refused",
}


class Ses:
    """The account's host is the region, user and password the access key and its secret."""

    name = "ses"
    key_seconds = 0.0

    def __init__(self, account: MailAccount) -> None:
        self._url = f"{account.api(f'https://email.{account.host}.amazonaws.com')}{PATH}"
        self._signer = Signer(account.user, account.password, account.host)
        self._set = account.options.get("set", "")

    def request(self, mail: bytes, envelope: Envelope) -> Request:
        body = {
            "Content": {"Raw": {"Data": b64encode(mail).decode()}},
            "Destination": {"ToAddresses": [envelope.recipient]},
            "EmailTags": [{"Name": TAG, "Value": envelope.send_id}],
            **({"ConfigurationSetName": self._set} if self._set else {}),
        }
        data = json.dumps(body).encode()
        headers = self._signer.headers(
            self._url, data, {"content-type": "application/json"}, datetime.now(UTC)
        )
        return Request(self._url, data, headers)

    def answered(self, reply: Reply) -> Outcome:
        answer = calling.said(reply)
        if reply.ok:
            return calling.taken(reply, answer.text("MessageId"))
        kind = (reply.headers.get("x-amzn-errortype") or answer.text("__type")).partition(":")[0]
        kind = kind.rpartition("#")[2]
        message = answer.text("message", "Message").lower()
        if kind in OF_ACCOUNT:
            return calling.channel(reply, OF_ACCOUNT[kind])
        if "not verified" in message:
            return calling.channel(reply, "sender-not-verified")
        if "sending paused" in message or "suspended" in message:
            return calling.channel(reply, "account-refused")
        if kind == "MessageRejected":
            return calling.bounced(reply, "content")
        if kind == "BadRequestException":
            return _bad(reply, message)
        return calling.by_status(reply)


def _bad(reply: Reply, message: str) -> Outcome:
    if "length" in message or "size" in message:
        return calling.bounced(reply, "too-large")
    of_recipient = "address" in message or "local part" in message or "domain" in message
    return calling.bounced(reply, "bad-address" if of_recipient else "content")
