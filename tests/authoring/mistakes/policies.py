"""Mistakes in policies, calendars and messages."""

from tests.authoring.good import DICTIONARY, MESSAGE, SALES, SCORING
from tests.authoring.mistakes.writing import Mistakes

CALENDARS = "policies/calendars.yaml"
LIFECYCLE = "policies/lifecycle.yaml"
FRONT = "---\nsubject: Hello\nlayout: none\n---\n"
LEAVE = "[Leave]({{ unsubscribe_url }}), {{ company.address }}\n"
TEAM = "teams:\n  sales:\n    members:\n      - {name: Ada Brandt, email: ada@sales.example}\n"

POLICIES: Mistakes = {
    "a type that is there not": ("wrong-kind", DICTIONARY, "fields: {lead.size: string}\n"),
    "a field without lead": ("name", DICTIONARY, "fields: {size: number}\n"),
    "a field with capitals": ("name", DICTIONARY, "fields: {lead.Size: number}\n"),
    "fields as a list": ("wrong-kind", DICTIONARY, "fields: [lead.size]\n"),
    "a happening without its event": ("wrong-kind", DICTIONARY, "happenings:\n  asked-us: {form: contact}\n"),
    "an event of one word": ("name", DICTIONARY, "happenings:\n  asked-us: {event: form}\n"),
    "a mail that was sent as a happening": (
        "unknown-event", DICTIONARY, "happenings:\n  got-mail: {event: email.sent}\n"),
    "a datum that an event of ours has not": (
        "unknown-event", DICTIONARY, "happenings:\n  read-it: {event: email.clicked, url: /prices*}\n"),
    "an answer of sales that there is not": (
        "unknown-event", DICTIONARY, "happenings:\n  lost: {event: handoff.answered, answer: lost}\n"),
    "an event of ours misspelt": (
        "unknown-event", DICTIONARY, "happenings:\n  read-it: {event: email.click}\n"),
    "an event of others misspelt": (
        "doubtful-event", DICTIONARY, "happenings:\n  asked-us: {event: form.submited, form: contact}\n"),
    "a segment that is there not, to be entered": (
        "unknown-segment", DICTIONARY,
        "segments: {big: score > 1}\nhappenings: {grew: {event: segment.entered, segment: bigg}}\n"),
    "points for a datum that an event has not": (
        "scoring", SCORING, "rules:\n  a: {on: email.clicked, match: {path: /prices*}, points: 5}\n"),
    "a list that is no list": ("wrong-kind", DICTIONARY, "lists: {competitors: rival.example}\n"),
    "a segment with a mistake": ("condition", DICTIONARY, "segments:\n  hot: score = 60\n"),
    "a segment of itself": ("condition", DICTIONARY, 'segments:\n  hot: in_segment("hot")\n'),
    "a segment of nobody": ("impossible", DICTIONARY, "segments:\n  hot: score > 60 && score < 40\n"),
    "a segment of everybody": ("always", DICTIONARY, "segments:\n  hot: score > 40 || score < 60\n"),
    "a window without hours": ("missing-key", DICTIONARY, "windows: {office: {days: mon-fri}}\n"),
    "a window with odd days": ("wrong-kind", DICTIONARY, "windows: {office: {days: weekdays, hours: 09:00-17:00}}\n"),
    "a window with odd hours": ("wrong-kind", DICTIONARY, "windows: {office: {days: mon-fri, hours: 9am-5pm}}\n"),
    "a window that is there already": (
        "name", DICTIONARY, "windows: {any-time: {days: mon-sun, hours: 00:00-23:59}}\n"),
    "a zone that is there not": ("unknown-zone", DICTIONARY, "sending: {zone_fallback: CET+1}\n"),
    "quiet after nothing": ("unknown-happening", DICTIONARY, "sending: {quiet_after: {bougt: 14d}}\n"),
    "a team without members": ("missing-key", SALES, "teams:\n  sales: {due: 1 business day}\n"),
    "a member without a mail address": (
        "missing-key", SALES, "teams:\n  sales:\n    members:\n      - {name: Ada Brandt}\n"),
    "a member with half a mail address": (
        "wrong-kind", SALES, "teams:\n  sales:\n    members:\n      - {name: Ada, email: ada}\n"),
    "members as names": ("wrong-kind", SALES, "teams:\n  sales:\n    members: [Ada, Eva]\n"),
    "reminded after it was given up": ("keys-together", SALES, TEAM + "    remind: 5d\n    give_up: 3d\n"),
    "no teams": ("missing-key", SALES, "reasons: {not-now: Not now}\n"),
    "points for nothing": ("scoring", SCORING, "rules:\n  a: {on: asked-us, points: 0}\n"),
    "points for opens": ("scoring", SCORING, "rules:\n  a: {on: email.opened, points: 5}\n"),
    "points in words": ("scoring", SCORING, "rules:\n  a: {on: asked-us, points: many}\n"),
    "points for what is there not": ("scoring", SCORING, "rules:\n  a: {on: asked-uss, points: 5}\n"),
    "thresholds the wrong way round": ("scoring", SCORING, "thresholds: {MQL: 60, SQL: 40}\n"),
    "a threshold that nobody reaches": (
        "scoring", SCORING, "rules:\n  a: {on: asked-us, points: 5, cap: 20}\nthresholds: {MQL: 60}\n"),
    "a key that is there not": ("scoring", SCORING, "grade: {A: 5}\n"),
    "a group that nobody declared": ("scoring", SCORING, "rules:\n  a: {on: asked-us, points: 5, group: web}\n"),
    "a group without rules": ("scoring", SCORING, "groups: {web: 20}\n"),
    "a factor of nothing": (
        "scoring", SCORING, "rules:\n  a: {on: asked-us, points: 5, times: {path: {/a*: 0}}}\n"),
    "a factor without its page": ("scoring", SCORING, "rules:\n  a: {on: asked-us, points: 5, times: {path: 2}}\n"),
    "coming back once": (
        "scoring", SCORING, "rules:\n  a: {on: asked-us, points: 5, again: {times: 1, within: 7d, points: 5}}\n"),
    "coming back some day": (
        "scoring", SCORING, "rules:\n  a: {on: asked-us, points: 5, again: {times: 3, points: 5}}\n"),
    "two rules for the same": (
        "scoring", SCORING, "rules:\n  a: {on: asked-us, points: 5}\n  b: {on: asked-us, points: 9}\n"),
    "a rule that takes what another gives": (
        "scoring", SCORING, "rules:\n  a: {on: asked-us, points: 5}\n  b: {on: asked-us, points: -5}\n"),
    "grades the wrong way round": ("scoring", SCORING, "grades: {A: 5, B: 15}\n"),
    "a grade that is there not": ("scoring", SCORING, "grades: {E: 5}\n"),
    "hot below warm": ("scoring", SCORING, "levels: {hot: 20, warm: 30}\n"),
    "hot for those who are not even warm": ("scoring", SCORING, "levels: {hot: 60, warm: 50, back: 15}\n"),
    "a matrix without grades": (
        "scoring", SCORING, "matrix: {bands: [3, 2, 1], cells: {educate: [A1]}}\n"),
    "a score of rules that are there not": ("scoring", SCORING, "scores: {planning: {rules: [prices]}}\n"),
    "silence for no time": ("scoring", SCORING, "inactivity: {after: 0d, half_life: 7d}\n"),
    "fit that outweighs all the rest": (
        "scoring", SCORING,
        "rules:\n  a: {on: asked-us, points: 5, cap: 20}\nfit:\n  a: {field: lead.customer, is: true, points: 30}\n"),
    "a rule that asks what she did": (
        "condition", SCORING, "rules:\n  a:\n    on: asked-us\n    points: 5\n    if: count(\"asked-us\", \"7d\") > 2\n"),
    "a rule of the score with a mistake": (
        "condition", SCORING, "rules:\n  a:\n    on: asked-us\n    points: 5\n    if: lead.customer = true\n"),
    "a condition beside a field": (
        "scoring", SCORING, "fit:\n  a:\n    if: lead.customer\n    field: lead.customer\n    points: 5\n"),
    "a score of a company that would count itself": (
        "condition", SCORING, "fit:\n  a:\n    if: account_score >= 50\n    points: 5\n"),
    "a score that asks for itself": (
        "condition", SCORING, "fit:\n  a:\n    if: score >= 50\n    points: 5\n"),
    "a limit that is no length": ("wrong-kind", LIFECYCLE, "stages: {MQL: {at_most: long}}\n"),
    "an answer that says nothing known": (
        "unknown-key", LIFECYCLE, "bant: {answers: {survey: {now: {money: much}}}}\n"),
    "an answer with a stage of buying that there is not": (
        "wrong-kind", LIFECYCLE, "bant: {answers: {survey: {now: {buying_stage: soon}}}}\n"),
    "an answer that says nothing": ("wrong-kind", LIFECYCLE, "bant: {answers: {survey: {now: {}}}}\n"),
    "a stage of the lifecycle that is there not": ("unknown-stage", LIFECYCLE, "stages: {mql: {from: [lead]}}\n"),
    "a stage from one that is there not": ("unknown-stage", LIFECYCLE, "stages: {MQL: {from: [leads]}}\n"),
    "a stage from itself": ("keys-together", LIFECYCLE, "stages: {MQL: {from: [lead, MQL]}}\n"),
    "a stage from nowhere": ("wrong-kind", LIFECYCLE, "stages: {MQL: {from: []}}\n"),
    "a stage without its ways": ("missing-key", LIFECYCLE, "stages: {MQL: {}}\n"),
    "a stage by what is there not": ("unknown-field", LIFECYCLE, "stages:\n  SQL:\n    when: known(lead.budget)\n"),
    "a stage by time alone": ("condition", LIFECYCLE, "stages:\n  recycled:\n    when: score < 10\n"),
    "a stage by herself where leads begin": (
        "keys-together", LIFECYCLE, "stages:\n  subscriber:\n    when: lead.customer\n"),
    "a stage that nobody comes to": (
        "impossible", LIFECYCLE, "stages:\n  SQL:\n    when: fit > 60 && fit < 40\n"),
    "a stage of everybody": ("always", LIFECYCLE, "stages:\n  SQL:\n    when: fit > 40 || fit < 60\n"),
    "ready by what is there not": ("unknown-field", LIFECYCLE, "ready_when:\n  - known(lead.budget)\n"),
    "ready by a mistake": ("condition", LIFECYCLE, "ready_when:\n  - lead.customer = true\n"),
    "fit of a field that is there not": (
        "scoring", SCORING, "fit:\n  a: {field: lead.size, at_least: 3, points: 5}\n"),
    "a holiday that is there not": ("wrong-kind", CALENDARS, "holidays: {02-30: A day}\n"),
    "a country that is there not": ("unknown-country", CALENDARS, "country: Germny\n"),
    "no unsubscribe link": ("message", MESSAGE, FRONT + "Hello, {{ company.address }}\n"),
    "no postal address": ("message", MESSAGE, FRONT + "Hello. [Leave]({{ unsubscribe_url }})\n"),
    "no subject": ("message", MESSAGE, "---\nlayout: none\n---\nHello\n" + LEAVE),
    "a field misspelt in a message": ("message", MESSAGE, FRONT + "Hello {{ lead.firstname }}\n" + LEAVE),
    "a day made of a text": ("message", MESSAGE, FRONT + "Hello {{ lead.first_name|day }}\n" + LEAVE),
    "a number cut off": ("message", MESSAGE, FRONT + "{{ lead.employees|default(3)|truncate(2) }}\n" + LEAVE),
    "a text rounded": ("message", MESSAGE, FRONT + "{{ lead.first_name|round }}\n" + LEAVE),
    "braces that are not closed": ("message", MESSAGE, FRONT + "Hello {{ lead.first_name }\n" + LEAVE),
    "an if that is not closed": ("message", MESSAGE, FRONT + "{% if lead.first_name %}Hello\n" + LEAVE),
    "placeholders of another system": ("message", MESSAGE, FRONT + "Hello {{ contact.firstname }}\n" + LEAVE),
    "a layout that is there not": ("message", MESSAGE, "---\nsubject: Hi\nlayout: fancy\n---\nHello\n" + LEAVE),
}  # fmt: skip
