"""Mistakes that people make in content files: what they wrote, and the rule that must tell them."""

from tests.authoring.mistakes.conditions import CONDITIONS
from tests.authoring.mistakes.flow import FLOW
from tests.authoring.mistakes.keys import KEYS
from tests.authoring.mistakes.policies import POLICIES
from tests.authoring.mistakes.routing import ROUTES
from tests.authoring.mistakes.stories import TALES
from tests.authoring.mistakes.values import VALUES
from tests.authoring.mistakes.writing import WRITING

MISTAKES: dict[str, tuple[str, str, str]] = {
    f"{theme}: {name}": mistake
    for theme, found in {
        "writing": WRITING,
        "keys": KEYS,
        "values": VALUES,
        "conditions": CONDITIONS,
        "flow": FLOW,
        "policies": POLICIES,
        "routing": ROUTES,
        "stories": TALES,
    }.items()
    for name, mistake in found.items()
}
"""What went wrong -> the rule, the file, its text."""
