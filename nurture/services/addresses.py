"""E-mail addresses in the one form in which we store and compare them."""

from __future__ import annotations

import re
from functools import lru_cache

import idna
from email_validator import EmailNotValidError, validate_email

from nurture.domain.errors import NurtureError

_PERSONAL = """
126.com 163.com aol.com bluewin.ch duck.com fastmail.com free.fr freenet.de gmail.com gmx.at gmx.ch
gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.fr
hotmail.it icloud.com laposte.net libero.it live.com mac.com mail.com mail.ru me.com msn.com
naver.com orange.fr outlook.com outlook.de outlook.fr pm.me posteo.de proton.me protonmail.com
qq.com rediffmail.com rocketmail.com seznam.cz sfr.fr t-online.de tutanota.com uol.com.br
virgilio.it wanadoo.fr web.de wp.pl yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com
yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it yandex.com yandex.ru ymail.com zoho.com
"""

FREE_MAIL = frozenset(_PERSONAL.split())
"""Providers of personal addresses: who writes from there tells nothing of a company."""

LONGEST = 320
PLAIN = re.compile(
    r"([\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*)@([a-z0-9.-]+)", re.ASCII | re.IGNORECASE
)
"""What nearly all are. The domain of such a one is examined once, by every rule there is: for each row of an
import again that took most of the time."""


EACH = re.compile(r"[^\s,;/|<>]+@[^\s,;/|<>@]+\.[^\s,;/|<>@]+")


class BadAddress(NurtureError):
    """Not an e-mail address; the message never repeats it."""


def normalise(address: str) -> str:
    """Lower-case, without a display name, the domain in ASCII. No network is asked. Raises BadAddress."""
    plain = PLAIN.fullmatch(address.strip())
    if plain and len(plain[1]) <= 64 and len(plain[0]) <= 254 and (domain := _known(plain[2].lower())):
        return f"{plain[1].lower()}@{domain}"
    return _examined(address)


def as_stored(address: str) -> str:
    """What is looked for when somebody names a person by ``address``, in any spelling that an import takes.
    What is no address is given back in small letters: nobody has it."""
    try:
        return normalise(address)
    except BadAddress:
        return address.strip().lower()


def spellings(normal: str) -> frozenset[str]:
    """How an address may stand in what others wrote, in small letters: its domain in ASCII, or in its own
    letters, also as JSON escapes them."""
    local, _, domain = normal.rpartition("@")
    try:
        own = f"{local}@{idna.decode(domain)}"
    except idna.IDNAError:
        own = normal
    return frozenset({normal, own, own.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00")})


@lru_cache(maxsize=10_000)
def _known(domain: str) -> str:
    """As it is stored; empty: whatever is at it has to be examined."""
    try:
        return _examined(f"a@{domain}").removeprefix("a@")
    except BadAddress:
        return ""


def _examined(address: str) -> str:
    if not address.strip():
        raise BadAddress("there is no address")
    try:
        checked = validate_email(
            address.strip(), check_deliverability=False, allow_display_name=True, test_environment=True
        )
    except EmailNotValidError as error:
        if len(EACH.findall(address)) > 1:
            raise BadAddress(
                "there is more than one address; give one, and each other a row of its own"
            ) from None
        raise BadAddress(_without_the_address(str(error), address)) from None
    normal = f"{checked.local_part.lower()}@{checked.ascii_domain.lower()}"
    if len(normal) > LONGEST:
        raise BadAddress(f"the address is longer than {LONGEST} characters")
    return normal


def company_domain(normal: str) -> str | None:
    """The domain of a company's address; None where many companies and people share it."""
    domain = normal.rpartition("@")[2]
    return None if domain in FREE_MAIL else domain


def _without_the_address(message: str, address: str) -> str:
    reason = message.replace(address.strip(), "it").rstrip(".")
    return reason[0].lower() + reason[1:]
