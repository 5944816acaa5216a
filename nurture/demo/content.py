"""The shipped campaigns and policies, published, and the leads of a file, imported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nurture.authoring.content import Content, read_content
from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary
from nurture.domain.errors import NurtureError
from nurture.services.codes import add_codes
from nurture.services.desk import Desk
from nurture.services.importing import Report, Wanted, run_import
from nurture.services.importing_columns import match_columns
from nurture.services.importing_csv import scan
from nurture.services.publish import publish_campaign, publish_policy
from nurture.store.session import Store

CONSENT = "trade fair, stand 12"
SHOWN = ("buyers-guide", "pricing-interest", "trial")
"""Of the shipped campaigns: more of them would only make the month longer to live through."""


class ContentWrong(NurtureError):
    """There is nothing to show, or it has problems."""


def published(store: Store, desk: Desk, directory: Path) -> tuple[Sequence[Campaign], Dictionary]:
    """Raises ContentWrong."""
    content = read_content(directory)
    if content.errors:
        raise ContentWrong(
            f"The content in {directory} has {len(content.errors)} problems.", "See `nurture check`."
        )
    if not content.campaigns:
        raise ContentWrong(f"There is no campaign in {directory}.", "The demo shows the shipped ones.")
    for kind in ("dictionary", "scoring", "sales", "calendars", "lifecycle"):
        store.write_sync(publish_policy, desk.clock, kind, getattr(content, kind))
    names = [name for name in SHOWN if name in content.campaigns] or sorted(content.campaigns)
    campaigns = [_publish(store, desk, content, name) for name in names]
    return campaigns, content.rules().dictionary


def import_people(store: Store, desk: Desk, dictionary: Dictionary, path: Path) -> Report:
    source = scan(path)
    columns = match_columns(source.header, dictionary, {})
    wanted = Wanted(columns, dictionary, consent=CONSENT, secrets=desk.secrets)
    return run_import(store, desk.clock, source, wanted, path.with_suffix(".refused.csv"))


def _publish(store: Store, desk: Desk, content: Content, name: str) -> Campaign:
    file = content.campaigns[name]
    assert file.campaign is not None, "a campaign without problems can be walked"
    texts = {message: content.messages[message].to_json() for message in sorted(file.campaign.messages())}
    store.write_sync(publish_campaign, desk.clock, file.document, texts, "demo")
    for pool, codes in content.codes.get(name, {}).items():
        store.write_sync(add_codes, name, pool, codes)
    return file.campaign
