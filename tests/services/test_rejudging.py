"""A network of scanners that is named later turns what it did before into a machine's, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import Connection, select

from nurture.services.judging import judge
from nurture.services.networks import around, hashes
from nurture.services.rejudging import Rejudged, rejudge
from nurture.services.tracking import click, visitor_of
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.store.tables import events, points
from tests.fixtures.content import SECRET, House, make_house
from tests.rows import Rows

FIREFOX = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "accept-language": "de",
}
HOURS = timedelta(hours=8)


@pytest.mark.parametrize(
    ("address", "network", "meets"),
    [
        ("5.45.7.9", "5.45.0.0/16", True),
        ("5.45.7.9", "5.45.6.0/23", True),
        ("5.45.7.9", "5.45.8.0/23", False),
        ("5.45.7.9", "5.45.7.9/32", True),
        ("5.45.7.9", "0.0.0.0/0", True),
        ("2a02:26f0:1::7", "2a02:26f0::/29", True),
        ("2a02:26f0:1::7", "2a02:26f8::/29", False),
        ("10.1.2.3", "10.0.0.0/8", False),
    ],
)
def test_a_network_meets_the_addresses_in_it(address: str, network: str, meets: bool) -> None:
    kept = around(SECRET, ip_address(address))
    assert hashes(["new", SECRET], [ip_network(network)]).isdisjoint(kept) is not meets
    assert not any(part in "".join(kept) for part in ("5.45", "2a02", "10.1"))


def clicked(house: House, rows: Rows, ip: str) -> int:
    """Taken for a person's, with points for it; the event."""
    lead = rows.lead()
    send = rows.send(lead, links=["https://ours.example"])
    house.do(click, house.desk.clock, send, 0, visitor_of(FIREFOX, "GET", ip, SECRET, ()))

    def judged(conn: Connection) -> int:
        row = conn.execute(select(events).where(events.c.send_id == send)).one()
        verdict = judge(conn, [row])[0][row.id].judged
        assert verdict == "human"
        seen = {"verdict": "human", "looked_at": row.received_at}
        conn.execute(events.update().where(events.c.id == row.id).values(seen))
        given = {"rule": "click", "points": 5, "at": row.occurred_at, "policy": "p"}
        conn.execute(points.insert().values(lead_id=lead, event_id=row.id, key=f"event/{row.id}", **given))
        return int(row.id)

    return int(house.do(judged))


def test_what_is_known_later_counts_for_what_was_before(store: Store) -> None:
    house, rows = make_house(store), Rows(store)
    kept = {ip: clicked(house, rows, ip) for ip in ("5.45.7.9", "9.9.9.9")}
    networks = [ip_network("5.45.6.0/23")]
    assert rejudge(store, house.desk, networks, HOURS) == Rejudged(2, 1, 1)
    assert rejudge(store, house.desk, networks, HOURS) == Rejudged(2, 0, 0)
    found = store.read_sync(lambda conn: {row.id: row for row in conn.execute(select(events))})
    theirs, hers = found[kept["5.45.7.9"]], found[kept["9.9.9.9"]]
    assert (theirs.verdict, theirs.reasons) == ("machine", ["scanner-network"])
    assert hers.verdict == "human"
    booked = store.read_sync(lambda conn: list(conn.execute(select(points.c.event_id, points.c.points))))
    assert sum(row.points for row in booked if row.event_id == hers.id) == 5
    assert sum(row.points for row in booked if row.event_id == theirs.id) == 0


def test_networks_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "networks.txt"
    file.write_text("# gateways of our customers\n198.51.100.0/24  North Mills\n\n2001:db8::/32 # South\n")
    settings = Settings(scanner_networks="203.0.113.0/24", scanner_networks_file=file)
    named = [str(one) for one in settings.networks_of_scanners]
    assert named == ["203.0.113.0/24", "198.51.100.0/24", "2001:db8::/32"]
    file.write_text("198.51.100.0/24\nNorth Mills\n")
    with pytest.raises(ValidationError, match=r"networks\.txt:2: expected a network such as"):
        Settings(scanner_networks_file=file)
    with pytest.raises(ValidationError, match="cannot be read"):
        Settings(scanner_networks_file=tmp_path / "none.txt")
