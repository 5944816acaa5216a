"""Our own DKIM signatures (RFC 6376), for mail servers that do not sign. Needs the extra `dkim`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.utils import parseaddr
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
)

from nurture.delivery.smtp_wire import LINE_END
from nurture.domain.errors import NurtureError

try:
    import dkim
except ImportError:  # an extra
    dkim = None

SIGNED = (
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "feedback-id",
    "auto-submitted",
)
OVERSIGNED = ("from",)
"""Once more than they are there: a second one, put in on the way, breaks the signature."""
FEWEST_BITS = 1024
INLINE = "base64:"


class DkimWrong(NurtureError):
    """NURTURE_DKIM cannot be used; names the domain, never the key."""


@dataclass(frozen=True)
class Key:
    domain: str
    selector: str
    pem: bytes = field(repr=False)
    public: str
    """What stands behind ``p=`` in the DNS."""

    @property
    def record(self) -> tuple[str, str]:
        """Name and text of the TXT record that must be there."""
        return f"{self.selector}._domainkey.{self.domain}", f"v=DKIM1; k=rsa; p={self.public}"


class DkimSigner:
    """``keys``: by sender domain; a key serves the subdomains that have none of their own."""

    def __init__(self, keys: Mapping[str, Key]) -> None:
        self._keys = keys

    def __call__(self, mail: bytes) -> bytes:
        """The mail with a signature at its top; as it was, where its sender's domain has no key."""
        lines = LINE_END.sub(b"\r\n", mail)
        headers = message_from_bytes(lines.partition(b"\r\n\r\n")[0], policy=policy.compat32)
        key = self.key_of(parseaddr(str(headers["From"]))[1].rpartition("@")[2].lower())
        if key is None or "DKIM-Signature" in headers:
            return mail
        there = [name for name in SIGNED if name in headers]
        signature: bytes = dkim.sign(
            lines,
            key.selector.encode(),
            key.domain.encode(),
            key.pem,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name.encode() for name in (*there, *OVERSIGNED)],
        )
        return signature + lines

    def key_of(self, domain: str) -> Key | None:
        """Its own, or the nearest parent's."""
        while domain and domain not in self._keys:
            domain = domain.partition(".")[2]
        return self._keys.get(domain)


def signing(given: str) -> DkimSigner | None:
    """Of ``domain=selector:/path/to/key.pem`` or ``domain=selector:base64:...``, more with commas; None:
    nothing is to be signed. Raises DkimWrong."""
    entries = [entry.strip() for entry in given.split(",") if entry.strip()]
    if not entries:
        return None
    if dkim is None:
        raise DkimWrong("NURTURE_DKIM is set, and dkimpy is not installed.", "pip install 'nurture[dkim]'")
    return DkimSigner({key.domain: key for key in map(_key, entries)})


def _key(entry: str) -> Key:
    domain, _, rest = entry.partition("=")
    selector, _, source = rest.partition(":")
    if not (domain.strip() and selector.strip() and source.strip()):
        raise DkimWrong(
            "NURTURE_DKIM is not domain=selector:key.", "Write ours.example=nurture:/run/secrets/dkim.pem."
        )
    domain = domain.strip().lower()
    private = _private(domain, source.strip())
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return Key(domain, selector.strip().lower(), pem, base64.b64encode(public).decode())


def _private(domain: str, source: str) -> RSAPrivateKey:
    try:
        if source.startswith(INLINE):
            raw = base64.b64decode(source.removeprefix(INLINE), validate=True)
        else:
            raw = Path(source).read_bytes()
        load = load_pem_private_key if raw.lstrip().startswith(b"-----") else load_der_private_key
        key = load(raw, None)
    except (OSError, ValueError, TypeError, binascii.Error):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < FEWEST_BITS:
        raise DkimWrong(
            f"NURTURE_DKIM: the key of {domain} cannot be read as a private RSA key of {FEWEST_BITS} bits"
            " or more.",
            "Make one: openssl genrsa -out dkim.pem 2048",
        )
    return key
