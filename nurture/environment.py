"""Variables of the environment that are more than one setting each, and those that nobody knows."""

import difflib
from collections.abc import Iterable, Mapping

from dotenv import dotenv_values

from nurture.domain.errors import NurtureError

PREFIX = "NURTURE_"
ENV_FILE = "NURTURE_ENV_FILE"
OF_ACCOUNT = ("mail_url", "mail_webhook_key")
FOR_ACCOUNTS = tuple(f"{PREFIX}{part.upper()}_" for part in OF_ACCOUNT)
"""How the variables of accounts begin; the account's name follows."""


class SettingsError(NurtureError):
    """A variable holds a value that cannot be used; the message names the variable."""


def of_accounts(environment: Mapping[str, str], file: str | None) -> dict[str, str]:
    """Without NURTURE_. What the environment says comes before the ``file``."""
    written = {name: value or "" for name, value in (dotenv_values(file) if file else {}).items()}
    both = {**written, **environment}
    return {name[len(PREFIX) :]: value for name, value in both.items() if name.startswith(FOR_ACCOUNTS)}


def refuse_misspelt(environment: Mapping[str, str], fields: Iterable[str]) -> None:
    # NURTURE_DELVERY=catch must not end in real mails. Names far from ours belong to others.
    known = [f"{PREFIX}{field.upper()}" for field in fields] + [ENV_FILE]
    for name in environment:
        if name.startswith(PREFIX) and name not in known and not name.startswith(FOR_ACCOUNTS):
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.9)
            if near:
                raise SettingsError(f"{name} is not a setting.", f"Did you mean {near[0]}?")
