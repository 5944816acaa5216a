"""Events of Amazon SES, through an SNS topic of ours."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import Certificate, load_pem_x509_certificate

from nurture.delivery.agents import looks_like_machine
from nurture.delivery.hooks import SKEW, Call, Forged, fresh, same
from nurture.delivery.reading import Doc, Unreadable, an_object, digest, number_of, ours, parsed
from nurture.domain.mail_events import MailEvent, Odd, Told, why

HOST = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
NOTIFIED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMED = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
KINDS = {
    "Notification": NOTIFIED,
    "SubscriptionConfirmation": CONFIRMED,
    "UnsubscribeConfirmation": CONFIRMED,
}
HASHES = {"1": SHA1, "2": SHA256}
RETRIED_FOR = timedelta(hours=24)
TAG = "nurture_send"

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets what is behind an address that was looked at. Raises Forged, NotNow."""


class SesHook:
    """``topics``: the ARNs of our own topics. Anybody with an account may sign as SNS; not for these."""

    name = "ses"

    def __init__(self, topics: Sequence[str], fetch: Fetch) -> None:
        self._topics = topics
        self._fetch = fetch
        self._certificates: dict[str, Certificate] = {}

    async def proved(self, call: Call, now: datetime) -> str:
        doc = _envelope(call)
        names = KINDS.get(doc.text("Type"))
        if names is None:
            raise Forged("it is no message of SNS")
        if not sum(same(doc.text("TopicArn"), topic) for topic in self._topics):
            raise Forged("the topic is not on our list")
        certificate = await self._certificate(doc.text("SigningCertURL", "SigningCertUrl"), now)
        _verify(certificate, doc, _signed_text(call, names))
        fresh(doc.text("Timestamp"), now, before=RETRIED_FOR, after=SKEW)
        return doc.text("MessageId")[:150]

    def events(self, call: Call) -> Sequence[MailEvent | Odd]:
        try:
            doc = _envelope(call)
            number = doc.text("MessageId") or number_of(call.body.hex())
            if doc.text("Type") != "Notification":
                return [_about_topic(doc, number)]
            return _told(parsed(_raw(call, "Message").encode("utf-8", "replace")), number)
        except (Forged, Unreadable):
            # Also SNS's own words, such as "Successfully validated SNS topic".
            return [MailEvent(Told.OTHER, key=digest(call.body.hex()), name="plain text")]

    async def _certificate(self, url: str, now: datetime) -> Certificate:
        if not is_of_sns(url) or not urlsplit(url).path.endswith(".pem"):
            raise Forged("the certificate is not on a host of SNS")
        if url not in self._certificates:
            try:
                found = load_pem_x509_certificate(await self._fetch(url))
            except ValueError:
                raise Forged("the certificate cannot be read") from None
            self._certificates = {url: found}
        certificate = self._certificates[url]
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise Forged("the certificate is not valid now")
        return certificate


