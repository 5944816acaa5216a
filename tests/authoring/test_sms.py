"""Text messages in a file and in stories."""

from __future__ import annotations

import pytest

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.conftest import Make
from tests.authoring.good import steps, tale
from tests.authoring.test_stories import shown

TEXTS = steps("""\
    - send: reminder
      via: sms
    - wait: 1d
    - send: reminder-again
      message: reminder
      via: sms
    - send: hello
    - end: over
    """)
SHORT = ("templates/reminder.sms.txt", 'Hello {{ lead.first_name|default("there") }}. STOP to stop.\n')


def test_whoever_writes_stop_still_gets_mail(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [enters, gets reminder]
        - Mon 2026-03-02 12:00: stops
        - Tue 2026-03-03 10:00: [skips reminder-again, gets hello, ends over]
        """
    assert shown(content(dict([TEXTS, SHORT, tale(text)]))) == ""


@pytest.mark.parametrize(
    ("spoiled", "text"),
    [
        (steps("- send: reminder\n- end: over\n"), "this goes by mail, but `reminder` is a text message"),
        (steps("- send: hello\n  via: sms\n- end: over\n"), "this goes by sms, but `hello` is a mail"),
        (steps("- send: reminder\n  via: fax\n- end: over\n"), "expected one of mail, sms"),
        (("templates/reminder.sms.txt", "Hello {{ lead.frist_name }}\n"), "lead.frist_name is not known"),
        (("templates/reminder.sms.txt", "\n"), "the text is empty"),
    ],
)
def test_what_is_wrong_is_said(spoiled: tuple[str, str], text: str, content: Make) -> None:
    assert text in render(read_content(content(dict([TEXTS, SHORT, spoiled]))).problems)
