"""The actions of ``do``: one file each, registered here by hand."""

from __future__ import annotations

from nurture.domain.actions import enrol, leave, list, notify, score, set, stage, tag, webhook
from nurture.domain.actions.action import Action

ACTIONS: dict[str, Action] = {
    "set": set.ACTION,
    "tag": tag.ACTION,
    "stage": stage.ACTION,
    "score": score.ACTION,
    "list": list.ACTION,
    "notify": notify.ACTION,
    "webhook": webhook.ACTION,
    "enrol": enrol.ACTION,
    "leave": leave.ACTION,
}
