from nurture.cli.visitors_text import visitors_text
from nurture.store.queries.visitors import Visitors


def test_both_numbers_of_each_message() -> None:
    mails = [
        Visitors("guide", "guide", 12, 30, 8, 20, 15, 44, 11, 140),
        Visitors("a-step-with-a-long-name-indeed", "x", clicks_by_machines=123456789),
        Visitors("news", "news-a", clicked_by_people=1),
        Visitors("news", "news-b"),
    ]
    assert list(visitors_text(mails)) == [
        "",
        "                          mails opened by   mails clicked by          clicks by",
        "                         people  machines   people  machines   people  machines",
        "  guide                      12        30        8        20       11       140",
        "  a-step-with-a-long-…        -         -        -         -        - 123456789",
        "  news-a                      -         -        1         -        -         -",
        "  news-b                      -         -        -         -        -         -",
    ]
    assert not list(visitors_text([]))
