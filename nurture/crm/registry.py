"""Every CRM by name, and how each is made from the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nurture.crm.connector import Connector
from nurture.crm.webhook import WebhookCrm
from nurture.http import Http
from nurture.settings import Settings


def _webhook(settings: Settings) -> Connector | None:
    if not settings.crm_webhook_url:
        return None
    http = Http(internal=settings.hosts_inside)
    return WebhookCrm(settings.crm_webhook_url, settings.crm_webhook_secret.get_secret_value(), http)


CRMS: Mapping[str, Callable[[Settings], Connector | None]] = {"webhook": _webhook}
"""Name -> what makes it; None where the settings name no such CRM."""


def connector(settings: Settings) -> Connector | None:
    """The first that the settings name; None: no CRM is told anything."""
    return next((made for make in CRMS.values() if (made := make(settings))), None)
