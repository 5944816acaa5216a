"""Lists, notices and webhooks in a file: what is right, what is not, and how stories tell them."""

from __future__ import annotations

import pytest

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.conftest import Make
from tests.authoring.good import steps, tale
from tests.authoring.test_stories import shown

ALL = """\
    - do: tell
      list: competitors
      notify:
        team: sales
        text: Somebody is here
        cc: boss@sales.example
    - do: ask
      webhook:
        url: https://api.ours.example/credit
        keep: {lead.employees: size}
    - do: named
      webhook: check-credit
    - do: plain
      webhook: https://api.ours.example/seen
    - wait: 1d
    - send: hello
      if: on_list("competitors")
    - end: over
    """
TOLD = """\
    - Mon 2026-03-02 10:00: [enters, list competitors, notify sales, calls ask, calls named, calls plain]
    - Tue 2026-03-03 10:00: [gets hello, ends over]
    """


def test_a_story_tells_what_reached_others(content: Make) -> None:
    assert shown(content(dict([steps(ALL), tale(TOLD)]))) == ""


@pytest.mark.parametrize(
    ("action", "rule", "text"),
    [
        ("list: newsleter", "unknown-list", "there is no list `newsleter`"),
        ("list: -rivals", "unknown-list", "there is no list `rivals`"),
        ("notify: {text: Hello}", "keys-together", "`notify` needs `team:` or `to:`"),
        ("notify: {team: slaes, text: Hello}", "unknown-team", "there is no team `slaes`"),
        ("notify: {to: nobody, text: Hello}", "wrong-kind", "expected an e-mail address"),
        ("webhook: chek-credit", "unknown-webhook", "there is no webhook `chek-credit`"),
        ("webhook: 'https://'", "wrong-kind", "https://api.ours.example/credit"),
        ("webhook: {url: credit}", "wrong-kind", "https://api.ours.example/credit"),
        ("webhook: {url: 'https://a:b@ours.example/'}", "wrong-kind", "has no password in it"),
        ("webhook: {keep: {lead.employees: a}}", "missing-key", "needs `url:`"),
        ("webhook: {url: 'https://a.example', keep: {lead.employes: a}}", "unknown-field", "no field"),
    ],
)
def test_what_is_wrong_is_said(action: str, rule: str, text: str, content: Make) -> None:
    problems = read_content(content(dict([steps(f"- do: it\n  {action}\n- end: over\n")]))).problems
    assert rule in {problem.rule for problem in problems}
    assert text in render(problems)


def test_a_rule_calls_nobody(content: Make) -> None:
    rule = "rules: [{rule: now, when: score > 5, then: [{do: it, webhook: {url: 'https://a.example'}}]}]\n"
    file, text = steps("- end: over\n")
    with_rule = text.replace("steps:", f"{rule}steps:")
    problems = read_content(content({file: with_rule.replace("when: score > 5, ", "")})).problems
    assert "a rule cannot call a `webhook`" in render(problems)
