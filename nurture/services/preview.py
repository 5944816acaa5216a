"""The messages of a campaign as a lead would get them. Nothing is sent, nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from nurture.contract import Turn
from nurture.delivery.links import Links
from nurture.delivery.render import Rendered, RenderError, render
from nurture.delivery.source import MessageSource
from nurture.delivery.titles import sources_of, titled
from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary
from nurture.domain.facts import Value
from nurture.domain.steps.send import Send
from nurture.services.desk import Desk
from nurture.services.facts import lead_fields, lead_row
from nurture.services.letterhead import PLACEHOLDERS, Letterhead
from nurture.services.mailing import LANGUAGE
from nurture.services.pause import lead_of
from nurture.services.to_send import ToSend
from nurture.settings import Settings
from nurture.store.tables import journeys, sends

NOBODY = {"lead.email": "somebody@company.example"}
"""Of whom nothing else is known."""
SOMEBODY: Mapping[str, Value] = {
    **NOBODY,
    "lead.first_name": "Ana",
    "lead.last_name": "Lima",
    "lead.phone": "+351 21 000 0000",
    "lead.role": "Head of Planning",
    "lead.company": "Lima & Sons",
    "lead.industry": "food wholesale",
    "lead.country": "PT",
    "lead.language": "en",
    "account.name": "Lima & Sons",
    "account.domain": "lima.example",
    "account.country": "PT",
}
BY_TYPE: Mapping[str, Value] = {"number": 250, "yes/no": True}


@dataclass(frozen=True)
class Preview:
    step: Send
    message: str
    rendered: Rendered | None
    trouble: str = ""
    """Why it could not be made: the journey would need attention here."""


def somebody(dictionary: Dictionary, now: datetime) -> dict[str, Value]:
    """A made-up lead of whom every field is known."""
    found: dict[str, Value] = {}
    for name, kind in dictionary.fields.items():
        if kind == "date":
            found[name] = now + timedelta(days=30)
        else:
            found[name] = SOMEBODY.get(name, BY_TYPE.get(kind, _example(name)))
    return {**SOMEBODY, **found}


def lead_values(conn: Connection, dictionary: Dictionary, who: str) -> dict[str, Value]:
    """Of a lead by address or id. Raises UnknownLead."""
    return lead_fields(lead_row(conn, lead_of(conn, who)), dictionary)


def previews(
    campaign: Campaign,
    messages: Mapping[str, MessageSource],
    head: Letterhead,
    fields: Mapping[str, Value],
) -> Iterator[Preview]:
    """Every message in the order of the file, each variant of it."""
    for step in campaign.steps.values():
        for name, source in sources_of(step, messages) if isinstance(step, Send) else ():
            assert isinstance(step, Send)
            yield written(campaign, step, name, source, head, fields)


def subjects(
    campaign: Campaign, messages: Mapping[str, MessageSource], dictionary: Dictionary, head: Letterhead
) -> dict[str, str]:
    """Message -> its subject line, for somebody of whom everything is known."""
    fields = somebody(dictionary, datetime.now(UTC))
    made = previews(campaign, messages, head, fields)
    return {one.message: one.rendered.subject for one in made if one.rendered}


def inert_letterhead(settings: Settings) -> Letterhead:
    """Its links lead nowhere: a look at a real lead's mail must not unsubscribe her."""
    given = {name: getattr(settings, name) or made_up for name, made_up in PLACEHOLDERS.items()}
    return Letterhead(**given, links=InertLinks(settings.web_url, ["preview"]))


class InertLinks(Links):
    def sign(self, purpose: str, *ids: str | int) -> str:
        return "preview"


def written_again(
    conn: Connection, desk: Desk, settings: Settings, lead_id: str, send_id: str
) -> Preview | None:
    """A mail that the lead got: the text that was sent, with what is known today, as nothing of it is kept.
    None: there is no such mail, or its step is not in the campaign any more."""
    row = conn.execute(
        select(sends, journeys.c.version)
        .join(journeys, sends.c.journey_id == journeys.c.id)
        .where(sends.c.id == send_id, sends.c.lead_id == lead_id, sends.c.text_hash.is_not(None))
    ).one_or_none()
    published = desk.library.readable(conn, row.version) if row else None
    step = published.campaign.steps.get(row.step) if row and published else None
    if row is None or published is None or not isinstance(step, Send):
        return None
    source = titled(desk.library.message(conn, row.text_hash), step, row.message)
    fields = lead_fields(lead_row(conn, lead_id), desk.library.rules(conn).dictionary)
    return written(published.campaign, step, row.message, source, inert_letterhead(settings), fields)


def written(
    campaign: Campaign,
    step: Send,
    message: str,
    source: MessageSource,
    head: Letterhead,
    fields: Mapping[str, Value],
) -> Preview:
    turn = Turn("preview", 0, step.name, "send_message", datetime.now(UTC).isoformat())
    mail = ToSend(
        turn, "preview", "preview", campaign.name, "preview", step, message, source, fields, False, ""
    )
    codes = {pool: f"YOUR-{pool.upper()}-CODE" for pool in campaign.codes}
    mail = replace(mail, codes=codes, record=campaign.record or "")
    try:
        spoken = source.spoken(fields.get(LANGUAGE))
        return Preview(step, message, render(spoken, head.context(mail)))
    except RenderError as error:
        return Preview(step, message, None, str(error))


def _example(name: str) -> str:
    return f"[{name.rpartition('.')[2].replace('_', ' ')}]"
