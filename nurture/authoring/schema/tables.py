"""The keys of each file, from the tables that its check reads; their shapes by name."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring import (
    campaign_file,
    crm_file,
    enrol_block,
    lifecycle_file,
    link_tags,
    measuring,
    members_file,
    permissions,
    reasons_file,
    routing_file,
    sales_file,
    sending,
)
from nurture.authoring.checking import Field
from nurture.authoring.schema.shapes import (
    ANYTHING,
    CAP,
    CLOCK,
    CONDITION,
    DATE,
    DURATION,
    NAME,
    SHARE,
    TEXT,
    WHOLE,
    YES_NO,
    Shape,
    named,
    one_or_more,
    ref,
    rows,
    table,
)
from nurture.authoring.simulation import behaviour_file
from nurture.authoring.simulation.behaviour import CHANCES
from nurture.domain.bant import ALSO, BANT
from nurture.domain.consent_policy import BASES, EVERYWHERE
from nurture.domain.crm_policy import WINS, WORDS
from nurture.domain.dictionary import TYPES
from nurture.domain.reasons import STAGES as REASON_STAGES
from nurture.domain.replies import ON_REPLY
from nurture.domain.routing_policy import HOURS, OTHERWISE, PICKS
from nurture.domain.sales import LIVE, SHADOW
from nurture.domain.schedules import ANY_DAY
from nurture.domain.schedules import DAYS as WEEKDAYS
from nurture.domain.sending_policy import CHANNELS
from nurture.domain.stages import STAGES

DAYS = named(TEXT)
WEEK = table({"days": TEXT, "hours": TEXT})
AGAIN: Shape = {"type": "string", "pattern": "^(never|always|after .+)$"}
CHANNEL = table({"window": NAME, "cap": CAP})
UTM: Mapping[str, Shape] = {
    **dict.fromkeys(("source", "medium", "campaign"), TEXT),
    **dict.fromkeys(("sites", "except"), one_or_more(TEXT)),
}


def of_table(fields: Mapping[str, Field], shapes: Mapping[str, Shape]) -> Shape:
    """A key whose shape is not told may hold anything: its own check says what is wrong."""
    required = tuple(name for name, field in fields.items() if field.required)
    return table({name: shapes.get(name, ANYTHING) for name in fields}, required)


SENDING: Mapping[str, Shape] = {
    "window": NAME,
    "cap": CAP,
    "within": DURATION,
    "blocked": DAYS,
    "quiet_after": named(DURATION),
    "zone_fallback": TEXT,
    "on_reply": {"enum": list(ON_REPLY)},
    "reply_hold": DURATION,
    "tracking": YES_NO,
    "utm": {"anyOf": [{"enum": [False, "no"]}, of_table(link_tags.UTM, UTM)]},
    **dict.fromkeys(CHANNELS, CHANNEL),
}
ENROL: Mapping[str, Shape] = {
    "on": one_or_more({"type": "string"}),
    "at": {"type": "string", "pattern": f"^{DATE}$"},
    "every": {"type": "string", "pattern": rf"^({ANY_DAY}|{'|'.join(WEEKDAYS)}) +{CLOCK}$"},
    "if": CONDITION,
    "again": AGAIN,
    "key": {"type": "string", "pattern": r"^event\."},
    "expect": TEXT,
    "canary": {"anyOf": [SHARE, table({"share": SHARE, "for": DURATION}, ("share",))]},
}
RULE: Mapping[str, Shape] = {
    "rule": NAME,
    "when": CONDITION,
    "then": ref("rule_steps"),
    "again": AGAIN,
}
MEASURE: Mapping[str, Shape] = {"when": CONDITION, "within": DURATION}


CAMPAIGN: Mapping[str, Shape] = {
    "campaign": NAME,
    "title": TEXT,
    "priority": WHOLE,
    "topic": NAME,
    "for": {"type": "string", "pattern": "^[a-z][a-z0-9]*$"},
    "never_with": one_or_more(NAME),
    "customers": {"enum": ["stay", "leave"]},
    "enrol": of_table(enrol_block.FIELDS, ENROL),
    "audience": CONDITION,
    "leave": named(CONDITION),
    "goal": one_or_more(NAME),
    "rules": rows(of_table(campaign_file.RULE, RULE)),
    "sending": of_table(sending.CAMPAIGN_SENDING, SENDING),
    "steps": ref("steps"),
    "sections": named({"anyOf": [ref("steps"), table({"aim": TEXT, "steps": ref("steps")}, ("steps",))]}),
    "measure": named(of_table(measuring.MEASURE, MEASURE)),
    "holdout": SHARE,
    "moved": named(TEXT),
    "approve": YES_NO,
    "codes": named({"type": "string", "pattern": r"\.csv$"}),
}
COUNTRIES: Shape = {"anyOf": [{"const": EVERYWHERE}, {"type": "array", "items": TEXT}]}
CONSENT: Mapping[str, Shape] = {
    "needed": COUNTRIES,
    "lasts": table(dict.fromkeys(BASES, DURATION)),
    "given_by": named({"enum": list(BASES)}),
    "wording": named(TEXT),
}
DICTIONARY: Mapping[str, Shape] = {
    "topics": named(TEXT),
    "consent": of_table(permissions.CONSENT, CONSENT),
    "senders": named(table({"name": TEXT, "address": TEXT}, ("name", "address"))),
    "webhooks": named(table({"url": TEXT, "keep": named(TEXT), "secret": NAME}, ("url",))),
    "fields": named({"enum": list(TYPES)}),
    "happenings": named({**named(TEXT), "required": ["event"]}),
    "lists": named({"type": "array", "items": TEXT}),
    "segments": named(CONDITION),
    "windows": named(table({"days": TEXT, "hours": TEXT, "holidays": YES_NO}, ("days", "hours"))),
    "sending": of_table(sending.COMPANY_SENDING, SENDING),
}
MEMBER: Mapping[str, Shape] = {
    **dict.fromkeys(("name", "email", "zone", "country", "substitute", "booking"), TEXT),
    "speaks": one_or_more(TEXT),
    "open_at_most": WHOLE,
    "away": DAYS,
}
TEAM: Mapping[str, Shape] = {
    "members": rows(of_table(members_file.MEMBER, MEMBER)),
    **dict.fromkeys(("due", "remind", "give_up", "queue_for"), DURATION),
    "escalate": {
        "anyOf": [
            DURATION,
            of_table(sales_file.RUNG, {"after": DURATION, "to": TEXT, "tell": TEXT}),
            rows(of_table(sales_file.RUNG, {"after": DURATION, "to": TEXT, "tell": TEXT})),
        ]
    },
    "capacity": WHOLE,
    "hand_on": NAME,
    "head": TEXT,
    "handoff": {"enum": [SHADOW, LIVE]},
}
REASON: Mapping[str, Shape] = {
    "says": TEXT,
    "rest": DURATION,
    "then": NAME,
    "score": WHOLE,
    "stage": {"enum": list(REASON_STAGES)},
}
SALES: Mapping[str, Shape] = {
    "teams": named(of_table(sales_file.TEAM, TEAM)),
    "reasons": named({"anyOf": [TEXT, of_table(reasons_file.REASON, REASON)]}),
    "returned": of_table(reasons_file.RETURNED, REASON),
    "company": YES_NO,
    "digest": YES_NO,
    "may_start": one_or_more(NAME),
    "admins": one_or_more(TEXT),
}
SOURCES: Shape = {"type": "array", "items": {"enum": list(STAGES)}}
OF_ANSWER = table({**dict.fromkeys(BANT, TEXT), **dict.fromkeys(sorted(ALSO), TEXT)})
LIFECYCLE: Mapping[str, Shape] = {
    "stages": table(
        dict.fromkeys(
            STAGES, of_table(lifecycle_file.STAGE, {"from": SOURCES, "when": CONDITION, "at_most": DURATION})
        )
    ),
    "bant": of_table(lifecycle_file.TOLD, {"answers": named(named(OF_ANSWER)), "stale": DURATION}),
    "ready_when": CONDITION,
}
ROUTE: Mapping[str, Shape] = {
    "rule": NAME,
    "of": NAME,
    "if": CONDITION,
    "to": one_or_more(TEXT),
    "pick": {"enum": list(PICKS)},
    "working_hours": {"enum": list(HOURS)},
    "speak": YES_NO,
}
ROUTING: Mapping[str, Shape] = {
    "rules": rows(of_table(routing_file.RULE, ROUTE)),
    "working_hours": {"enum": list(HOURS)},
    "otherwise": {"enum": list(OTHERWISE)},
}
SAID = rf"^({'|'.join(WORDS)})( [a-z0-9-]+)?$"
MEANING: Shape = {"type": "string", "pattern": SAID}
CRM_FIELD: Mapping[str, Shape] = {"as": TEXT, "wins": {"enum": list(WINS)}, "values": named(TEXT)}
CRM_WHY: Mapping[str, Shape] = {"field": TEXT, "values": named(NAME), "otherwise": NAME}
CRM: Mapping[str, Shape] = {
    "kind": {"enum": ["lead", "contact"]},
    "fields": named({"anyOf": [TEXT, of_table(crm_file.FIELD, CRM_FIELD)]}),
    "answers": named(named(MEANING)),
    "why": of_table(crm_file.WHY, CRM_WHY),
    "task_done": MEANING,
    "no_mail": named(TEXT),
    "machines": one_or_more(TEXT),
}
PERCENT: Shape = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\d+(\.\d+)?\s*%?$"}]}
TEMPERAMENT: Mapping[str, Shape] = {
    **dict.fromkeys(("share", *CHANCES), PERCENT),
    "reacts": DURATION,
    "happens": named(PERCENT),
    "links": named(PERCENT),
}
BEHAVIOUR: Mapping[str, Shape] = {
    "people": named(of_table(behaviour_file.TEMPERAMENT, TEMPERAMENT)),
    "sales": of_table(behaviour_file.SALES, {"answers": PERCENT, "accepts": PERCENT, "after": DURATION}),
    "zones": named(PERCENT),
    "fields": named(named(PERCENT)),
}
COUNTRY: Mapping[str, Shape] = {"business": WEEK, "holidays": DAYS}
