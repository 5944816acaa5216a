"""Several accounts as one provider: each envelope says which of them carries it."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.delivery.provider import Envelope, Mark, Outcome, Provider, Verdict

NO_SUCH = Outcome(Verdict.UNREACHED, None, None, "", "no-such-account", channel=True)
"""Claimed by a process that has another file of accounts: nothing was handed over."""


class Several:
    """``accounts``: the first is the one for what no route decides."""

    def __init__(self, accounts: Mapping[str, Provider]) -> None:
        self.name = next(iter(accounts))
        self._accounts = accounts

    async def deliver(self, mail: bytes, envelope: Envelope, mark: Mark) -> Outcome:
        account = self._accounts.get(envelope.account or self.name)
        return NO_SUCH if account is None else await account.deliver(mail, envelope, mark)

    async def close(self) -> None:
        for account in self._accounts.values():
            await account.close()
