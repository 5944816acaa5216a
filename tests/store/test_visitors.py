from nurture.store.queries.visitors import Visitors, visitors
from nurture.store.session import Store
from tests.rows import CAMPAIGN, Rows


def test_people_and_machines_are_counted_apart(store: Store, rows: Rows) -> None:
    def happens(send: str, lead: str, kind: str, verdict: str | None, times: int = 1) -> None:
        for _ in range(times):
            rows.event(lead, type=f"email.{kind}", send_id=send, verdict=verdict)

    lead, other = rows.lead(), rows.lead()
    first, second = (
        rows.send(lead, step="guide", message="guide"),
        rows.send(other, step="guide", message="guide"),
    )
    late = rows.send(lead, step="offer", message="offer-b")
    happens(first, lead, "clicked", "machine", 5)
    happens(first, lead, "clicked", "human", 2)
    happens(second, other, "clicked", "machine")
    happens(second, other, "clicked", None)
    happens(second, other, "opened", "human")
    happens(late, lead, "opened", "machine", 3)
    happens(late, lead, "replied", "human")
    assert store.read_sync(visitors, CAMPAIGN, ["offer", "guide"]) == [
        Visitors("offer", "offer-b", opened_by_machines=1, opens_by_machines=3),
        Visitors(
            "guide",
            "guide",
            opened_by_people=1,
            clicked_by_people=1,
            clicked_by_machines=2,
            opens_by_people=1,
            clicks_by_people=2,
            clicks_by_machines=6,
        ),
    ]
