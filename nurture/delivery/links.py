"""The addresses in our mails: signed, made of ids only, each good for one purpose."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

HONEYPOT = -1
"""Stands for a link that no person can see; whoever follows it is a machine."""

ROUTES = {"click": "c", "open": "o", "unsubscribe": "u", "preferences": "p", "answer": "a", "task": "t"}
"""Purpose -> first part of the path. What a link leads to is looked up by its ids, never taken from it."""


class Links:
    """`keys`: the first signs, all verify, so a key can be retired without breaking mails already sent."""

    def __init__(self, base_url: str, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("links need a key to be signed with")
        self.base_url = base_url.rstrip("/")
        # The library signs with the last.
        self._keys = list(reversed(keys))

    def click(self, send_id: UUID | str, index: int) -> str:
        return self._url("click", str(send_id), index)

    def honeypot(self, send_id: UUID | str) -> str:
        return self.click(send_id, HONEYPOT)

    def open_pixel(self, send_id: UUID | str) -> str:
        return self._url("open", str(send_id)) + ".gif"

    def unsubscribe(self, lead_id: UUID | str, campaign: str) -> str:
        """Without the send: it must work for years, also when the send row is gone."""
        return self._url("unsubscribe", str(lead_id), campaign)

    def preferences(self, lead_id: UUID | str, campaign: str) -> str:
        """The way out signs it too: whoever may leave may also choose."""
        token = self.sign("unsubscribe", str(lead_id), campaign)
        return f"{self.base_url}/{ROUTES['preferences']}/{token}"

    def answer(self, send_id: UUID | str, answer: str) -> str:
        return self._url("answer", str(send_id), answer)

    def task(self, task_id: UUID | str, user_id: UUID | str, until: int) -> str:
        """For one of our own people. ``until``: seconds since 1970."""
        return self._url("task", str(task_id), str(user_id), until)

    def read_click(self, token: str) -> tuple[str, int] | None:
        match self.read("click", token):
            case [str(send_id), int(index)]:
                return send_id, index
        return None

    def read_open(self, token: str) -> str | None:
        match self.read("open", token.removesuffix(".gif")):
            case [str(send_id)]:
                return send_id
        return None

    def read_unsubscribe(self, token: str) -> tuple[str, str] | None:
        """Lead and campaign."""
        return self._read_pair("unsubscribe", token)

    def read_answer(self, token: str) -> tuple[str, str] | None:
        """Send and answer."""
        return self._read_pair("answer", token)

    def read_task(self, token: str) -> tuple[str, str, int] | None:
        """Task, user, until when."""
        match self.read("task", token):
            case [str(task_id), str(user_id), int(until)]:
                return task_id, user_id, until
        return None

    def owns(self, url: str) -> bool:
        """Whether it is one of our own signed addresses, which are not tracked again."""
        return any(url.startswith(f"{self.base_url}/{route}/") for route in ROUTES.values())

    def sign(self, purpose: str, *ids: str | int) -> str:
        return self._serializer(purpose).dumps(ids)

    def read(self, purpose: str, token: str) -> list[object] | None:
        if not token.isascii() or not _is_canonical(token):
            return None
        try:
            ids = self._serializer(purpose).loads(token)
        except BadData:
            return None
        return ids if isinstance(ids, list) else None

    def _read_pair(self, purpose: str, token: str) -> tuple[str, str] | None:
        match self.read(purpose, token):
            case [str(first), str(second)]:
                return first, second
        return None

    def _url(self, purpose: str, *ids: str | int) -> str:
        return f"{self.base_url}/{ROUTES[purpose]}/{self.sign(purpose, *ids)}"

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._keys,
            salt=f"nurture.links.{purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )


def _is_canonical(token: str) -> bool:
    # Base64 leaves bits of a signature's last letter unused: of its four spellings one is ours.
    signature = token.rpartition(".")[2]
    try:
        return base64_encode(base64_decode(signature)).decode() == signature
    except BadData:
        return False
