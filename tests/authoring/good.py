"""A small content directory that is fine, and short ways to write another file for it."""

from __future__ import annotations

from textwrap import dedent, indent

CAMPAIGN, DICTIONARY, SALES = "campaigns/talk.yaml", "policies/dictionary.yaml", "policies/sales.yaml"
STORIES, MESSAGE = "campaigns/talk.stories.yaml", "templates/hello.md"
SCORING, CALENDARS = "policies/scoring.yaml", "policies/calendars.yaml"
ROUTING = "policies/routing.yaml"
CRM = "policies/crm.yaml"

GOOD: dict[str, str] = {
    CAMPAIGN: """\
        campaign: talk
        enrol: {on: asked-us}
        leave:
          customer: lead.customer
        goal: accepted
        steps:
          - send: hello
          - wait: 3d
          - send: question
            answers: {now: Now, later: Later}
          - wait: up to 10d
            until: answered("question")
          - handoff: sales
        """,
    DICTIONARY: """\
        fields: {deal.renewal: date,
          lead.first_name: text, lead.employees: number, lead.customer: yes/no, lead.renewal: date}
        happenings:
          asked-us: {event: form.submitted, form: contact}
        segments:
          big: lead.employees > 100
        lists: {competitors: [rival.example]}
        webhooks:
          check-credit: {url: "https://credit.ours.example/v1", keep: {lead.employees: size}, secret: credit}
        windows: {office: {days: mon-fri, hours: 09:00-17:00}}
        sending: {window: office, zone_fallback: UTC, within: 7d, cap: {day: 1, week: 3}}
        """,
    SALES: """\
        teams:
          sales:
            members:
              - {name: Ada Brandt, email: ada@sales.example}
        reasons: {not-now: {says: Not now, rest: 30d}}
        """,
    STORIES: """\
        campaign: talk
        stories:
          - story: says now
            lead: {zone: Europe/Berlin}
            tale:
              - Mon 2026-03-02 10:00: [does asked-us, gets hello]
              - Thu 2026-03-05 10:00: gets question
              - Fri 2026-03-06 12:00: [answers question now, handed to sales]
              - Fri 2026-03-06 14:00: [sales accepted, ends accepted]
        """,
    MESSAGE: """\
        ---
        subject: Hello
        layout: none
        ---
        Hello {{ lead.first_name|default("there") }}. [Leave]({{ unsubscribe_url }}), {{ company.address }}
        """,
    "codes/spring.csv": """\
        code
        SPRING-1
        SPRING-2
        SPRING-3
        """,
    "templates/question.md": """\
        ---
        subject: A question
        layout: none
        ---
        When? {% for answer in answers %}[{{ answer.label }}]({{ answer.url }}) {% endfor %}
        [Leave]({{ unsubscribe_url }}), {{ company.address }}
        """,
}

STEPS = "campaign: talk\nsteps:\n"


def steps(text: str) -> tuple[str, str]:
    return CAMPAIGN, STEPS + dedent(text)


def tale(text: str) -> tuple[str, str]:
    story = "campaign: talk\nstories:\n  - story: a tale\n    lead: {zone: Europe/Berlin}\n    tale:\n"
    return STORIES, story + indent(dedent(text), " " * 6)
