import random

import pytest

from nurture.delivery.links import HONEYPOT, Links

SEND = "01938a00-0000-7000-8000-000000000001"
OLD, NEW = "old-key-old-key-old", "new-key-new-key-new"


@pytest.fixture
def links() -> Links:
    return Links("https://go.ours.example/", [NEW, OLD])


def token(url: str) -> str:
    return url.rpartition("/")[2]


def test_each_link_says_what_it_was_made_of(links: Links) -> None:
    assert links.click(SEND, 3).startswith("https://go.ours.example/c/")
    assert links.read_click(token(links.click(SEND, 3))) == (SEND, 3)
    assert links.read_click(token(links.honeypot(SEND))) == (SEND, HONEYPOT)
    assert links.open_pixel(SEND).endswith(".gif")
    assert links.read_open(token(links.open_pixel(SEND))) == SEND
    assert links.read_unsubscribe(token(links.unsubscribe("lead", "buyers-guide"))) == (
        "lead",
        "buyers-guide",
    )
    assert links.read_answer(token(links.answer(SEND, "now"))) == (SEND, "now")


def test_no_changed_token_is_taken(links: Links) -> None:
    draw = random.Random(1)
    for index in range(1000):
        good = token(links.click(SEND, index))
        raw = bytearray(good.encode())
        bit = draw.randrange(len(raw) * 8)
        raw[bit // 8] ^= 1 << bit % 8
        assert links.read_click(raw.decode("latin-1")) is None, (good, bytes(raw))


def test_not_one_bit_of_a_token_is_free(links: Links) -> None:
    good = token(links.click(SEND, 1)).encode()
    for bit in range(len(good) * 8):
        raw = bytearray(good)
        raw[bit // 8] ^= 1 << bit % 8
        assert links.read_click(raw.decode("latin-1")) is None


@pytest.mark.parametrize("end", ["", "=", ".", " ", "%00", "A", "\n"])
def test_nothing_may_be_added_or_cut(links: Links, end: str) -> None:
    good = token(links.click(SEND, 1))
    assert (links.read_click(good + end) is None) == bool(end)
    assert links.read_click(good[:-1]) is None


def test_a_token_is_good_for_its_purpose_only(links: Links) -> None:
    made = {
        "click": token(links.click(SEND, 1)),
        "open": token(links.open_pixel(SEND)),
        "unsubscribe": token(links.unsubscribe(SEND, "now")),
        "answer": token(links.answer(SEND, "now")),
    }
    readers = {
        "click": links.read_click,
        "open": links.read_open,
        "unsubscribe": links.read_unsubscribe,
        "answer": links.read_answer,
    }
    for purpose, signed in made.items():
        for reader, read in readers.items():
            assert (read(signed) is not None) == (reader == purpose), (purpose, reader)


def test_a_retired_key_verifies_and_does_not_sign(links: Links) -> None:
    before = Links("https://go.ours.example", [OLD])
    assert links.read_click(token(before.click(SEND, 1))) == (SEND, 1)
    assert before.read_click(token(links.click(SEND, 1))) is None
    assert Links("https://go.ours.example", [NEW]).read_click(token(links.click(SEND, 1))) == (SEND, 1)


@pytest.mark.parametrize(
    "junk", ["", ".", "..", "abc", "a.b", "ü.ü", "\x00", "https://evil.example", ".eJwz.x", "a" * 5000]
)
def test_junk_is_nothing(links: Links, junk: str) -> None:
    assert links.read_click(junk) is None
    assert links.read_open(junk) is None
    assert links.read_unsubscribe(junk) is None


def test_own_links_are_known(links: Links) -> None:
    assert links.owns(links.answer(SEND, "now"))
    assert not links.owns("https://go.ours.example.evil.example/c/x")
    assert not links.owns("https://go.ours.example/prices")


def test_without_a_key_nothing_is_signed() -> None:
    with pytest.raises(ValueError, match="need a key"):
        Links("https://go.ours.example", [])
