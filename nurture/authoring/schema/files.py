"""One schema for each kind of content file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from nurture.authoring import (
    calendars_file,
    campaign_file,
    crm_file,
    dictionary_file,
    lifecycle_file,
    routing_file,
    sales_file,
)
from nurture.authoring.schema.scoring import scoring
from nurture.authoring.schema.shapes import (
    TEXT,
    WHOLE,
    Shape,
    named,
    one_or_more,
    rows,
    table,
)
from nurture.authoring.schema.steps import definitions
from nurture.authoring.schema.tables import (
    BEHAVIOUR,
    CAMPAIGN,
    COUNTRY,
    CRM,
    DICTIONARY,
    LIFECYCLE,
    ROUTING,
    SALES,
    of_table,
)
from nurture.authoring.simulation import behaviour_file
from nurture.authoring.stories.policies import POLICIES
from nurture.authoring.stories.words import EXPECTED, GIVENS
from nurture.domain.stages import STAGES

DRAFT = "http://json-schema.org/draft-07/schema#"
NAME = "{kind}.schema.json"
WEEKDAY = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)"


def written(kind: str) -> str:
    """As it stands in its file."""
    title = f"Nurture: {kind}"
    return (
        json.dumps({"$schema": DRAFT, "title": title, **SCHEMAS[kind]()}, indent=2, ensure_ascii=False) + "\n"
    )


def _campaign() -> Shape:
    return {**of_table(campaign_file.FIELDS, CAMPAIGN), "definitions": definitions()}


def _stories() -> Shape:
    words = "|".join(sorted({*GIVENS, *EXPECTED, "nothing"}))
    said: Shape = {"type": "string", "pattern": rf"^\s*({words})\b"}
    state = {
        **table({"score": WHOLE, "stage": {"enum": list(STAGES)}}),
        "minProperties": 1,
        "maxProperties": 1,
    }
    item: Shape = {"anyOf": [said, state]}
    moment = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "patternProperties": {rf"^{WEEKDAY} \d{{4}}-\d\d-\d\d \d\d:\d\dZ?$": one_or_more(item)},
        "additionalProperties": False,
    }
    lead = {"type": "object", "properties": {"zone": TEXT, "score": WHOLE, "stage": TEXT}}
    story = table({"story": TEXT, "lead": lead, "zone": TEXT, "tale": rows(moment)}, ("story", "tale"))
    about: Shape = {"campaign": TEXT, "policy": {"enum": list(POLICIES)}, "team": TEXT}
    return table({**about, "stories": rows(story)}, ("stories",))


def _dictionary() -> Shape:
    return of_table(dictionary_file.FIELDS, DICTIONARY)


def _sales() -> Shape:
    return of_table(sales_file.FIELDS, SALES)


def _lifecycle() -> Shape:
    return of_table(lifecycle_file.FIELDS, LIFECYCLE)


def _routing() -> Shape:
    return of_table(routing_file.FIELDS, ROUTING)


def _crm() -> Shape:
    one = of_table(crm_file.CRM, CRM)
    return table(dict.fromkeys(crm_file.FIELDS, one))


def _behaviour() -> Shape:
    return of_table(behaviour_file.FIELDS, BEHAVIOUR)


def _calendars() -> Shape:
    country: Shape = {"anyOf": [of_table(calendars_file.COUNTRY, COUNTRY), {"type": "null"}]}
    return of_table(calendars_file.FIELDS, {**COUNTRY, "country": TEXT, "countries": named(country)})


SCHEMAS: Mapping[str, Callable[[], Shape]] = {
    "campaign": _campaign,
    "stories": _stories,
    "dictionary": _dictionary,
    "sales": _sales,
    "routing": _routing,
    "crm": _crm,
    "lifecycle": _lifecycle,
    "scoring": scoring,
    "calendars": _calendars,
    "behaviour": _behaviour,
}
"""Kind of file -> its schema. Of a policy, the kind is the file's name."""
