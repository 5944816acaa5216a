"""Every named point of the engine, and what its loss may leave behind."""

from __future__ import annotations

UNANSWERED = "provider/unanswered"
SENDING = [
    "send_message/begun",
    "send_message/opened",
    "send_message/claiming",
    "send_message/claimed",
    "send_message/rendered",
    "send_message/asked",
    "send_message/marking",
    "send_message/marked",
    UNANSWERED,
    "send_message/answered",
    "send_message/settled",
    "send_message/advanced",
    "send_message/recorded",
]
DEFERRED = [
    "retry/claimed",
    "retry/marking",
    "retry/marked",
    "retry/answered",
    "retry/settled",
]
EFFECTS = [
    f"{effect}/{point}"
    for effect in ("update_crm", "hand_off", "notify")
    for point in ("begun", "opened", "acted", "advanced", "recorded")
] + [f"check_engagement/{point}" for point in ("begun", "opened", "advanced", "recorded")]
OUTWARD = [f"create_task/{point}" for point in ("begun", "opened", "acted", "advanced", "recorded")] + [
    f"call_webhook/{point}" for point in ("begun", "opened", "answered", "advanced", "recorded")
]
"""Of a campaign that asks another system, and then a person."""
RELAY = [
    "enrol/written",
    "relay/looking",
    "relay/looked",
    "relay/telling",
    "relay/told",
    "relay/closed",
    "crm/pushing",
    "crm/pushed",
]
POINTS = [*SENDING, *DEFERRED, *EFFECTS, *OUTWARD, *RELAY]
SELDOM = ("notify/", "create_task/", "call_webhook/", "check_engagement/", "update_crm/")
"""Effects whose points are tried by `make test-long` only: they go the way of the others."""
OFTEN = [point for point in POINTS if not point.startswith(SELDOM)]
PARTS = {
    "door": ["hooks/keeping", "hooks/kept"],
    "reading": ["hooks/read", "hooks/taking", "hooks/taken", "hooks/done"],
    "telling": ["crm/leased", "crm/answered", "crm/booking", "crm/booked"],
    "hearing": ["crm/seeing", "crm/seen", "crm/heard", "crm/asked"],
    "answering": ["answer/written"],
}
"""Of what needs no Temporal: webhooks of providers, a CRM in both directions, sales; see ``parts.py``."""

NEVER_ARRIVES = {"send_message/marked", "retry/marked"}
"""Between the mark and the final dot: unknown to us, and the lead has nothing."""
ARRIVED = {UNANSWERED, "send_message/answered", "send_message/settled", "send_message/advanced"}
"""After the final dot and before the commit: unknown to us, and the lead has it."""
ARRIVED_LATER = {"retry/answered"}
BESIDE_A_MAIL = {"notify/acted", "retry/settled"}
"""Another mail may be on its way when the process ends, a reminder or the next step's: then that one is
unknown, whether it came or not."""
ASKED_TWICE = {"call_webhook/answered", "call_webhook/advanced"}
"""The answer is lost with the worker: the other system is asked again, under the same number."""
UNKNOWN = NEVER_ARRIVES | ARRIVED | ARRIVED_LATER
