"""`nurture worker promote`: the promotion of a build."""

import asyncio
from typing import Annotated

import typer

from nurture.client import PromotionRefused, connect
from nurture.client import promote as promote_build
from nurture.settings import load_settings


def promote(
    build: Annotated[str, typer.Argument(help="The build; default: what NURTURE_BUILD says.")] = "",
) -> None:
    """Send new and waking journeys to a build, once its workers run.

    A journey in a short wait finishes it on its old build first.
    """
    chosen = build or load_settings().build
    if not chosen:
        raise PromotionRefused("name a build, or set NURTURE_BUILD")
    asyncio.run(_promote(chosen))
    print(f"New and waking journeys go to build {chosen}.")


async def _promote(build: str) -> None:
    await promote_build(await connect(), build)
