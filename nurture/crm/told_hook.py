"""Where a CRM of any kind tells what happens there, signed after Standard Webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from nurture.crm.signing import key_of
from nurture.delivery.hooks import Call
from nurture.delivery.standard import proved

SETTING = "NURTURE_CRM_HOOK_KEY"


class ToldHook:
    """``secrets``: each ``whsec_...``; several while one is changed for another. Raises BadSecret."""

    name = "webhook"
    says = ""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = [key_of(secret, SETTING) for secret in secrets]

    def proved(self, call: Call, uri: str, now: datetime) -> str:
        return proved(call, self._keys, now)
