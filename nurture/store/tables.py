"""All tables, gathered from the files that explain them, so that migrations and queries see one
``metadata``."""

from __future__ import annotations

from nurture.store.tables_accounts import account_days, account_hours, trips
from nurture.store.tables_content import (
    campaign_versions,
    campaigns,
    message_versions,
    policies,
    policy_versions,
)
from nurture.store.tables_crm import crm_cursors, crm_links, crm_parked, crm_tokens
from nurture.store.tables_enrolment import (
    account_changes,
    coming_dates,
    held_leads,
    records,
    scans,
    segment_members,
)
from nurture.store.tables_installation import (
    api_keys,
    incidents,
    installation,
    leases,
    rates,
    sign_ins,
    users,
)
from nurture.store.tables_journeys import journeys, timeline, waits
from nurture.store.tables_leads import (
    accounts,
    consents,
    identities,
    leads,
    list_members,
    suppressions,
    wordings,
)
from nurture.store.tables_mail import channels, provider_events
from nurture.store.tables_metadata import metadata
from nurture.store.tables_sales import backlog, handoffs, notices, returns, shadows
from nurture.store.tables_scoring import qualifications, score_levels
from nurture.store.tables_tests import arms, codes, experiments, measured
from nurture.store.tables_traffic import (
    events,
    import_rows,
    imports,
    inbox,
    outbox,
    points,
    sends,
)
from nurture.store.tables_versions import move_rows, moves, releases

__all__ = [
    "account_changes",
    "account_days",
    "account_hours",
    "accounts",
    "api_keys",
    "arms",
    "backlog",
    "campaign_versions",
    "campaigns",
    "channels",
    "codes",
    "coming_dates",
    "consents",
    "crm_cursors",
    "crm_links",
    "crm_parked",
    "crm_tokens",
    "events",
    "experiments",
    "handoffs",
    "held_leads",
    "identities",
    "import_rows",
    "imports",
    "inbox",
    "incidents",
    "installation",
    "journeys",
    "leads",
    "leases",
    "list_members",
    "measured",
    "message_versions",
    "metadata",
    "move_rows",
    "moves",
    "notices",
    "outbox",
    "points",
    "policies",
    "policy_versions",
    "provider_events",
    "qualifications",
    "rates",
    "records",
    "releases",
    "returns",
    "scans",
    "score_levels",
    "segment_members",
    "sends",
    "shadows",
    "sign_ins",
    "suppressions",
    "timeline",
    "trips",
    "users",
    "waits",
    "wordings",
]
