"""The web app, put together: events in, links of mails, the inbox of sales, health."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from nurture.authoring.accounts_file import load_accounts
from nurture.clock import Clock, clock_of
from nurture.crm.registry import crm_door
from nurture.delivery.chat import rooms
from nurture.delivery.links import Links
from nurture.delivery.registry import hooks as provider_hooks
from nurture.secrets_file import signing_secrets
from nurture.services.desk import Desk
from nurture.services.letterhead import PLACEHOLDERS
from nurture.services.opening import sign_by
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.web import (
    away,
    crm,
    crm_hooks,
    deeds,
    events_api,
    handoff,
    health,
    hooks,
    inbox,
    lead,
    links,
    mail_answer,
    mails,
    metrics,
    preferences,
    problems,
    sending,
    sent,
    shadow,
    sign_in,
)
from nurture.web.banners import Banners
from nurture.web.body import BodyLimit
from nurture.web.gauges import Metrics
from nurture.web.headers import SecurityHeaders
from nurture.web.intake import Intake
from nurture.web.key_ring import KeyRing
from nurture.web.pages import HTMX, STATIC
from nurture.web.readiness import Readiness
from nurture.web.site import Catcher, Site

PAGES = (
    health,
    metrics,
    crm,
    crm_hooks,
    links,
    preferences,
    sign_in,
    inbox,
    deeds,
    handoff,
    lead,
    sent,
    away,
    shadow,
    mail_answer,
    mails,
    sending,
)
FIRST = (events_api.ROUTE, hooks.ROUTE)
NOT_TOLD: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""The framework would tell whole addresses, which hold tokens; what is told is in ``metrics``."""


def create_app(
    settings: Settings, store: Store, clock: Clock | None = None, catcher: Catcher | None = None
) -> FastAPI:
    """``clock``: the settings' own when not given. ``catcher``: shows its mails under /mails."""
    app = FastAPI(
        title="Nurture",
        openapi_url="/api/openapi.json",
        docs_url=None,  # both load scripts from elsewhere
        redoc_url=None,
        routes=list(FIRST),
        telemetry=NOT_TOLD,
        middleware=[Middleware(SecurityHeaders), Middleware(BodyLimit)],
    )
    app.state.site = _site(settings, store, clock or clock_of(settings.clock), catcher)
    problems.install(app)
    for part in PAGES:
        app.include_router(part.router)
    app.mount("/static/htmx", StaticFiles(directory=HTMX), name="htmx")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _site(settings: Settings, store: Store, clock: Clock, catcher: Catcher | None) -> Site:
    secrets = signing_secrets(settings)
    accounts = load_accounts(settings.accounts)
    return Site(
        settings=settings,
        store=store,
        desk=Desk(
            clock=clock,
            secrets=secrets,
            base_url=settings.web_url,
            namespace="",
            delivery=settings.delivery,
            crm=bool(settings.crm_name),
            rooms=rooms(settings),
            sender_address=settings.sender_address or PLACEHOLDERS["sender_address"],
            **sign_by(settings),
            send_rate=settings.send_rate,
            provider=accounts.main if accounts else settings.mail_account.provider,
            accounts=accounts,
        ),
        links=Links(settings.web_url, secrets),
        secret=secrets[0],
        metrics=Metrics(),
        keys=KeyRing(),
        banners=Banners(settings),
        readiness=Readiness(store),
        intake=Intake(store, clock, secrets),
        catcher=catcher,
        hooks=provider_hooks(settings, accounts),
        crm_hook=crm_door(settings),
    )


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
        for route in FIRST:
            schema.setdefault("paths", {}).update(route.described)
        parts = schema.setdefault("components", {})
        parts.setdefault("schemas", {}).update(events_api.components())
        parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        app.openapi_schema = schema
    return app.openapi_schema
