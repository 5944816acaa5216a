"""Publishing a checked directory of content: its policies first, then its campaigns with their texts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from nurture.authoring.content import Content
from nurture.clock import Clock
from nurture.domain.errors import NurtureError
from nurture.domain.sales import load_sales
from nurture.services.codes import add_codes
from nurture.services.library import CRM, LIFECYCLE, ROUTING
from nurture.services.publish import PublishedNow, publish_campaign, publish_policy
from nurture.store.tables import handoffs
from nurture.store.tables import policies as live

OPTIONAL = (ROUTING, LIFECYCLE, CRM)


class TeamBusy(NurtureError):
    """A team would go, and its tasks are open."""


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
    _keep_busy_teams(conn, content)
    done = [publish_policy(conn, clock, kind, document) for kind, document in policies_of(conn, content)]
    for name, file in content.campaigns.items():
        if file.campaign is None or (only is not None and name not in only):
            continue
        texts = {message: content.messages[message].to_json() for message in file.campaign.messages()}
        done.append(publish_campaign(conn, clock, file.document, texts, by, policy))
        for pool, codes in content.codes.get(name, {}).items():
            add_codes(conn, name, pool, codes)
    return done


def _keep_busy_teams(conn: Connection, content: Content) -> None:
    """A team whose tasks are open does not go: nobody would see them any more."""
    if not content.sales:
        return
    waiting = (
        select(handoffs.c.team, func.count()).where(handoffs.c.state == "open").group_by(handoffs.c.team)
    )
    teams = load_sales(content.sales).teams
    gone = [f"`{team}` ({count:,} open)" for team, count in conn.execute(waiting) if team not in teams]
    if gone:
        raise TeamBusy(
            f"policies/sales.yaml has teams no more whose tasks are open: {', '.join(sorted(gone))}.",
            "Keep them in the file until their tasks are answered, or given to another team on their pages.",
        )


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
