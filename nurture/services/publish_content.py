"""Publishing a checked directory of content: its policies first, then its campaigns with their texts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select

from nurture.authoring.content import Content
from nurture.clock import Clock
from nurture.domain.errors import NurtureError
from nurture.services.codes import add_codes
from nurture.services.library import CRM, LIFECYCLE, ROUTING
from nurture.services.publish import PublishedNow, publish_campaign, publish_policy
from nurture.store.tables import policies as live

OPTIONAL = (ROUTING, LIFECYCLE, CRM)


class NotChecked(NurtureError):
    """Content with problems is never published."""


def publish_content(
    conn: Connection,
    clock: Clock,
    content: Content,
    by: str = "",
    only: Collection[str] | None = None,
    policy: str = "new",
) -> list[PublishedNow]:
    """All of it, or ``only`` the named campaigns; policies always: campaigns are checked against them."""
    if content.errors:
        raise NotChecked(f"The content has {len(content.errors)} problems.", "See them with `nurture check`.")
    done = [publish_policy(conn, clock, kind, document) for kind, document in policies_of(conn, content)]
    for name, file in content.campaigns.items():
        if file.campaign is None or (only is not None and name not in only):
            continue
        texts = {message: content.messages[message].to_json() for message in file.campaign.messages()}
        done.append(publish_campaign(conn, clock, file.document, texts, by, policy))
        for pool, codes in content.codes.get(name, {}).items():
            add_codes(conn, name, pool, codes)
    return done


def policies_of(conn: Connection, content: Content) -> list[tuple[str, Mapping[str, Any]]]:
    """(kind, document) of what publishing the content makes live."""
    policies = {
        "dictionary": content.dictionary,
        "scoring": content.scoring,
        "sales": content.sales,
        "calendars": content.calendars,
    }
    # Without their files these are again what they were before there were some.
    optional = {ROUTING: content.routing, LIFECYCLE: content.lifecycle, CRM: content.crm}
    before = frozenset(conn.scalars(select(live.c.kind).where(live.c.kind.in_(optional))))
    policies |= {kind: document for kind, document in optional.items() if document or kind in before}
    return [(kind, document) for kind, document in policies.items() if document or kind in OPTIONAL]
