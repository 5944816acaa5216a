"""Published versions by name, and what is different between two of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.domain.differences import Difference, differences
from nurture.domain.errors import NurtureError
from nurture.domain.text_differences import text_differences
from nurture.store.tables import campaign_versions, campaigns, message_versions, policies, policy_versions

LIVE = "live"
SHORT = 12
"""Characters of a version's hash that people are shown."""


class UnknownVersion(NurtureError):
    """No version of the campaign begins like this, or several do."""


@dataclass(frozen=True)
class Version:
    """A campaign's document with its texts: one that is published, or one that may be."""

    document: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, Any]]


def version_row(conn: Connection, campaign: str, word: str = LIVE) -> Row[Any]:
    """``word``: ``live``, or the beginning of a version's hash. Raises UnknownVersion."""
    own = select(campaign_versions).where(campaign_versions.c.campaign == campaign)
    if word == LIVE:
        query = own.join(campaigns, campaigns.c.live == campaign_versions.c.hash)
        query = query.where(campaigns.c.name == campaign)
    else:
        query = own.where(campaign_versions.c.hash.startswith(word, autoescape=True))
    rows = conn.execute(query.limit(2)).all()
    if len(rows) == 1:
        return rows[0]
    if word == LIVE:
        raise UnknownVersion(f"No campaign {campaign} is published.", "Publish it with `nurture publish`.")
    if rows:
        raise UnknownVersion(f"Several versions of {campaign} begin with {word}.", "Give more of it.")
    raise UnknownVersion(
        f"The campaign {campaign} has no version {word}.",
        f"`nurture versions {campaign}` lists those that there are.",
    )


def version(conn: Connection, campaign: str, word: str = LIVE) -> Version:
    """Raises UnknownVersion."""
    row = version_row(conn, campaign, word)
    return Version(row.document, texts_of(conn, row.messages))


def live_policies(conn: Connection) -> dict[str, Mapping[str, Any]]:
    """Kind -> the document."""
    query = select(policies.c.kind, policy_versions.c.document)
    rows = conn.execute(query.join(policy_versions, policy_versions.c.hash == policies.c.live))
    return {row.kind: row.document for row in rows}


def texts_of(conn: Connection, messages: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    """``messages``: message -> the hash of its text."""
    query = select(message_versions.c.hash, message_versions.c.source)
    rows = conn.execute(query.where(message_versions.c.hash.in_(set(messages.values()))))
    sources = {row.hash: row.source for row in rows}
    return {name: sources[text] for name, text in messages.items()}


def changes(old: Version, new: Version) -> tuple[Difference, ...]:
    found = differences(old.document, new.document)
    return (*found, *text_differences(old.texts, new.texts))
