"""The actions of ``do``: one file each, registered here by hand."""

from __future__ import annotations

from nurture.domain.actions import score, set, stage, tag
from nurture.domain.actions.action import Action

ACTIONS: dict[str, Action] = {
    "set": set.ACTION,
    "tag": tag.ACTION,
    "stage": stage.ACTION,
    "score": score.ACTION,
}
