"""``nurture preview``: every message of a campaign, as a lead would get it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nurture.cli.opening import Data
from nurture.domain.errors import NurtureError

if TYPE_CHECKING:
    from nurture.authoring.content import Content
    from nurture.domain.campaign import Campaign
    from nurture.services.preview import Preview

KNOWN, UNKNOWN = "Somebody of whom everything is known", "Somebody of whom nothing is known"
RULER = 80
ITEM = re.compile(r"^ *(?:[*-]|\d+\.)? *")


def preview(
    campaign: Annotated[str, typer.Argument(help="Its name, or its file.")],
    lead: Annotated[
        str | None, typer.Option(help="An address or id: as this lead would get it.  [default: made up]")
    ] = None,
    message: Annotated[str | None, typer.Option(help="Only this message or step.")] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="DIR", help="Write a page with every mail into it.")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open that page in the browser.")] = False,
    send_to: Annotated[
        str | None, typer.Option("--send-to", metavar="ADDRESS", help="Send them to one of your own people.")
    ] = None,
    content: Annotated[
        Path | None, typer.Option("--content", help="The content directory.  [default: the one in use]")
    ] = None,
    data: Data = None,
) -> None:
    """Show every message of a campaign: here as plain text, in the browser as HTML, or in a mailbox of yours.

    Nothing is sent to leads. A mail to `--send-to` is marked as a test, nothing of it is measured, and our
    own links in it lead nowhere.
    """
    from nurture.cli.content import one_campaign

    of, found = one_campaign(campaign, content)
    shown = {who: _chosen(mails, message) for who, mails in _shown(of, found, lead, data).items()}
    if send_to:
        _try_out(send_to, next(iter(shown.values())))
    elif html or show:
        page = _written(found, shown, html)
        print(f"Written to {page}.")
        if show:
            typer.launch(str(page))
    else:
        print("\n".join(_text(found, shown)))


def _shown(
    of: Content, campaign: Campaign, lead: str | None, data: Path | None
) -> Mapping[str, Sequence[Preview]]:
    from datetime import UTC, datetime

    from nurture.cli.opening import opened
    from nurture.services.preview import NOBODY, inert_letterhead, lead_values, previews, somebody
    from nurture.settings import load_settings

    dictionary = of.rules().dictionary
    if lead:
        with opened(data) as at:
            people = {f"As {lead} would get it": at.store.read_sync(lead_values, dictionary, lead)}
    else:
        people = {KNOWN: somebody(dictionary, datetime.now(UTC)), UNKNOWN: dict(NOBODY)}
    head = inert_letterhead(load_settings())
    return {who: list(previews(campaign, of.messages, head, fields)) for who, fields in people.items()}


def _try_out(address: str, mails: Sequence[Preview]) -> None:
    """As a lead would get them; raises NurtureError if any could not be handed over."""
    from nurture.services.preview import inert_letterhead
    from nurture.services.trying_out import check_recipient, send_tests
    from nurture.settings import load_settings

    settings = load_settings()
    to = check_recipient(settings, address)
    tried = send_tests(settings, inert_letterhead(settings), to, mails)
    for one in tried:
        print(f"{one.message}: {'sent' if one.sent else one.outcome.reason}")
    for mail in mails:
        if mail.rendered is None:
            print(f"{mail.message}: could not be made, {mail.trouble}")
    if not all(one.sent for one in tried):
        where = settings.mail_goes_to
        raise NurtureError(f"Not all could be handed over to {where}.", "Look with `nurture doctor`.")


def _chosen(mails: Sequence[Preview], only: str | None) -> Sequence[Preview]:
    found = [mail for mail in mails if only in (None, mail.message, mail.step.name)]
    if not found:
        there = ", ".join(mail.message for mail in mails) or "none"
        raise NurtureError(f"There is no message {only} in this campaign.", f"There are: {there}.")
    return found


def _written(campaign: Campaign, shown: Mapping[str, Sequence[Preview]], folder: Path | None) -> Path:
    import tempfile

    from nurture.web.preview import preview_page

    home = folder or Path(tempfile.mkdtemp(prefix="nurture-preview-"))
    page = home / f"{campaign.name}.html"
    try:
        home.mkdir(parents=True, exist_ok=True)
        page.write_text(preview_page(campaign.name, campaign.title, shown), encoding="utf-8")
    except OSError as error:
        raise NurtureError(
            f"{page} cannot be written: {error.strerror}.", "Name another with --html."
        ) from None
    return page


def _text(campaign: Campaign, shown: Mapping[str, Sequence[Preview]]) -> Iterator[str]:
    """The first of them whole; of the others only what is different."""
    (first, mails), *others = shown.items()
    yield f"{campaign.name}: {campaign.title}"
    yield f"{first}. Nothing is sent; the links lead nowhere."
    for at, mail in enumerate(mails):
        yield ""
        yield from _mail(mail)
        for who, rest in others:
            yield from _different(who, mail, rest[at])


def _mail(mail: Preview) -> Iterator[str]:
    from nurture.cli.wording import wrapped

    share = f", {mail.step.variants[mail.message]} of 100 leads" if mail.step.variants else ""
    kind = "" if mail.step.kind == "marketing" else f", {mail.step.kind}"
    if mail.rendered and not mail.rendered.subject:
        kind += f", a text message of {len(mail.rendered.text.strip())} characters"
    named = "" if mail.message == mail.step.name else f" (step {mail.step.name})"
    yield f"{mail.message}{named}{kind}{share} ".ljust(RULER, "-")
    if mail.rendered is None:
        yield wrapped(mail.trouble, 2, "! ")
        return
    if mail.rendered.subject:
        yield wrapped(mail.rendered.subject, 9, "Subject:")
        yield ""
    for line in mail.rendered.text.splitlines():
        yield line if len(line) <= RULER else _hanging(line)


def _hanging(line: str) -> str:
    """The lines below an item of a list begin below its text."""
    item = ITEM.match(line)
    start = item[0] if item else ""
    return textwrap.fill(
        line[len(start) :],
        RULER,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _different(who: str, mail: Preview, other: Preview) -> Iterator[str]:
    from nurture.cli.wording import wrapped

    if other.rendered is None:
        yield ""
        yield wrapped(f"{who} would not get it, the journey would wait: {other.trouble}", 2, "! ")
        return
    before = set(mail.rendered.text.splitlines()) if mail.rendered else set()
    lines = [line for line in other.rendered.text.splitlines() if line.strip() and line not in before]
    subject = other.rendered.subject
    if mail.rendered and subject == mail.rendered.subject and not lines:
        return
    yield ""
    yield f"{who} reads instead:"
    if mail.rendered and subject != mail.rendered.subject:
        yield wrapped(subject, 11, "  Subject:")
    yield from (wrapped(line, 2) for line in lines)
