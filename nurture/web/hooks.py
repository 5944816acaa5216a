"""Where providers tell what became of our mails. Kept first, answered, and read by the relay."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from nurture.delivery.hooks import NOTHING, Call, Forged, NotNow
from nurture.services.hooks import keep
from nurture.web.body import BodyTooLarge
from nurture.web.patience import patiently
from nurture.web.problems import problem
from nurture.web.site import site_of
from nurture.web.straight import Straight

log = logging.getLogger("nurture.hooks")

UNKNOWN = (
    "no webhook of this provider is set up: NURTURE_MAIL_URL or the file of accounts names the provider, and "
    "NURTURE_MAIL_WEBHOOK_KEY proves what it tells"
)
LATER = 429
NEVER_AGAIN = 406
"""For a replay: of all that are no success, this one ends Mailgun's tries too."""


async def told(request: Request) -> Response:
    """200 once it is kept, also when it was before. While the database is away, or we cannot look at a proof,
    429: some providers take any other refusal as the end."""
    site, provider = site_of(request), request.path_params["provider"]
    hook = site.hooks.get(provider)
    if hook is None:
        log.warning("a webhook of a provider that is not set up", extra={"set_up": bool(site.hooks)})
        return problem(404, UNKNOWN)
    try:
        call = Call(dict(request.headers.items()), await request.body())
    except BodyTooLarge:
        log.warning(
            "a webhook is too large: if it was a mail, look into the mailbox", extra={"provider": provider}
        )
        raise
    try:
        number = await hook.proved(call, datetime.now(UTC))
    except Forged as forged:
        log.warning("a webhook without proof", extra={"provider": provider, "why": str(forged)})
        site.metrics.count(["forged"])
        return problem(401, f"not proved: {forged}")
    except NotNow as trouble:
        log.warning("a webhook cannot be proved now", extra={"provider": provider, "why": str(trouble)})
        return problem(LATER, f"come again: {trouble}")
    if number == NOTHING:
        return Response(status_code=200)
    kept = await patiently(site.store.write(keep, site.desk, provider, number, call.headers, call.body))
    site.desk.reached("hooks/kept")
    if kept == "other":
        log.warning("a webhook repeated with another body", extra={"provider": provider})
        return problem(NEVER_AGAIN, "this number was used before, for another body")
    if kept == "new":
        site.store.poke()
    return Response(status_code=200)


ROUTE = Straight("/hooks/{provider}", told)
