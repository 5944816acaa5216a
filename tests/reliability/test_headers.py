"""D1: the shipped mails, as bytes: RFC 5322, the headers of lists to the letter, both covered by DKIM, HTML
and text, the postal address, and no larger than Gmail shows."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import dkim

from nurture.authoring.content import read_content
from nurture.delivery.compose import compose
from nurture.delivery.dkim_signing import signing
from nurture.delivery.links import Links
from nurture.delivery.render import render
from tests.amount import examples
from tests.authoring.test_shipped import FULL, context
from tests.delivery.test_dkim_signing import dns_of, entry

MOST = 102_000
LINE = 998
LINKS = Links("https://u.ours.example", ["a secret of sixteen and more"])


def test_every_shipped_mail_is_well_made(checkout: Path) -> None:
    signer = signing(entry())
    assert signer
    found = read_content(checkout).messages
    tried = sorted(found)[:: examples(len(found) // 6, 1)]
    for name in tried:
        source = found[name]
        leave = LINKS.unsubscribe("1" * 36, "welcome")
        mail = signer(
            compose(
                render(source, context(FULL)),
                send_id="01a20206-288b-76da-b08a-8ea8f51d9b88",
                message_id="<1@ours.example>",
                sender=("Ours", "news@ours.example"),
                recipient=("ann@theirs.example", "Ana Lima"),
                tracker=LINKS,
                unsubscribe_url=leave,
                list_id="welcome.ours.example",
                feedback_id="welcome:hello:nurture:smtp",
                kind="marketing",
            ).mail
        )
        checked, parsed = dkim.DKIM(mail), message_from_bytes(mail, policy=policy.SMTP)
        assert checked.verify(dnsfunc=dns_of(signer)), name
        covered = {part.strip().lower() for part in checked.signature_fields[b"h"].split(b":")}
        assert {b"list-unsubscribe", b"list-unsubscribe-post", b"from", b"subject"} <= covered
        assert parsed.defects == []
        assert [
            parsed[one] for one in ("From", "To", "Subject", "Date", "Message-ID") if not parsed[one]
        ] == []
        assert (parsed["List-Unsubscribe"], parsed["List-Unsubscribe-Post"]) == (
            f"<{leave}>",
            "List-Unsubscribe=One-Click",
        )
        assert [part.get_content_type() for part in parsed.walk()][1:] == ["text/plain", "text/html"]
        for part in list(parsed.walk())[1:]:
            assert "1 Our Street" in str(part.get_content()), name
        assert len(mail) < MOST
        assert max(map(len, mail.split(b"\r\n"))) <= LINE
        assert mail.isascii()
    print(f"{len(tried)} of {len(found)} mails")
    assert len(found) >= 12
