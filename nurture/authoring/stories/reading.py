"""``campaigns/NAME.stories.yaml`` -> stories, or what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from nurture.authoring.checking import Checking, Field, Read, Words, read_named, read_table, rows, unknown
from nurture.authoring.kinds import (
    read_name,
    read_names,
    read_points,
    read_stage,
    read_text,
    read_value,
    read_word,
)
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, items
from nurture.authoring.sending import read_zone
from nurture.authoring.source import Source
from nurture.authoring.stories.chance import read_takes
from nurture.authoring.stories.items import read_date, read_item
from nurture.authoring.stories.records import check_records_told
from nurture.authoring.stories.story import Item, Lead, Moment, StoriesFile, Story
from nurture.authoring.stories.words import Told
from nurture.countries import country_code, main_zone
from nurture.domain.calendars import COUNTRIES
from nurture.domain.campaign import Campaign
from nurture.domain.consent_policy import BASES
from nurture.domain.date_fields import all_at_home
from nurture.domain.routing_policy import KNOWN

TIME = re.compile(r"^(?P<day>[A-Z][a-z]{2}) (?P<date>\d{4}-\d\d-\d\d) (?P<hour>\d\d:\d\d)(?P<utc>Z)?$")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OF_LEAD = ("records", "score", "stage", "tags", "takes", "holdout", "consent")
EXAMPLE = "Mon 2026-03-02 10:00"


def check_stories(
    source: Source, root: Node, words: Words, campaigns: Mapping[str, Campaign | None]
) -> StoriesFile | None:
    """None: the campaign is not there or has problems of its own."""
    check = Checking(source, words)
    fields = {"campaign": Field(read_name, True), "stories": Field(story_nodes, True)}
    document = read_table(check, root, fields, "a file of stories")
    name = document.get("campaign")
    if name is None or not isinstance(root, Table):
        return None
    if name not in campaigns:
        at = root.entries["campaign"]
        assert isinstance(at, Scalar)
        unknown(check, "unknown-campaign", at, "campaign", frozenset(campaigns), "campaigns/")
        return None
    campaign = campaigns[name]
    if campaign is None:
        return None
    told = Told(campaign, words, [other for other in campaigns if other != name])
    return StoriesFile(source.file, name, read_stories(check, told, document))


def read_stories(check: Checking, told: Told, document: Mapping[str, Plain]) -> tuple[Story, ...]:
    stories = (_story(check, told, node) for node in document.get("stories", ()))
    return tuple(story for story in stories if story)


def story_nodes(check: Checking, node: Node) -> Plain:
    """The nodes themselves: they are read when the campaign is known."""
    return list(rows(check, node, "a list of stories, each with `story` and `tale`")) or None


def _node(_check: Checking, node: Node) -> Plain:
    return node


def _story(check: Checking, told: Told, node: Node) -> Story | None:
    keys = {"story": Field(read_text, True), "lead": Field(_node), "zone": Field(read_zone)}
    keys = {**keys, "tale": Field(_node, True), **dict.fromkeys(_misplaced(told, node), Field(_of_lead))}
    found = read_table(check, node, keys, "a story")
    lead = _lead(check, told, found.get("lead"))
    if not {"story", "tale"} <= set(found):
        return None
    zone = ZoneInfo(found["zone"]) if "zone" in found else lead.zone
    tale = tuple(_tale(check, told, found["tale"], zone))
    check_records_told(check, told.campaign.record, lead, tale)
    return Story(found["story"], lead, tale, node.at, zone) if tale else None


def _misplaced(told: Told, node: Node) -> list[str]:
    """What belongs to the lead, and stands beside her."""
    fields = told.words.dictionary.fields
    return [key for key in node.entries if key in OF_LEAD or key in fields] if isinstance(node, Table) else []


def _of_lead(check: Checking, node: Node) -> Plain:
    text = "this belongs to the lead of the story"
    check.report(
        "unknown-key", node, text, "Write it under `lead:`, such as `lead: {score: 35, lead.employees: 40}`."
    )
    return None


def _lead(check: Checking, told: Told, node: Node | None) -> Lead:
    fallback = ZoneInfo(told.words.dictionary.sending.zone_fallback or "UTC")
    if node is None:
        return Lead(fallback)
    own = {
        "zone": Field(read_zone),
        "records": Field(lambda check, node: _records(check, told, node)),
        "score": Field(read_points),
        "stage": Field(read_stage),
        "tags": Field(read_names),
        "takes": Field(lambda check, node: read_takes(check, told, node)),
        **{word: Field(_person) for word in KNOWN},
        "busy": Field(_busy),
        "consent": Field(lambda check, node: read_word(check, node, BASES)),
        "holdout": Field(lambda check, node: read_value(check, node, "yes/no", "holdout")),
    }
    declared = {name: Field(_value(name, kind)) for name, kind in told.words.dictionary.fields.items()}
    found = read_table(check, node, {**own, **declared}, "the lead of a story")
    tags = found.get("tags", [])
    zone = _zone(found) or fallback
    return Lead(
        zone=zone,
        fields=all_at_home({name: found[name] for name in declared if name in found}, zone),
        stage=found.get("stage", "lead"),
        tags=frozenset([tags] if isinstance(tags, str) else tags),
        records={key: all_at_home(of, zone) for key, of in found.get("records", {}).items()},
        score=found.get("score"),
        takes=found.get("takes", {}),
        holdout=found.get("holdout", False),
        knowing={word: found[word] for word in KNOWN if word in found},
        busy=found.get("busy", {}),
        consent=found.get("consent"),
    )


def _person(check: Checking, node: Node) -> str | None:
    if isinstance(node, Scalar) and node.text.lower() in check.words.people:
        return node.text.lower()
    if isinstance(node, Scalar) and node.value is not None:
        unknown(check, "unknown-person", node, "member", check.words.people, "policies/sales.yaml")
    else:
        check.wrong(node, "the address of a member of a team")
    return None


def _busy(check: Checking, node: Node) -> Plain:
    """How many leads wait for whom."""
    found = read_named(check, node, lambda check, _who, count: read_points(check, count), "addresses")
    for key in node.keys.values() if isinstance(node, Table) else ():
        _person(check, key)
    return {who.lower(): count for who, count in (found or {}).items()}


def _records(check: Checking, told: Told, node: Node) -> Plain:
    kind = told.campaign.record
    if kind is None:
        check.report("story", node, "this campaign is not for records", "Write `for: deal` in the campaign.")
        return None
    fields = {
        name: Field(_value(name, of))
        for name, of in told.words.dictionary.fields.items()
        if name.startswith(f"{kind}.")
    }

    def one(check: Checking, name: str, node: Node) -> Plain:
        return read_table(check, node, fields, f"the {kind} `{name}`")

    return read_named(check, node, one, f"{kind}s by their ids")


def _zone(lead: Mapping[str, Plain]) -> ZoneInfo | None:
    """Its own, else that of its country, as an import gives it."""
    country = next((lead[name] for name in COUNTRIES if name in lead), "")
    zone = lead.get("zone") or main_zone(country_code(country) or "")
    return ZoneInfo(zone) if zone else None


def _value(name: str, kind: str) -> Read:
    def read(check: Checking, node: Node) -> Plain:
        return read_date(check, node, name) if kind == "date" else read_value(check, node, kind, name)

    return read


def _tale(check: Checking, told: Told, node: Node, zone: ZoneInfo) -> Iterator[Moment]:
    before: datetime | None = None
    for line in rows(check, node, f"a list of times, such as `- {EXAMPLE}: gets guide`"):
        if not isinstance(line, Table) or len(line.entries) != 1:
            check.report(
                "story", line, f"expected one time and what happens then, such as `{EXAMPLE}: gets guide`"
            )
            continue
        ((time, what),) = line.entries.items()
        key = line.keys[time]
        at = _time(check, key, zone)
        if at is None:
            continue
        if before is not None and at <= before:
            check.report(
                "story-order", key, "this is not after the line above", "A tale goes forward in time."
            )
        before = at
        yield Moment(at, tuple(_items(check, told, what)), key.at)


def _items(check: Checking, told: Told, node: Node) -> Iterator[Item]:
    if isinstance(node, Rows) and not node.items:
        check.report("story", node, "nothing is written here", "Write `nothing` if nothing must happen.")
    for item in items(node):
        if (found := read_item(check, told, item)) is not None:
            yield found


def _time(check: Checking, key: Scalar, zone: ZoneInfo) -> datetime | None:
    match = TIME.match(key.text)
    if match is None:
        check.report("story", key, f"expected a time such as `{EXAMPLE}`, found `{key.text}`",
                     "The day, the date, the hour; a `Z` after it means UTC.")  # fmt: skip
        return None
    try:
        local = datetime.fromisoformat(f"{match['date']}T{match['hour']}")
    except ValueError:
        check.report("story", key, f"there is no {match['date']} {match['hour']}")
        return None
    day = DAYS[local.weekday()]
    if match["day"] != day[:3]:
        check.report("weekday", key, f"{match['date']} is a {day}, not a {match['day']}",
                     f"Write {day[:3]}, or correct the date.")  # fmt: skip
        return None
    return local.replace(tzinfo=UTC if match["utc"] else zone).astimezone(UTC)
