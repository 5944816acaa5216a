"""Amazon SES: API v2 with the mail as it is. What becomes of it comes by SNS: `ses_hook.py`."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime

from nurture.delivery import calling
from nurture.delivery.calling import Request
from nurture.delivery.numbers import keeping_ours_whole
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
OF_TEXT = re.compile(r"\bcontent\b|virus|malware|attachment|\bspam\b")
OF_LIST = re.compile(r"blacklisted|suppression list")
OF_SENDER = re.compile(r"\bfrom\b|return[ -]path|reply[ -]?to|sender|\bsource\b")
OF_ADDRESS = re.compile(
    r"local (part|address)|domain (contains|starts|ends|name)|missing (final|domain|user|local)"
    r"|(illegal|invalid) (e-?mail )?address|user name is missing"
)
"""What is wrong with an address is said without saying which one: ours is looked at before."""


class Ses:
    """The account's host is the region, user and password the access key and its secret."""

    name = "ses"
    key_seconds = 0.0

    def __init__(self, account: MailAccount) -> None:
        self._url = f"{account.api(f'https://email.{account.host}.amazonaws.com')}{PATH}"
        self._signer = Signer(account.user, account.password, account.host)
        self._set = account.options.get("set", "")

    def request(self, mail: bytes, envelope: Envelope) -> Request:
        raw = keeping_ours_whole(mail)  # it writes its own number over ours
        body = {
            "Content": {"Raw": {"Data": b64encode(raw).decode()}},
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
        if kind == "MessageRejected" and OF_LIST.search(message):
            return calling.bounced(reply, "hard-bounce")
        if kind == "MessageRejected" and OF_TEXT.search(message):
            return calling.bounced(reply, "content")
        if kind == "BadRequestException":
            return _bad(reply, message)
        return calling.by_status(reply)


def _bad(reply: Reply, message: str) -> Outcome:
    """One error for all that may be wrong in a call. What is not said of this recipient or this text may be
    wrong in every call: such a mail waits."""
    if "configuration set" in message:
        return calling.channel(reply, "not-set-up")
    if OF_SENDER.search(message):
        return calling.channel(reply, "sender-not-verified")
    if "message length" in message or "message size" in message:
        return calling.bounced(reply, "too-large")
    return calling.bounced(reply, "bad-address") if OF_ADDRESS.search(message) else calling.refused(reply)
