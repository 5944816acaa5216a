"""`nurture diff` and `nurture versions`: what would change, and what is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from nurture.authoring.content import Content
from nurture.cli.changes import print_changes
from nurture.cli.opening import Data, Json, Opened, opened
from nurture.cli.output import listing, print_json
from nurture.domain.differences import Difference, policy_differences
from nurture.domain.errors import NurtureError
from nurture.services.enrol import live_version
from nurture.services.publish_content import policies_of
from nurture.services.versions import LIVE, SHORT, UnknownVersion, Version, changes, live_policies, version
from nurture.store.queries.versions import versions_of

Found = Mapping[str, tuple[Difference, ...]]


def diff(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(help="Campaigns or their files; without any, all that there are.", show_default=False),
    ] = None,
    old: Annotated[str, typer.Option("--from", help="The version to compare with.")] = LIVE,
    new: Annotated[
        str, typer.Option("--to", help="A version instead of the files.", show_default=False)
    ] = "",
    json: Json = False,
    data: Data = None,
) -> None:
    """What publishing would change, in words; --from and --to name versions to compare instead."""
    with opened(data) as at:
        found = dict(_between(at, wanted or [], old, new) if new else _files(at, wanted or [], old))
    if json:
        print_json({name: [asdict(one) for one in changed] for name, changed in found.items()})
    else:
        _say(found, against=old)


def versions(
    campaign: Annotated[str, typer.Argument(help="The campaign's name.")],
    json: Json = False,
    data: Data = None,
) -> None:
    """The versions of a campaign, newest first, and how many journeys are under way on each."""
    with opened(data) as at:
        rows = at.store.read_sync(versions_of, campaign)
        if not rows:
            at.store.read_sync(live_version, campaign)
    shown = rows if json else [{**row, "version": row["version"][:SHORT]} for row in rows]
    columns = ("version", "published_at", "published_by", "live", "under_way")
    listing(shown, columns, as_json=json, empty=f"Nothing is published as {campaign}.")


def _between(
    at: Opened, names: list[str], old: str, new: str
) -> Iterator[tuple[str, tuple[Difference, ...]]]:
    if len(names) != 1:
        raise NurtureError("--to compares two versions of one campaign: name it.")
    before, after = (at.store.read_sync(version, names[0], word) for word in (old, new))
    yield names[0], changes(before, after)


def _files(at: Opened, wanted: list[str], old: str) -> Iterator[tuple[str, tuple[Difference, ...]]]:
    from nurture.cli.content import select

    files = [Path(word) for word in wanted if Path(word).exists()]
    names = [word for word in wanted if not Path(word).exists()]
    selected = select(files if wanted and not names else [at.settings.content_dir])
    known = False
    for content in selected.contents.values():
        for name, file in content.campaigns.items():
            if (names and name not in names) or not (names or selected.wants(file.path)):
                continue
            known = True
            yield name, _against(at, name, _of_files(content, name), old)
        if old == LIVE and not names:
            yield from _policies(at, content)
    if names and not known:
        raise NurtureError(f"There is no campaign {names[0]} in the files.", "Name a campaign, or its file.")


def _policies(at: Opened, content: Content) -> Iterator[tuple[str, tuple[Difference, ...]]]:
    """Those that publishing would change: they go live with any campaign."""
    live = at.store.read_sync(live_policies)
    for kind, document in at.store.read_sync(policies_of, content):
        changed = policy_differences(live.get(kind, {}), document)
        if changed and live:
            yield f"policies/{kind}.yaml", changed


def _of_files(content: Content, name: str) -> Version:
    file = content.campaigns[name]
    if file.campaign is None:
        raise NurtureError(f"{file.path} has problems.", "See them with `nurture check`.")
    messages = (message for message in file.campaign.messages() if message in content.messages)
    return Version(file.document, {message: content.messages[message].to_json() for message in messages})


def _against(at: Opened, name: str, files: Version, old: str) -> tuple[Difference, ...]:
    try:
        before = at.store.read_sync(version, name, old)
    except UnknownVersion:
        if old != LIVE:
            raise
        return (Difference("added", name, "the campaign is not published yet"),)
    return changes(before, files)


def _say(found: Found, against: str) -> None:
    for name, changed in found.items():
        same = "as it is live" if against == LIVE else f"as in {against}"
        print(name if changed else f"{name}: {same}.")
        print_changes(changed)
