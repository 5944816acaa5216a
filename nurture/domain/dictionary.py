"""The words that conditions may use, and the company's own rules for sending:
``policies/dictionary.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from nurture.domain.consent_policy import ConsentPolicy, load_consent
from nurture.domain.facts import Value
from nurture.domain.lifecycle import READY, Lifecycle, load_lifecycle, ready_when
from nurture.domain.sending_policy import Sending, load_sending
from nurture.domain.webhooks import Webhook, load_webhook
from nurture.domain.windows import Window, parse_window

TYPES = ("text", "number", "yes/no", "date")


COMPARED = re.compile(r"^at (least|most) (-?\d+(?:\.\d+)?)$")
"""A pattern that compares numbers: ``at least 30``."""


@dataclass(frozen=True)
class Happening:
    """A named kind of event: its type, and what its data must say (``*`` matches anything, ``at least 30``
    and ``at most 30`` compare numbers)."""

    name: str
    event: str
    match: Mapping[str, str] = field(default_factory=dict)

    def matches(self, event_type: str, data: Mapping[str, object]) -> bool:
        return event_type == self.event and self.says(data)

    def says(self, data: Mapping[str, object]) -> bool:
        """Whether an event's data says what it must, whatever its type."""
        return all(_fits(data.get(key, ""), pattern) for key, pattern in self.match.items())


def _fits(value: object, pattern: str) -> bool:
    compared = COMPARED.match(pattern) if pattern.startswith("at ") else None
    if compared is None:
        return fnmatchcase(str(value), pattern)
    try:
        number = float(str(value))
    except ValueError:
        return False
    return number >= float(compared[2]) if compared[1] == "least" else number <= float(compared[2])


@dataclass(frozen=True)
class Dictionary:
    fields: Mapping[str, str] = field(default_factory=dict)
    """``lead.industry`` -> one of TYPES."""
    happenings: Mapping[str, Happening] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """List -> domains and addresses on it."""
    segments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    windows: Mapping[str, Window] = field(default_factory=dict)
    sending: Sending = field(default_factory=Sending)
    senders: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Sender -> name and address."""
    topics: Mapping[str, str] = field(default_factory=dict)
    """Topic -> what readers choose it by: ``News and events``."""
    consent: ConsentPolicy = field(default_factory=ConsentPolicy)
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)
    scores: frozenset[str] | None = None
    """Further scores that ``policies/scoring.yaml`` has, such as one per product; None: not known here."""
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    graded: bool = True
    """Whether it gives grades."""

    @cached_property
    def records(self) -> frozenset[str]:
        """Kinds of records that have fields: ``deal``."""
        return frozenset(name.partition(".")[0] for name in self.fields) - {"lead", "account"}

    @cached_property
    def company_zone(self) -> ZoneInfo:
        return ZoneInfo(self.sending.zone_fallback or "UTC")

    @cached_property
    def heard(self) -> frozenset[str]:
        """Types of the events that happenings are made of."""
        return frozenset(happening.event for happening in self.happenings.values())

    @cached_property
    def watched_segments(self) -> frozenset[str]:
        """Segments that a happening is made of: coming into them, or leaving them."""
        named = (happening.match.get("segment", "") for happening in self.happenings.values())
        return frozenset(name for name in named if name in self.segments)

    def lists_naming(self, fields: Mapping[str, Value]) -> frozenset[str]:
        """Lists that name the address, its domain, or the domain of the account."""
        address = str(fields.get("lead.email", "")).lower()
        account = str(fields.get("account.domain", "")).lower()
        keys = {address, address.rpartition("@")[2], account} - {""}
        return frozenset(name for name, members in self.lists.items() if keys & set(members))


def load_dictionary(doc: Mapping[str, Any]) -> Dictionary:
    """From the document of a published policy, which the checker has passed."""
    happenings = {
        name: Happening(name, spec["event"], {key: str(v) for key, v in spec.items() if key != "event"})
        for name, spec in doc.get("happenings", {}).items()
    }
    return Dictionary(
        fields=dict(doc.get("fields", {})),
        happenings=happenings,
        lists={name: tuple(members) for name, members in doc.get("lists", {}).items()},
        segments={
            name: tuple(lines) if isinstance(lines, list) else (str(lines),)
            for name, lines in doc.get("segments", {}).items()
        },
        windows={
            name: parse_window(spec["days"], spec["hours"], holidays=bool(spec.get("holidays")))
            for name, spec in doc.get("windows", {}).items()
        },
        sending=load_sending(doc.get("sending", {})),
        senders={name: (of["name"], of["address"]) for name, of in doc.get("senders", {}).items()},
        topics={name: str(title) for name, title in doc.get("topics", {}).items()},
        consent=load_consent(doc.get("consent", {})),
        webhooks={name: load_webhook(of) for name, of in doc.get("webhooks", {}).items()},
    )


def with_policies(
    dictionary: Dictionary, scoring: Mapping[str, Any], lifecycle: Mapping[str, Any]
) -> Dictionary:
    """The words together with those that other policies bring; from their documents."""
    ready = ready_when(lifecycle)
    return replace(
        dictionary,
        scores=frozenset(scoring.get("scores", {})),
        graded=bool(scoring.get("grades")),
        lifecycle=load_lifecycle(lifecycle),
        segments={**dictionary.segments, **({READY: ready} if ready else {})},
    )
