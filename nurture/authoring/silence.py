"""Silence taken for an answer also of those who never got the message: its own condition skips it."""

from __future__ import annotations

import re

from nurture.authoring.checking import Asked, Checking
from nurture.authoring.source import address
from nurture.domain.campaign import Campaign
from nurture.domain.steps.do import Do
from nurture.domain.steps.end import EndAs
from nurture.domain.steps.send import Send

REACTED = re.compile(r"(!\s*)?\b(?:opened|clicked|replied|answered)\(\s*[\"']([a-z0-9-]+)[\"']")


def check_silence(check: Checking, campaign: Campaign) -> None:
    """At steps that end a journey or change a lead: elsewhere it only costs a mail."""
    for asked in check.asked:
        step = campaign.steps.get(asked.step or "")
        if asked.key not in ("if", "unless") or not isinstance(step, Do | EndAs):
            continue
        for found in REACTED.finditer(asked.line.text):
            send = campaign.steps.get(found[2])
            silent = bool(found[1]) == (asked.key == "if")
            guarded = isinstance(send, Send) and bool(send.if_ or send.unless)
            if silent and guarded and not _asks_sent(check, asked, found[2]):
                at = address(asked.line, check.source, found.start())
                text = (
                    f"`{found[2]}` has a condition of its own: whoever did not get it counts as silent here"
                )
                sent = f'{"!" if asked.key == "unless" else ""}sent("{found[2]}")'
                check.report("silence", at, text, f"Ask beside it: `{sent}`.")


def _asks_sent(check: Checking, asked: Asked, send: str) -> bool:
    called = re.compile(rf"\bsent\(\s*[\"']{send}[\"']")
    return any(called.search(one.line.text) for one in check.asked if one.step == asked.step)
