"""What each provider wants in the DNS: its servers, and the names of its DKIM keys where they are always the
same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    spf: Sequence[str] = ()
    """Terms of the SPF record of the domain that bounces go to."""
    selectors: Sequence[str] = ()
    """Of its keys; empty: it makes up names of its own for each customer."""
    where: str = ""
    """Where the provider shows the records to write."""


# The providers' own pages on domain authentication, as of 2026-11.
KNOWN: Mapping[str, Wanted] = {
    "ses": Wanted(("include:amazonses.com",), where="SES, Identities, the domain, DKIM"),
    "sendgrid": Wanted(
        ("include:sendgrid.net",), ("s1", "s2"), "Settings, Sender Authentication, Authenticate your domain"
    ),
    "postmark": Wanted(("include:spf.mtasv.net",), where="Sender Signatures, the domain, DNS Settings"),
    "mailgun": Wanted(
        ("include:mailgun.org",),
        ("k1", "smtp", "mx", "pic", "email", "mailo"),
        "Sending, Domains, DNS records",
    ),
    "resend": Wanted(("include:amazonses.com",), ("resend",), "Domains, the domain, DNS Records"),
    "brevo": Wanted(("include:spf.brevo.com",), ("brevo1", "brevo2", "mail"), "Senders, Domains"),
    "mailersend": Wanted(
        ("include:_spf.mailersend.net",),
        ("mlsend", "mlsend2", "ms1", "ms2"),
        "Domains, the domain, DNS records",
    ),
}
