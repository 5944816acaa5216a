"""Every CRM by name, and how each is made from the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nurture.crm import hubspot, pipedrive, salesforce, word_hook
from nurture.crm.api import Api, Counts, Judge, Meter
from nurture.crm.connector import Connector, CrmDoor, CrmHook, Pulls, Tells
from nurture.crm.dialect import Dialect, Reading
from nurture.crm.hubspot_hook import HubSpotHook
from nurture.crm.keys import Keys, Lasting, OAuth, Tokens, Vault
from nurture.crm.told_hook import ToldHook
from nurture.crm.two_way import TwoWay
from nurture.crm.webhook import WebhookCrm
from nurture.crm.word_hook import ACK, WordHook, outbound
from nurture.http import Http
from nurture.settings import Settings


@dataclass(frozen=True)
class Shared:
    """What all workers have in common; None: this process is alone, as for a look."""

    meter: Meter | None = None
    vault: Vault | None = None


@dataclass(frozen=True)
class Kind:
    """A CRM with an API."""

    speaks: Callable[[Api], Dialect[Reading]]
    judge: Judge
    address: str
    tokens: str
    """Where OAuth renews tokens; a path is one of the address."""
    a_second: float
    a_day: float
    header: str = "authorization"
    """That a lasting token goes in."""
    basic: bool = False
    """Whether OAuth names the client in the header."""
    counts: Counts | None = None


KINDS: Mapping[str, Kind] = {
    "hubspot": Kind(
        hubspot.HubSpot,
        hubspot.judge,
        hubspot.ADDRESS,
        "/oauth/v1/token",
        hubspot.A_SECOND,
        hubspot.A_DAY,
    ),
    "salesforce": Kind(
        salesforce.Salesforce,
        salesforce.judge,
        "",
        "/services/oauth2/token",
        salesforce.A_SECOND,
        salesforce.A_DAY,
        counts=salesforce.counted,
    ),
    "pipedrive": Kind(
        pipedrive.Pipedrive,
        pipedrive.judge,
        pipedrive.ADDRESS,
        pipedrive.TOKENS,
        pipedrive.A_SECOND,
        pipedrive.A_DAY,
        "x-api-token",
        basic=True,
    ),
}
SECONDS = 20.0
"""For a call: batches take their time."""


def _webhook(settings: Settings, _shared: Shared) -> Connector | None:
    if settings.crm_name != "webhook" or not settings.crm_webhook_url:
        return None
    http = Http(internal=settings.hosts_inside)
    secret = settings.crm_webhook_secret.get_secret_value()
    return WebhookCrm(settings.crm_webhook_url, secret, http, settings.crm_webhook_asks)


def _two_way(name: str) -> Callable[[Settings, Shared], Connector | None]:
    def make(settings: Settings, shared: Shared) -> Connector | None:
        if settings.crm_name != name:
            return None
        kind = KINDS[name]
        address = settings.crm_address or kind.address
        http = Http(internal=settings.hosts_inside, seconds=SECONDS)
        keys = _keys(kind, settings, shared, address)
        return TwoWay(kind.speaks(Api(http, address, keys, kind.judge, shared.meter, kind.counts)))

    return make


def _keys(kind: Kind, settings: Settings, shared: Shared, address: str) -> Keys:
    if token := settings.crm_token.get_secret_value():
        return Lasting(token, kind.header)
    url = kind.tokens if "://" in kind.tokens and not settings.crm_address else address + _path(kind.tokens)
    secret = settings.crm_client_secret.get_secret_value()
    refresh = settings.crm_refresh_token.get_secret_value()
    return OAuth(url, settings.crm_client_id, secret, shared.vault or Forgetful(), refresh, kind.basic)


def _path(tokens: str) -> str:
    return tokens if tokens.startswith("/") else "/" + tokens.split("/", 3)[3]


class Forgetful:
    """The tokens of a process that shares them with nobody."""

    def __init__(self) -> None:
        self._tokens: Tokens | None = None
        self._lock = asyncio.Lock()

    async def tokens(self) -> Tokens | None:
        return self._tokens

    async def keep(self, old: Tokens | None, new: Tokens) -> Tokens:
        self._tokens = new
        return new

    def alone(self) -> asyncio.Lock:
        return self._lock


Make = Callable[[Settings, Shared], Connector | None]
CRMS: Mapping[str, Make] = {"webhook": _webhook, **{name: _two_way(name) for name in KINDS}}
"""Name -> what makes it; None where the settings name another, or none."""
HOOKS: Mapping[str, Callable[[Settings], CrmHook | None]] = {
    "hubspot": lambda settings: HubSpotHook(settings.crm_client_secret.get_secret_value()),
    "salesforce": lambda settings: WordHook(
        "salesforce", settings.crm_hook_key.get_secret_value(), outbound, ACK
    ),
    "pipedrive": lambda settings: WordHook(
        "pipedrive", settings.crm_hook_key.get_secret_value(), word_hook.pipedrive
    ),
}


def connector(settings: Settings, shared: Shared | None = None) -> Connector | None:
    """The one that the settings name; None: no CRM is told anything."""
    make = CRMS.get(settings.crm_name)
    return make(settings, shared or Shared()) if make else None


def listens(crm: Connector | None) -> Pulls | None:
    """None: it cannot be looked at."""
    return crm if isinstance(crm, TwoWay) else None


def tells(crm: Connector | None) -> Tells | None:
    """None: it is looked at, or there is none."""
    return crm if isinstance(crm, WebhookCrm) else None


def crm_hook(settings: Settings) -> CrmHook | None:
    """None: webhooks of a CRM that is looked at are not set up."""
    make = HOOKS.get(settings.crm_name)
    return make(settings) if make else None


def crm_door(settings: Settings) -> CrmDoor | None:
    """None: no CRM may call us."""
    if settings.crm_name == "webhook" and (secrets := settings.crm_hook_secrets):
        return ToldHook(secrets)
    return crm_hook(settings)
