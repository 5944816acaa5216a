"""The short way of plain addresses ends where the long one does."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nurture.services import addresses
from nurture.services.addresses import BadAddress, as_stored, normalise, spellings

LOCAL = st.text("aZ9.+-_'@\"( \u00e9\u212a", max_size=12) | st.integers(60, 70).map(lambda long: "a" * long)
DOMAIN = (
    st.text("aZ9.-_ \u00fc\u212a", max_size=12)
    | st.sampled_from(["ours.example", "OURS.Example", "localhost", "[127.0.0.1]", "xn--bcher-kva.ch"])
    | st.integers(55, 70).map(lambda long: f"{'a' * long}.ch")
    | st.integers(20, 70).map(lambda long: "aaa." * long + "ch")
)


def said(way: object, address: str) -> str:
    assert callable(way)
    try:
        return str(way(address))
    except BadAddress as error:
        return f"refused: {error}"


@given(local=LOCAL, domain=DOMAIN, around=st.sampled_from(["{}", " {} ", "She <{}>", "{}\n"]))
@example("she", "ours.example", "{}")
@example("She.Too+news", "OURS.example", "{}")
@example("she", "b\u00fccher.example", "{}")
def test_the_short_way_says_what_the_long_one_says(local: str, domain: str, around: str) -> None:
    address = around.format(f"{local}@{domain}")
    assert said(normalise, address) == said(addresses._examined, address)


@pytest.mark.parametrize("given", ["a@x.example, b@x.example", "a@x.example\nb@x.example", "a@x.de;b@y.de"])
def test_two_in_one_cell_are_told_as_two(given: str) -> None:
    with pytest.raises(BadAddress, match="There is more than one address"):
        normalise(given)
    assert as_stored(given) == given


def test_how_others_may_have_written_it() -> None:
    assert spellings("ned@xn--n-nga1b.example") == {
        "ned@xn--n-nga1b.example",
        "ned@ünï.example",
        "ned@\\u00fcn\\u00ef.example",
    }
    assert spellings("ann@ours.example") == {"ann@ours.example"}


def test_a_domain_is_examined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses._known.cache_clear()
    assert normalise("Ann@Once.example") == "ann@once.example"
    monkeypatch.setattr(addresses, "_examined", None)
    assert normalise("bea@once.EXAMPLE ") == "bea@once.example"
