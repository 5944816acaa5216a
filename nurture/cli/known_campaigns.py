"""A campaign that is asked for and was never here."""

from sqlalchemy import Connection

from nurture.domain.errors import NurtureError
from nurture.store.queries.report import names


class UnknownCampaign(NurtureError):
    def __init__(self, name: str, known: list[str]) -> None:
        hint = f"Known are: {', '.join(known)}" if known else "Nothing is published yet"
        super().__init__(f"There is no campaign {name} here.", hint)


def must_be_known(conn: Connection, campaign: str) -> None:
    known = names(conn)
    if campaign not in known:
        raise UnknownCampaign(campaign, known)
