"""`nurture api-key`: keys for programs that send events."""

from __future__ import annotations

from typing import Annotated

import typer

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import listing, print_json
from nurture.services import api_keys

Name = Annotated[str, typer.Argument(help="Who uses it, such as: website. Its events are told apart by it.")]


def keys(json: Json = False, data: Data = None) -> None:
    """List the keys by name; what a key itself is was shown once, when it was made."""
    with opened(data) as at:
        found = at.store.read_sync(api_keys.key_names)
    listing(found, ("name", "created_at", "revoked_at"), as_json=json, empty="No keys yet.")


def create(name: Name, json: Json = False, data: Data = None) -> None:
    """Make a key and print it, once. A name that is there gets a new key; the old one ends within seconds."""
    with opened(data) as at:
        before = {row["name"] for row in at.store.read_sync(api_keys.key_names) if not row["revoked_at"]}
        key = at.store.write_sync(api_keys.create_key, at.clock, name)
    if name in before:
        typer.echo(f"{name} had a key already: that one ends within seconds.", err=True)
    if json:
        print_json({"name": name, "key": key})
    else:
        print(key)


def revoke(name: Name, data: Data = None) -> None:
    """End a key, within seconds. What it brought stays."""
    with opened(data) as at:
        at.store.write_sync(api_keys.revoke_key, at.clock, name)
    print(f"{name} is revoked.")
