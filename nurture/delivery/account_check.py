"""Whether an account is written so that it can be used: what is wrong is said at the start, not by mails."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nurture.domain.mail_account import API, MailAccount

ANY: Sequence[str] = ()
ON_OFF = ("on", "off")
TLS_WORDS = ("off", "starttls", "tls")
ASKED: Mapping[str, Sequence[str]] = {API: ANY, "lookup": ON_OFF}


@dataclass(frozen=True)
class Needs:
    """``options``: by name the words that each may have, ANY for a text."""

    form: str
    key: str = "key"
    """What stands before the @, in words; empty: nothing need."""
    secret: str = ""
    """What stands behind it and a colon; empty: nothing may."""
    host: str = ""
    """A regular expression; empty: any."""
    place: str = ""
    """What that is, in words."""
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)


NEEDS: Mapping[str, Needs] = {
    "smtp": Needs("smtp://USER:PASSWORD@HOST:587", "", "password", options={"tls": TLS_WORDS}),
    "ses": Needs(
        "ses://KEY:SECRET@REGION",
        "access key",
        "secret",
        r"[a-z]+(-[a-z]+)+-\d+",
        "a region such as eu-west-1",
        {API: ANY, "set": ANY},
    ),
    "sendgrid": Needs("sendgrid://KEY@default", options=ASKED),
    "postmark": Needs("postmark://TOKEN@default", "token", options={**ASKED, "stream": ANY}),
    "mailgun": Needs("mailgun://KEY@YOUR-DOMAIN", host=r".+\..+", place="your domain there", options=ASKED),
    "resend": Needs("resend://KEY@default", options=ASKED),
    "brevo": Needs("brevo://KEY@default", options=ASKED),
    "mailersend": Needs("mailersend://KEY@default", options={**ASKED, "headers": ON_OFF}),
}


def troubles(account: MailAccount) -> Iterator[str]:
    """What is wrong with it, each with what to do; nothing of what is secret."""
    needs = NEEDS[account.provider]
    yield from _of_keys(account, needs)
    if not account.host and (account.user or account.provider != "smtp"):
        yield "nothing stands after the @"
    elif needs.host and API not in account.options and not re.fullmatch(needs.host, account.host):
        yield f"after the @ must stand {needs.place}"
    for name, value in account.options.items():
        if name not in needs.options:
            near = difflib.get_close_matches(name, needs.options, n=1)
            known = f"did you mean {near[0]}?" if near else f"known are {', '.join(needs.options)}"
            yield f"?{name}= is no option of {account.provider}: {known}"
        elif (words := needs.options[name]) and value not in words:
            yield f"?{name}= must be {' or '.join(words)}"
        elif not value:
            yield f"?{name}= is empty"


def _of_keys(account: MailAccount, needs: Needs) -> Iterator[str]:
    if needs.key and not account.user:
        yield f"it has no {needs.key} before the @"
    elif needs.secret and bool(account.user) != bool(account.password):
        yield f"it has no {needs.secret}" if account.user else f"it has a {needs.secret} and no user"
    elif account.password and not needs.secret:
        yield f"only the {needs.key} may stand before the @"
