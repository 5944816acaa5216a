"""Tags on links: on our own sites only, and never in the way of what conditions ask for."""

from __future__ import annotations

import pytest

from nurture.domain.utm import Utm, load_utm, nearest, tagged, untagged

UTM = Utm(sites=("ours.example",), without=("/legal/*",))
TAGS = "utm_source=nurture&utm_medium=email&utm_campaign=guide&utm_content=first"


@pytest.mark.parametrize(
    ("url", "tags"),
    [
        ("https://ours.example/prices", "?"),
        ("https://www.ours.example/a?b=1", "&"),
        ("http://ours.example", "?"),
        ("https://notours.example/", ""),
        ("https://ours.example.evil.example/", ""),
        ("https://ours.example/legal/terms", ""),
        ("https://ours.example/?utm_source=fair", ""),
        ("mailto:ann@ours.example", ""),
        ("https://[broken", ""),
    ],
)
def test_only_links_to_our_sites_are_tagged(url: str, tags: str) -> None:
    assert tagged(url, UTM, "guide", "first") == (f"{url}{tags}{TAGS}" if tags else url)
    assert untagged(tagged(url, UTM, "guide", "first")) == url


def test_what_stands_behind_the_hash_stays_there() -> None:
    url = "https://ours.example/a?b=%20c#part"
    assert tagged(url, UTM, "guide", "first") == f"https://ours.example/a?b=%20c&{TAGS}#part"
    assert untagged(tagged(url, UTM, "guide", "first")) == url


def test_a_campaign_says_what_is_its_own() -> None:
    company = load_utm({"sites": ["ours.example"], "source": "news", "except": ["/legal/*"]})
    own = nearest(company, load_utm({"campaign": "spring", "except": ["/jobs/*"]}))
    assert own == Utm(("ours.example",), "news", "email", "spring", ("/jobs/*", "/legal/*"))
    assert nearest(company, None) == company
    nothing = nearest(company, load_utm(False))
    assert nothing is not None
    assert tagged("https://ours.example/", nothing, "guide", "first") == "https://ours.example/"
