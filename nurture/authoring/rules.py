"""The rules of the checker. Each has a page, docs/rules/NAME.md, and a broken file in the tests."""

RULES: dict[str, str] = {
    # The file
    "encoding": "Files are UTF-8.",
    "too-large": "A file has at most 256 KiB, 30 levels and 500 steps.",
    "empty": "A file says something.",
    "yaml": "A file is YAML.",
    "tab": "Lines begin with spaces, never with tabs.",
    "anchor": "YAML anchors and aliases are not used.",
    "duplicate-key": "A key stands once in its group.",
    # Keys and values
    "unknown-key": "Keys are those that the language has.",
    "missing-key": "Required keys are there.",
    "wrong-kind": "A value is of the kind that its key wants.",
    "name": "Names are lower-case words with hyphens.",
    "keys-together": "Keys of one group fit together.",
    # Steps
    "unknown-verb": "A step begins with a verb.",
    "key-order": "The verb is the first key of its step.",
    "duplicate-name": "Names are unique.",
    "nesting": "Arms nest once.",
    "rule-steps": "Rules only `do`, `go` and `end`.",
    "answers": "A question has one to four answers, and conditions name them.",
    "shares": "The shares of variants and of ways add up to 100.",
    "codes": "A file of codes has one code on each line, and each once.",
    "few-codes": "A pool of codes lasts for thirty days of the leads that are expected.",
    "winner": "A test is decided by something that can be counted.",
    # What is declared elsewhere
    "unknown-section": "`go` aims at a section of the file.",
    "unknown-step": "Conditions and stories name steps that there are.",
    "unknown-outcome": "Goals name outcomes that the campaign can have.",
    "unknown-team": "Teams are declared in policies/sales.yaml.",
    "unknown-person": "People are members of a team of policies/sales.yaml.",
    "unknown-field": "Fields are declared in policies/dictionary.yaml.",
    "unknown-happening": "Happenings are declared in policies/dictionary.yaml.",
    "unknown-event": "Happenings are made of events that there are, and of what their data says.",
    "doubtful-event": "Events and their data are written as programs send them.",
    "unknown-list": "Lists are declared in policies/dictionary.yaml.",
    "unknown-segment": "Segments are declared in policies/dictionary.yaml.",
    "unknown-sender": "Senders are declared in policies/dictionary.yaml.",
    "unknown-webhook": "Webhooks that are called by name are declared in policies/dictionary.yaml.",
    "unknown-window": "Windows are declared in policies/dictionary.yaml.",
    "unknown-stage": "Stages are those of the lifecycle.",
    "unknown-country": "Countries have codes of two letters, and our own has a calendar.",
    "unknown-zone": "Time zones are those of the tz database.",
    "short-within": "A message that falls due at a weekend is not skipped by its `within`.",
    "unknown-message": "Every message that is sent is in templates/.",
    "unknown-campaign": "Campaigns that are named are there.",
    "unknown-link": "Conditions ask for links that the message has.",
    "message": "Messages can be rendered, and show a way out and an address.",
    # Conditions
    "condition": "Conditions are CEL, and are yes or no.",
    "condition-in-brackets": "Conditions stand on lines of their own.",
    "never-sent": "No condition looks at a message that cannot have been sent.",
    "at-the-door": "Conditions at the door look at nothing that can only be later.",
    "record": "Fields of a record stand in campaigns that are for such records.",
    "no-wait": "No condition looks at a reaction for which there was no time.",
    # Ways
    "no-end": "Every way comes to an end.",
    "unreachable": "Some way leads to every line.",
    "loop": "A loop contains a wait, or is counted.",
    # Proofs
    "impossible": "Every condition can hold where it is asked.",
    "always": "Every condition can fail to hold.",
    "date-equality": "Dates are compared with `<` and `>`.",
    # Advice
    "own-doing": "The campaign does not itself make a condition false.",
    "bands": "Bands of a number have neither gaps nor overlaps.",
    "empty-field": "A message can be made also for leads of whom little is known.",
    "empty-date": "A wait to a date is only for leads who have the date.",
    "chained": "Campaigns that look chained are.",
    "no-winner": "Of campaigns that exclude each other one goes first.",
    "overrides": "A campaign that answers rejections itself does not follow the sales policy.",
    "rules-clash": "Rules that hold together lead to one place.",
    "offer-first": "A lead is taught or shown proof before she gets an offer.",
    # Policies and stories
    "scoring": "policies/scoring.yaml gives points for what there is.",
    "story": "A story is a list of times with what she does and what must happen.",
    "weekday": "The weekday of a date is the one in the calendar.",
    "story-order": "A story goes forward in time.",
}

WARNINGS: frozenset[str] = frozenset(
    {
        "offer-first",
        "own-doing",
        "empty-field",
        "empty-date",
        "chained",
        "bands",
        "rules-clash",
        "few-codes",
        "no-winner",
        "doubtful-event",
        "short-within",
    }
)
"""Rules that only advise: what breaks them is shown, and can be published all the same."""
