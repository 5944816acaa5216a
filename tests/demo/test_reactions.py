from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import chain

from nurture.demo.acts import Act, Fetch, Submit, Tell
from nurture.demo.mailbox import Mail
from nurture.demo.reactions import PREFETCHER, react
from nurture.demo.temperaments import BOUNCER, EAGER, REPLIER, SILENT, UNSUBSCRIBER, Temperament
from nurture.domain.scanning import REACH
from tests.demo.cast import MAIL, NOW, person

QUESTION = replace(MAIL, answers=("http://127.0.0.1:1/a/now", "http://127.0.0.1:1/a/later"))


def of_many(temperament: Temperament, mail: Mail = MAIL) -> list[Act]:
    """What two hundred people of one kind do."""
    people = (person(temperament, f"p{number}") for number in range(200))
    return list(chain.from_iterable(react(one, mail, 0, NOW, seed=7) for one in people))


def clicks(acts: list[Act]) -> int:
    return sum(isinstance(act.deed, Fetch) and "/c/" in act.deed.url for act in acts)


def test_the_same_seed_brings_the_same_reaction() -> None:
    assert of_many(EAGER) == of_many(EAGER)
    assert list(react(person(), MAIL, 0, NOW, 7)) != list(react(person(), MAIL, 0, NOW, 8))


def test_the_eager_click_and_the_silent_do_not() -> None:
    assert clicks(of_many(EAGER)) > 120
    assert clicks(of_many(SILENT)) == 0


def test_nobody_is_at_home_where_there_is_no_mailbox() -> None:
    assert of_many(BOUNCER) == []


def test_people_never_meet_the_hidden_link() -> None:
    assert not [act for act in of_many(EAGER) if isinstance(act.deed, Fetch) and act.deed.url in MAIL.hidden]


def test_people_act_in_slots_and_not_so_soon_that_they_look_like_a_machine() -> None:
    on_the_mail = [act for act in of_many(EAGER) if not isinstance(act.deed, Tell)]
    assert {(act.at.minute, act.at.second) for act in on_the_mail} == {(0, 0)}
    assert min(act.at for act in on_the_mail) - NOW > timedelta(seconds=max(REACH.values()))


def test_a_gateway_follows_every_link_at_once_also_the_hidden_one() -> None:
    acts = list(react(person(BOUNCER, guarded=True), QUESTION, 0, NOW, 7))
    asked = {act.deed.url for act in acts if isinstance(act.deed, Fetch)}
    assert asked == {*QUESTION.links, *QUESTION.hidden, *QUESTION.answers, *QUESTION.pages}
    assert {act.at for act in acts} == {NOW}
    assert {act.deed.method for act in acts if isinstance(act.deed, Fetch)} == {"GET", "HEAD"}


def test_a_mail_program_loads_the_pictures_at_once() -> None:
    acts = list(react(person(BOUNCER, prefetches=True), MAIL, 0, NOW, 7))
    assert [act.deed for act in acts] == [Fetch("GET", MAIL.pixel, PREFETCHER)]


def test_answers_are_given_on_the_page_that_the_link_opens() -> None:
    deeds = [act.deed for act in of_many(EAGER, QUESTION)]
    posted = [deed.url for deed in deeds if isinstance(deed, Submit)]
    assert len(posted) > 120
    assert set(posted) == set(QUESTION.answers)
    assert all(Fetch("GET", deed.url, deed.agent) in deeds for deed in deeds if isinstance(deed, Submit))


def test_some_reply_and_some_leave_by_one_click() -> None:
    replies = [act.deed for act in of_many(REPLIER) if isinstance(act.deed, Tell)]
    assert Tell("email.replied", {"in_reply_to": MAIL.message_id}) in replies
    leaves = [act.deed for act in of_many(UNSUBSCRIBER) if isinstance(act.deed, Submit)]
    assert 60 < len(leaves) < 160
    assert {(deed.url, *deed.form.items()) for deed in leaves} == {
        (MAIL.unsubscribe, ("List-Unsubscribe", "One-Click"))
    }
