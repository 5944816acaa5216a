"""The pages behind our links, in the language of who reads them."""

from __future__ import annotations

from string import Formatter

import httpx
import pytest
from sqlalchemy import update

from nurture.delivery.foot_words import WORDS as FOOT
from nurture.delivery.links import Links
from nurture.store.session import Store
from nurture.store.tables import leads
from nurture.web.speaking import TONGUES, asked
from tests.rows import HOME, Rows

Client = httpx.AsyncClient


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", ""),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("sv, fr;q=0.3, it;q=0.5", "it"),
        ("pt-BR", "pt"),
        ("sv,*;q=0.1", ""),
        ("de;q=0, en;q=0.1", "en"),
        ("fr;q=0.8, nl;q=0.8", "fr"),
        ("DE", "de"),
        (";;,=,de;q=x,\x00", ""),
        ("a" * 100_000, ""),
    ],
)
def test_what_a_browser_asks_for(header: str, language: str) -> None:
    assert asked(header) == language


def test_all_languages_say_all_of_it() -> None:
    assert TONGUES.keys() == FOOT.keys()
    for words in TONGUES.values():
        assert list(words) == list(TONGUES["en"])
        for key, said in words.items():
            names = [name for _, name, _, _ in Formatter().parse(said) if name]
            assert names == [name for _, name, _, _ in Formatter().parse(TONGUES["en"][key]) if name]


async def test_the_pages_speak_as_the_browser_asks_else_as_the_lead(
    client: Client, links: Links, store: Store, rows: Rows
) -> None:
    lead = rows.lead(email="ann@ours.example")
    send = rows.send(lead, rows.journey(lead), answers={"now": "Jetzt"})
    paths = {
        links.unsubscribe(lead, "guide"): "Ja, abmelden",
        links.preferences(lead, "guide"): "Wie oft höchstens",
        links.answer(send, "now"): "Antwort senden",
        f"{HOME}/c/forged": "Hier ist nichts",
    }
    for url, german in paths.items():
        found = await client.get(url.removeprefix(HOME), headers={"Accept-Language": "de-AT,en;q=0.5"})
        assert german in found.text
        assert '<html lang="de">' in found.text
    store.write_sync(lambda conn: conn.execute(update(leads).values(language="es-MX")))
    for url, german in paths.items():
        found = await client.get(url.removeprefix(HOME), headers={"Accept-Language": "sv"})
        assert german not in found.text
        assert f'<html lang="{"en" if "forged" in url else "es"}">' in found.text
    done = await client.post(
        links.preferences(lead, "x").removeprefix(HOME),
        data={"pause": "2"},
        headers={"Accept-Language": "fr"},
    )
    assert "Enregistré" in done.text
    assert "Jusqu&#39;au " in done.text
    gone = await client.post(links.unsubscribe(lead, "x").removeprefix(HOME), data={})
    assert "Se ha dado de baja" in gone.text
