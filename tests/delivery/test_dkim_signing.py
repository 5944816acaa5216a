"""Our signatures, verified by dkimpy with the record that the DNS would give."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from nurture.delivery.compose import compose
from nurture.delivery.dkim_signing import DkimSigner, DkimWrong, signing
from nurture.delivery.links import Links
from nurture.delivery.parts import parts_of
from nurture.delivery.render import Rendered
from nurture.delivery.smtp import SmtpProvider
from tests.delivery.scripted import scripted
from tests.delivery.sending import TO_HER, settings

PEM = rsa.generate_private_key(65537, 1024).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
)  # 1024 bits: quick to make, and no more is asked of a test
LISTED = [b"list-unsubscribe", b"list-unsubscribe-post", b"list-id"]
TEXT = Rendered("Grüße, and a subject so long that it is folded over two lines of the header",
                "<html><body><p>Hello <a href='https://ours.example/x'>there</a></p></body></html>",
                "Hello\n.\nthere\n")  # fmt: skip


def entry(domain: str = "ours.example") -> str:
    return f"{domain}=nurture:base64:{base64.b64encode(PEM).decode()}"


@pytest.fixture(scope="module")
def signer() -> DkimSigner:
    made = signing(entry())
    assert made is not None
    return made


def mail(sender: str = "news@ours.example", *, listed: bool = True) -> bytes:
    links = Links("https://u.ours.example", ["a secret of sixteen and more"])
    return compose(
        TEXT,
        send_id="1",
        message_id="<1@ours.example>",
        sender=("Nürture, Inc.", sender),
        recipient=("ann@theirs.example", "Ann"),
        tracker=links if listed else None,
        unsubscribe_url=links.unsubscribe("1" * 36, "welcome") if listed else None,
        list_id="welcome.ours.example" if listed else None,
        feedback_id="welcome:hello:nurture:smtp",
        kind="marketing",
    ).mail


def dns_of(signer: DkimSigner) -> Callable[..., bytes]:
    key = signer.key_of("ours.example")
    assert key is not None
    name, text = key.record
    return lambda asked, **_: text.encode() if asked.decode().rstrip(".") == name else b""


def holds(signer: DkimSigner, signed: bytes) -> bool:
    return bool(dkim.verify(signed, dnsfunc=dns_of(signer)))


def test_a_signature_covers_the_list_headers_and_a_second_from(signer: DkimSigner) -> None:
    signed = signer(mail())
    checked = dkim.DKIM(signed)
    assert checked.verify(dnsfunc=dns_of(signer))
    covered = [name.strip().lower() for name in checked.signature_fields[b"h"].split(b":")]
    wanted = [b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type", *LISTED]
    assert set(wanted) <= set(covered)
    assert covered.count(b"from") == 2
    assert checked.signature_fields[b"d"] == b"ours.example"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"List-Unsubscribe: <https://u.", b"List-Unsubscribe: <https://evil."),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"List-Unsubscribe-Post: no"),
        (b"Message-ID: <1@", b"Message-ID: <2@"),
        (b"Hello", b"Goodbye"),
        (b"From: ", b"From: evil@else.example\r\nFrom: "),
    ],
)
def test_a_change_breaks_it(signer: DkimSigner, before: bytes, after: bytes) -> None:
    signed = signer(mail())
    assert before in signed
    assert holds(signer, signed)
    assert not holds(signer, signed.replace(before, after, 1))


def test_who_is_signed(signer: DkimSigner) -> None:
    assert holds(signer, signer(mail("news@mail.ours.example"))), (
        "a subdomain, aligned as DMARC asks by default"
    )
    assert signer(mail("news@notours.example")) == mail("news@notours.example")
    assert signer(signer(mail())).count(b"DKIM-Signature") == 1
    assert holds(signer, signer(mail(listed=False)))
    assert signing("  ") is None


async def test_what_arrives_is_what_was_signed(signer: DkimSigner) -> None:
    signed = signer(mail())

    async def yes() -> bool:
        return True

    async with scripted() as server:
        provider = SmtpProvider(settings(server.port))
        outcome = await provider.deliver(signed, replace(TO_HER, recipient="ann@theirs.example"), yes)
        await provider.close()
    assert outcome.verdict == "sent"
    (arrived,) = server.accepted
    assert arrived.count(b"\n..\r\n") == 1
    assert holds(signer, arrived.replace(b"\n..\r\n", b"\n.\r\n")), "the dot that a server takes away again"


def test_a_provider_that_signs_itself_gets_no_signature_of_ours(signer: DkimSigner) -> None:
    assert "DKIM-Signature" not in parts_of(signer(mail())).headers


def test_keys_from_files_and_what_is_wrong_with_others(tmp_path: Path) -> None:
    path = tmp_path / "dkim.pem"
    path.write_bytes(PEM)
    made = signing(f"ours.example=one:{path}, {entry('else.example')}")
    assert made is not None
    assert [key.record[0] for key in map(made.key_of, ("ours.example", "a.else.example")) if key] == [
        "one._domainkey.ours.example",
        "nurture._domainkey.else.example",
    ]
    for wrong in (
        "ours.example",
        "ours.example=one",
        f"ours.example=one:{path}.not",
        "x.example=s:base64:AAAA",
    ):
        with pytest.raises(DkimWrong) as raised:
            signing(wrong)
        assert "AAAA" not in str(raised.value)
