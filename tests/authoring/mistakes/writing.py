"""How YAML goes wrong: indentation, tabs, quotes, brackets, signs that mean something else."""

from tests.authoring.good import CAMPAIGN, STEPS

Mistakes = dict[str, tuple[str, str, str]]


def campaign(rule: str, text: str) -> tuple[str, str, str]:
    return rule, CAMPAIGN, text


def steps(rule: str, text: str) -> tuple[str, str, str]:
    return rule, CAMPAIGN, STEPS + text


WRITING: Mistakes = {
    "a key one column too far": steps("yaml", "  - send: hello\n     window: office\n  - end: done\n"),
    "a key one column too near": steps("yaml", "  - send: hello\n   window: office\n  - end: done\n"),
    "a step not below the others": steps("yaml", "  - send: hello\n - wait: 3d\n  - end: done\n"),
    "a step below a step": steps("yaml", "  - send: hello\n    - wait: 3d\n  - end: done\n"),
    "no space after the dash": steps("yaml", "  - send: hello\n  -wait: 3d\n  - end: done\n"),
    "no space after the colon": steps("wrong-kind", "  - send: hello\n  - wait:3d\n  - end: done\n"),
    "no dash": steps("wrong-kind", "  send: hello\n  wait: 3d\n"),
    "a tab before a step": steps("tab", "\t- send: hello\n"),
    "a tab before a key": steps("tab", "  - send: hello\n\twindow: office\n"),
    "a tab after the colon is harmless, before it is not": steps("tab", "  - send: hello\n    \twindow: office\n"),
    "a quote that is not closed": steps("yaml", '  - send: "hello\n  - end: done\n'),
    "a single quote that is not closed": steps("yaml", "  - send: 'hello\n  - end: done\n"),
    "a bracket that is not closed": steps("yaml", "  - send: hello\n    variants: {a: 50, b: 50\n  - end: done\n"),
    "a list that is not closed": campaign("yaml", "campaign: talk\ngoal: [done, met\nsteps:\n  - end: done\n"),
    "no comma between two": steps("yaml", "  - send: question\n    answers: {now: Now later: Later}\n  - end: done\n"),
    "a colon in a title": campaign("yaml", "campaign: talk\ntitle: Guide: the talk\nsteps:\n  - end: done\n"),
    "a condition that begins with a quote": steps("yaml", '  - end: done\n    if: "big" in lead.tags\n'),
    "a condition that begins with an exclamation mark": steps("yaml", "  - end: done\n    if: !lead.customer\n"),
    "a text that begins with a star": campaign("anchor", "campaign: talk\ntitle: *new* guide\nsteps: []\n"),
    "a text that begins with an ampersand": campaign("anchor", "campaign: talk\ntitle: &co\nsteps: []\n"),
    "a text that begins with a percent sign": campaign("yaml", "campaign: talk\ntitle: %off\nsteps: []\n"),
    "a text that begins with an at sign": campaign("yaml", "campaign: talk\ntitle: @home\nsteps: []\n"),
    "a text that begins with a backtick": campaign("yaml", "campaign: talk\ntitle: `a`\nsteps: []\n"),
    "steps used twice by an alias": campaign("anchor", "campaign: talk\nsteps: &s\n  - end: done\nsections:\n  a: *s\n"),
    "a merge of keys": steps("anchor", "  - send: hello\n    <<: *office\n  - end: done\n"),
    "a bomb of aliases": campaign(
        "anchor", "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n"
    ),
    "a tag of another program": campaign("yaml", "campaign: !!python/object:os.system talk\n"),
    "two documents": campaign("yaml", "campaign: talk\nsteps:\n  - end: done\n---\ncampaign: other\n"),
    "a document that ends and goes on": campaign("yaml", "campaign: talk\n...\nsteps:\n  - end: done\n"),
    "the same key twice": campaign("duplicate-key", "campaign: talk\ncampaign: talk\nsteps:\n  - end: done\n"),
    "the same section twice": campaign(
        "duplicate-key",
        "campaign: talk\nsteps:\n  - go: a\nsections:\n  a:\n    - end: one\n  a:\n    - end: two\n",
    ),
    "an empty file": campaign("empty", ""),
    "nothing but a comment": campaign("empty", "# to do\n"),
    "nothing but dashes": campaign("empty", "---\n"),
    "no more than a word": campaign("wrong-kind", "talk\n"),
    "a list instead of keys": campaign("wrong-kind", "- campaign: talk\n- steps: []\n"),
    "JSON with a comma too many is YAML all the same": campaign("missing-key", '{"campaign": "talk",}\n'),
    "a file saved in Latin-1": campaign("encoding", "campaign: talk\ntitle: Gr\udcfc\udcdfe\n"),
    "a file saved in UTF-16": campaign("encoding", "\udcff\udcfec\x00a\x00m\x00p\x00"),
    "a control character": campaign("encoding", "campaign: talk\ntitle: a\x07b\nsteps: []\n"),
    "a line separator from a word processor": campaign("encoding", "campaign: talk\ntitle: a\u2028b\nsteps: []\n"),
    "nested without end": campaign("too-large", "campaign: talk\nsteps: " + "[" * 60 + "]" * 60 + "\n"),
    "ten megabytes": campaign("too-large", "# " + "x" * (10 * 1024 * 1024)),
    "six hundred steps": steps("too-large", "  - wait: 1d\n" * 1 + "".join(f"  - send: m{n}\n" for n in range(600))),
    "a question mark as a key": campaign("yaml", "? [a, b]\n: c\n"),
    "curly quotes around a name": steps("name", "  - send: \u201chello\u201d\n  - end: done\n"),
    "a long dash instead of a list": steps("wrong-kind", "  \u2013 send: hello\n"),
    "text below a text": steps("yaml", "  - send: hello\n    and then: wait: 3d\n"),
    "a key without a value": campaign("wrong-kind", "campaign: talk\nsteps:\n"),
    "a condition in brackets": steps("condition-in-brackets", "  - end: done\n    if: [lead.customer]\n"),
    "a step on one line in brackets with a condition": steps(
        "condition-in-brackets", "  - {end: done, if: lead.customer}\n  - end: other\n"
    ),
}  # fmt: skip
