"""Mistakes in who gets a lead, and in the people of the teams."""

from tests.authoring.good import CRM, ROUTING, SALES
from tests.authoring.mistakes.writing import Mistakes

ADA = "ada@sales.example"
BIG = "  - rule: big\n    if: lead.employees > 100\n    to: sales\n"
SMALL = f"  - rule: small\n    if: lead.employees <= 100\n    to: {ADA}\n"


def member(more: str) -> str:
    return f"teams:\n  sales:\n    members:\n      - {{name: Ada Brandt, email: {ADA}, {more}}}\n"


ROUTES: Mistakes = {
    "a CRM that there is not": ("unknown-key", CRM, "zoho: {fields: {email: mail}}\n"),
    "a field of nobody": ("unknown-field", CRM, "hubspot: {fields: {shoe: size}}\n"),
    "a field without their name": ("missing-key", CRM, "hubspot: {fields: {email: {wins: crm}}}\n"),
    "an answer that is none": ("wrong-kind", CRM, "hubspot: {fields: {email: e}, answers: {s: {A: yes}}}\n"),
    "a reason of nobody": ("unknown-reason", CRM, "hubspot: {fields: {email: e}, why: {otherwise: dull}}\n"),

    "a rule behind one for everybody": (
        "unreachable", ROUTING, f"rules:\n  - rule: all\n    to: sales\n{BIG}"),
    "a rule behind a wider one": (
        "unreachable", ROUTING,
        f"rules:\n{BIG}  - rule: bigger\n    if: lead.employees > 500\n    to: {ADA}\n"),
    "a rule behind two that share all": (
        "unreachable", ROUTING,
        f"rules:\n{BIG}{SMALL}  - rule: middle\n    if: lead.employees >= 50\n    to: sales\n"),
    "a rule for nobody": (
        "impossible", ROUTING,
        f"rules:\n  - rule: odd\n    if: lead.employees > 5 && lead.employees < 3\n    to: {ADA}\n"),
    "a rule of clicks": ("at-the-door", ROUTING, f'rules:\n  - rule: a\n    if: clicked("hello")\n    to: {ADA}\n'),
    "a rule without people": ("missing-key", ROUTING, "rules:\n  - rule: a\n    if: lead.customer\n"),
    "a rule twice": ("duplicate-name", ROUTING, f"rules:\n{BIG}{BIG.replace('100', '10')}"),
    "a way to pick that there is not": ("wrong-kind", ROUTING, "rules:\n  - rule: a\n    to: sales\n    pick: random\n"),
    "rules as a table": ("wrong-kind", ROUTING, f"rules:\n  north: {ADA}\n"),
    "a team that there is not": ("unknown-team", ROUTING, "rules:\n  - rule: a\n    to: slaes\n"),
    "a substitute who is nobody": ("unknown-person", SALES, member("substitute: bob@sales.example")),
    "a substitute of themselves": ("unknown-person", SALES, member(f"substitute: {ADA}")),
    "a zone of nowhere": ("unknown-zone", SALES, member("zone: Europe/Berln")),
    "an absence without a day": ("wrong-kind", SALES, member("away: {summer: Holiday}")),
    "a language in words": ("wrong-kind", SALES, member("speaks: [German]")),
    "a reason without words": ("missing-key", SALES, member("country: DE") + "reasons: {no: {rest: 30d}}\n"),
    "a reason to nowhere": (
        "unknown-campaign", SALES, member("country: DE") + "reasons: {no: {says: No, then: recicle}}\n"),
    "a reason that makes customers": (
        "wrong-kind", SALES, member("country: DE") + "reasons: {no: {says: No, stage: customer}}\n"),
    "a ladder to nobody": (
        "unknown-person", SALES, member("country: DE") + "    escalate: [{after: 8h, to: bob@sales.example}]\n"),
    "a ladder that goes back": (
        "keys-together", SALES, member("country: DE") + "    escalate: [{after: 8h}, {after: 6h}]\n"),
    "a rung that gives and tells": (
        "keys-together", SALES,
        member("country: DE") + f"    escalate: [{{after: 8h, to: next, tell: {ADA}}}]\n"),
    "a ladder longer than it lasts": (
        "keys-together", SALES, member("country: DE") + "    escalate: [{after: 8h}, {after: 9d}]\n"),
    "a reminder after the task was passed on": (
        "keys-together", SALES,
        member("country: DE") + "    remind: 3 business days\n    escalate: 1 business day\n    give_up: 9d\n"),
    "a person twice": (
        "duplicate-name", SALES, member("country: DE") + f"      - {{name: Ada, email: {ADA}}}\n"),
}  # fmt: skip
