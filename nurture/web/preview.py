"""One page with every message of a campaign, to be opened from disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nurture.services.preview import Preview
from nurture.web.pages import page_text

Shown = Mapping[str, Sequence[Preview]]
"""Who would get them -> the messages."""


def preview_page(campaign: str, title: str, shown: Shown) -> str:
    """The mails stand in frames that run no script and open nothing by themselves."""
    rows = zip(*shown.values(), strict=True)
    messages = [dict(zip(shown, row, strict=True)) for row in rows]
    return page_text("preview.html", campaign=campaign, title=title, messages=messages)
