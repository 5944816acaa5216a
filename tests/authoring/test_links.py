"""Links that conditions name are links of the message."""

from __future__ import annotations

import pytest

from nurture.authoring.content import read_content
from tests.authoring.conftest import Make
from tests.authoring.good import MESSAGE, steps

HEAD = "---\nsubject: Hello\nlayout: none\n---\n"
FOOT = "\n[Leave]({{ unsubscribe_url }}), {{ company.address }}\n"


@pytest.mark.parametrize(
    ("asks", "says", "fits"),
    [
        ("prices", '[See](https://ours.example/p "prices")', True),
        ("prices", '<a title="prices" href="https://ours.example/p">See</a>', True),
        ("prices", '[See][1]\n\n[1]: https://ours.example/p "prices"', True),
        ("prices", "[See](https://ours.example/prices)", False),
        ("prices", '[See](https://ours.example/p "Our prices")', False),
        ("*/prices*", "[See](https://ours.example/prices?x=1)", True),
        ("https://ours.example/prices", "[See](https://ours.example/prices)", True),
        ("*/price", "[See](https://ours.example/prices)", False),
        ("*/prices/b2b", "[See](https://ours.example/prices/{{ lead.first_name|default('x') }})", True),
        ("*/prices/b2b", "[See]({{ lead.first_name|default('https://ours.example') }})", True),
    ],
)
def test_the_message_has_what_is_asked_for(asks: str, says: str, fits: bool, content: Make) -> None:
    campaign = steps(f"""\
        - send: hello
        - wait: 3d
        - end: looked
          if: clicked("hello", "{asks}")
        - end: done
        """)
    problems = read_content(content(dict([campaign, (MESSAGE, HEAD + says + FOOT)]))).problems
    assert [problem.rule for problem in problems] == ([] if fits else ["unknown-link"])