def is_of_sns(url: str) -> bool:
    """By HTTPS, on the usual port, with no user in it."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(HOST.fullmatch(parts.netloc)) and url.isprintable()
    except ValueError:
        return False


def _envelope(call: Call) -> Doc:
    try:
        return an_object(parsed(call.body))
    except Unreadable:
        raise Forged("it is no message of SNS") from None


def _raw(call: Call, name: str) -> str:
    """As it stands there: what is signed may be longer, and must not be tidied."""
    value = parsed(call.body).get(name)
    return value if isinstance(value, str) else ""


def _signed_text(call: Call, names: Sequence[str]) -> bytes:
    lines = [f"{name}\n{value}\n" for name in names if (value := _raw(call, name)) or name != "Subject"]
    return "".join(lines).encode("utf-8", "replace")


def _verify(certificate: Certificate, doc: Doc, text: bytes) -> None:
    key, hashing = certificate.public_key(), HASHES.get(doc.text("SignatureVersion"))
    if hashing is None or not isinstance(key, RSAPublicKey):
        raise Forged("the kind of signature is not known")
    try:
        sign = b64decode(doc.text("Signature"), validate=True)
        key.verify(sign, text, PKCS1v15(), hashing())
    except (NotBase64, ValueError, InvalidSignature):
        raise Forged("the signature is wrong") from None


TOLD: Mapping[str, Told] = {
    "send": Told.ACCEPTED,
    "delivery": Told.DELIVERED,
    "deliverydelay": Told.DEFERRED,
    "bounce": Told.BOUNCED,
    "complaint": Told.COMPLAINED,
    "reject": Told.BOUNCED,
    "renderingfailure": Told.BOUNCED,
    "open": Told.OPENED,
    "click": Told.CLICKED,
}
"""By the letters of its name."""
NO_LETTER = re.compile(r"[^a-z]")
SUPPRESSED = ("suppressed", "onaccountsuppressionlist")
UNSUBSCRIBED = ("unsubscribedrecipient", "onaccountunsubscribelist")
# Of a Transient bounce: https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html, as of 2026-11
TRANSIENT = {
    "mailboxfull": "mailbox-full",
    "messagetoolarge": "too-large",
    "contentrejected": "content",
    "attachmentrejected": "content",
    "customtimeoutexceeded": "soft-bounce",
}


def _about_topic(doc: Doc, number: str) -> MailEvent:
    url = doc.text("SubscribeURL") if doc.text("Type") == "SubscriptionConfirmation" else ""
    return MailEvent(Told.OTHER, key=number, name=doc.text("Type"), link=url if is_of_sns(url) else "")


def _told(item: Any, number: str) -> list[MailEvent | Odd]:
    """One event for each recipient that it is about."""
    doc = an_object(item)
    name = doc.text("eventType", "notificationType")
    plain, mail = NO_LETTER.sub("", name.lower()), doc.doc("mail")
    about, people = _about(doc, plain)
    told = _subscription(about) if plain == "subscription" else TOLD.get(plain, Told.OTHER)
    send_id = ours(mail.doc("tags").first(TAG))
    at = about.at("timestamp") or mail.at("timestamp")
    destination = mail.address("destination")
    found: list[MailEvent | Odd] = []
    for index, person in enumerate(people or [Doc({"emailAddress": destination})]):
        kind, reason, code = _of_person(told, plain, about, person)
        found.append(
            MailEvent(
                kind,
                key=f"{number}/{index}"[:150],
                name=f"{name} {about.text('bounceType')}".strip()[:100],
                at=at,
                send_id=send_id,
                remote_id=(_number_of_ours(mail) if not send_id else "") or mail.text("messageId"),
                recipient=person.address("emailAddress"),
                reason=reason,
                code=code,
                machine=looks_like_machine(about.text("userAgent")),
            )
        )
    return found


def _number_of_ours(mail: Doc) -> str:
    """The Message-ID that we gave it, where headers are told: notifications of an identity have no tags."""
    found = mail.doc("commonHeaders").text("messageId").strip("<>")
    return found if ours(found.partition("@")[0]) else ""


def _about(doc: Doc, name: str) -> tuple[Doc, list[Doc]]:
    """The part that tells of the event, and whom it is about."""
    part = {"renderingfailure": "failure", "deliverydelay": "deliveryDelay"}.get(name, name)
    about = doc.doc(part)
    lists = ("bouncedRecipients", "complainedRecipients", "delayedRecipients")
    people = next((found for key in lists if (found := about.all(key))), [])
    return about, [Doc(person) for person in people[:50]]


def _subscription(about: Doc) -> Told:
    """Of a contact list of SES: only what holds for all of its topics is told as such."""
    before, now = about.doc("oldTopicPreferences"), about.doc("newTopicPreferences")
    if now.yes("unsubscribeAll"):
        return Told.UNSUBSCRIBED
    return Told.RESUBSCRIBED if before.yes("unsubscribeAll") else Told.OTHER


def _of_person(told: Told, name: str, about: Doc, person: Doc) -> tuple[Told, str, int | None]:
    said = f"{person.text('diagnosticCode')} {person.text('status')}".strip()
    if name in ("reject", "renderingfailure"):
        return told, "content", None
    if told is Told.DEFERRED:
        return told, *why(said, for_good=False)
    if told is Told.COMPLAINED and about.text("complaintFeedbackType") == "not-spam":
        return Told.OTHER, "", None
    if told is not Told.BOUNCED:
        return told, "", None
    detail = about.text("bounceSubType").lower()
    if detail in SUPPRESSED:
        return told, "hard-bounce", None
    if detail in UNSUBSCRIBED:
        return Told.UNSUBSCRIBED, "", None
    for_good = about.text("bounceType").lower() == "permanent"
    if not for_good and detail in TRANSIENT:
        return told, TRANSIENT[detail], None
    return told, *why(said, for_good=for_good, gone=for_good)
