"""What every route needs, made once by the app and kept on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from starlette.requests import Request

from nurture.crm.connector import CrmDoor
from nurture.delivery.hooks import Hook
from nurture.delivery.links import Links
from nurture.services.desk import Desk
from nurture.services.tracking import Visitor, visitor_of
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.web.banners import Banners
from nurture.web.gauges import Metrics
from nurture.web.intake import Intake
from nurture.web.key_ring import KeyRing
from nurture.web.readiness import Readiness

if TYPE_CHECKING:  # the catcher's package needs the extra that embeds a mail server
    from nurture.delivery.catcher import Caught, CaughtSummary


class Catcher(Protocol):
    """Where the mails go when nothing is sent for real."""

    def recent(self, limit: int = 100, search: str = "") -> Sequence[CaughtSummary]: ...

    def get(self, mail_id: str) -> Caught | None: ...


@dataclass(frozen=True)
class Site:
    settings: Settings
    store: Store
    desk: Desk
    links: Links
    secret: str
    metrics: Metrics
    keys: KeyRing
    banners: Banners
    readiness: Readiness
    intake: Intake
    catcher: Catcher | None = None
    hooks: Mapping[str, Hook] = field(default_factory=dict)
    """By the name of the provider; those whose webhooks are set up."""
    crm_hook: CrmDoor | None = None
    """None: the webhook of a CRM is not set up."""


def site_of(request: Request) -> Site:
    site = request.app.state.site
    assert isinstance(site, Site)
    return site


def visitor(request: Request, site: Site) -> Visitor:
    ip = request.client.host if request.client else ""
    return visitor_of(request.headers, request.method, ip, site.secret, site.settings.networks_of_scanners)


async def with_banners(request: Request) -> None:
    """A dependency of every route that shows a page."""
    site = site_of(request)
    request.state.banners = await site.banners.now(site.store)
    request.state.has_mails = site.catcher is not None
    request.state.has_crm = site.desk.crm
