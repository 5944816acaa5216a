"""A score in words that a sales person accepts."""

from datetime import UTC, datetime, timedelta

from nurture.domain.scoring import Entry, explain, load_scoring
from nurture.domain.scoring.told import sentences, telling

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
POLICY = load_scoring(
    {
        "half_life": "30d",
        "rules": {
            "prices": {"on": "page.viewed", "points": 10, "cap": 25, "says": "looked at the prices"},
            "job-ads": {"on": "page.left", "points": -10},
        },
        "fit": {"big": {"field": "lead.employees", "at_least": 250, "points": 15, "says": "a big company"}},
    }
)


def test_all_points_of_a_rule_are_one_sentence() -> None:
    days = [0, 1, 30, 31]
    entries = [Entry("prices", 10, NOW - timedelta(days=day)) for day in days]
    entries += [Entry("job-ads", -10, NOW), Entry("step thanks", 7, NOW), Entry("prices", 0.1, NOW)]
    lines = explain(entries, {"lead.employees": 300}, POLICY, NOW)
    assert list(telling(sentences(lines, POLICY))) == [
        "What they did:",
        "     +30  looked at the prices, 5 times, the latest on 10 March 2026; 40.1 when",
        "          it happened, fading since",
        "     -10  job ads on 10 March 2026",
        "      +7  given by a campaign at its step thanks on 10 March 2026",
        "      -5  prices counts 25 at most",
        "Who they are:",
        "     +15  a big company",
    ]
