import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurture.domain.bounce_words import BY_WORDS
from nurture.domain.bounces import BY_CODE, BY_STATUS, REASONS, WHEN_DEFERRED, Kind, classify

SAID: list[tuple[int, str, Kind, str, bool]] = [
    (250, "2.0.0 OK", Kind.ACCEPTED, "accepted", False),
    (251, "will forward", Kind.ACCEPTED, "accepted", False),
    (550, "5.1.1 <x> no such user", Kind.BOUNCED, "no-such-mailbox", True),
    (550, "No such user here", Kind.BOUNCED, "no-such-mailbox", True),
    (550, "Recipient rejected: User unknown in virtual table", Kind.BOUNCED, "no-such-mailbox", True),
    (550, "5.1.2 bad domain", Kind.BOUNCED, "no-such-domain", True),
    (556, "5.1.10 null MX", Kind.BOUNCED, "no-such-domain", True),
    (551, "5.1.6 moved", Kind.BOUNCED, "moved", True),
    (550, "5.2.1 mailbox disabled", Kind.BOUNCED, "mailbox-disabled", True),
    (550, "5.4.4 no route", Kind.BOUNCED, "no-route", False),
    (552, "5.2.2 over quota", Kind.BOUNCED, "mailbox-full", False),
    (452, "4.2.2 over quota", Kind.RETRY, "mailbox-full", False),
    (550, "mailbox is full", Kind.BOUNCED, "mailbox-full", False),
    (450, "4.2.1 try again", Kind.RETRY, "slow-down", False),
    (450, "try again", Kind.RETRY, "slow-down", False),
    (451, "4.7.1 Greylisted, come back", Kind.RETRY, "greylisted", False),
    (451, "greylisting in action", Kind.RETRY, "greylisted", False),
    (421, "busy", Kind.RETRY, "slow-down", False),
    (452, "4.5.3 too many recipients", Kind.RETRY, "server-trouble", False),
    (452, "4.3.1 storage", Kind.RETRY, "server-trouble", False),
    (450, "4.1.1 unverified for now", Kind.RETRY, "server-trouble", False),
    (550, "5.7.1 blocked", Kind.BOUNCED, "policy", False),
    (550, "5.7.26 unauthenticated", Kind.BOUNCED, "authentication", False),
    (550, "5.7.515 Access denied, sending domain", Kind.BOUNCED, "authentication", False),
    (550, "5.7.509 DMARC", Kind.BOUNCED, "authentication", False),
    (554, "Service unavailable; client host blocked using Spamhaus", Kind.BOUNCED, "policy", False),
    (550, "5.1.1 your IP is on our block list", Kind.BOUNCED, "policy", False),
    (552, "5.3.4 too big", Kind.BOUNCED, "too-large", False),
    (552, "message size limit exceeded", Kind.BOUNCED, "too-large", False),
    (554, "5.6.0 bad content", Kind.BOUNCED, "content", False),
    (501, "5.5.4 bad parameters", Kind.BOUNCED, "protocol", False),
    (553, "5.1.8 bad sender", Kind.BOUNCED, "sender-refused", False),
    (550, "no", Kind.BOUNCED, "refused", False),
    (550, "5.1.1 unknown user, see https://x.example/mail-policy", Kind.BOUNCED, "no-such-mailbox", True),
    (550, "5.1.0 refused by our policy", Kind.BOUNCED, "policy", False),
    (553, "Domain of sender address us@ours.example does not exist", Kind.BOUNCED, "sender-refused", False),
    (550, "5.1.1 ask the sender to look again; recipient unknown", Kind.BOUNCED, "no-such-mailbox", True),
    (554, "your message was blocked", Kind.BOUNCED, "policy", False),
    (550, "account has been blocked", Kind.BOUNCED, "refused", False),
    (550, "Relaying denied", Kind.BOUNCED, "policy", False),
    (550, "Domain has exceeded its mails per hour", Kind.BOUNCED, "slow-down", False),
    (550, "the status is 5.1.1.", Kind.BOUNCED, "no-such-mailbox", True),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "kind", "reason", "suppress"), SAID)
def test_what_a_reply_means(code: int, text: str, kind: Kind, reason: str, suppress: bool) -> None:
    reply = classify(code, text)
    assert (reply.kind, reply.reason, reply.suppress) == (kind, reason, suppress)


def test_our_own_faults_are_never_the_leads() -> None:
    for code, text, *_ in SAID:
        reply = classify(code, text)
        assert not (reply.suppress and reply.whose != "recipient"), text


def test_the_code_decides_when_the_two_disagree() -> None:
    reply = classify(450, "5.1.1 no such user")
    assert (reply.kind, reply.enhanced, reply.suppress) == (Kind.RETRY, "4.1.1", False)


def test_an_enhanced_code_is_found_in_a_long_reply_and_not_in_an_address() -> None:
    assert classify(550, "host mx[1.5.1.1] said\n5.2.2 full").enhanced == "5.2.2"
    assert classify(550, "no from 10.5.1.1.7").enhanced is None


@pytest.mark.parametrize("code", [0, 100, 354, 399, 600, -1])
def test_what_is_no_answer_is_an_error(code: int) -> None:
    with pytest.raises(ValueError, match="not a final SMTP reply"):
        classify(code, "x")


@given(st.integers(200, 299) | st.integers(400, 599), st.text())
def test_every_reply_has_a_named_reason(code: int, text: str) -> None:
    reply = classify(code, text)
    assert reply.reason in REASONS
    assert reply.whose == REASONS[reply.reason].whose
    assert not reply.suppress or code >= 500


def test_all_tables_speak_of_known_reasons() -> None:
    used = {
        *BY_STATUS.values(),
        *BY_WORDS.values(),
        *BY_CODE.values(),
        *WHEN_DEFERRED,
        *WHEN_DEFERRED.values(),
    }
    assert used <= set(REASONS)
