"""Where a CRM tells that somebody has changed. Kept first, answered, and looked at by the relay."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from nurture.delivery.hooks import Call, Forged
from nurture.services.hooks import keep
from nurture.web.patience import patiently
from nurture.web.problems import problem
from nurture.web.site import site_of

router = APIRouter()
log = logging.getLogger("nurture.hooks")


@router.post("/hooks/crm/{name}", include_in_schema=False)
@router.post("/hooks/crm/{name}/{word}", include_in_schema=False)
async def told(request: Request, name: str) -> Response:
    """200 once it is kept, also when it was before."""
    site = site_of(request)
    if site.crm_hook is None or site.crm_hook.name != name:
        return problem(404, "no webhook of this CRM is set up: see NURTURE_CRM and NURTURE_CRM_HOOK_KEY")
    call = Call(dict(request.headers.items()), await request.body())
    uri = f"{site.desk.base_url}{request.url.path}"
    if request.url.query:
        uri += f"?{request.url.query}"
    try:
        number = site.crm_hook.proved(call, uri, datetime.now(UTC))
    except Forged as forged:
        log.warning("a webhook without proof", extra={"provider": name, "why": str(forged)})
        site.metrics.count(["forged"])
        return problem(401, f"not proved: {forged}")
    kept = await patiently(site.store.write(keep, site.desk, f"crm {name}", number, call.headers, call.body))
    if kept == "other":
        log.warning("a webhook repeated with another body", extra={"provider": name})
        return problem(409, "this number was used before, for another body")
    if kept == "new":
        site.store.poke()
    says = site.crm_hook.says
    return Response(says, media_type="text/xml") if says else Response(status_code=200)
