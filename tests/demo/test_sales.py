"""Sales at the inbox of a demo: a page that cannot be shown ends it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import Message
from typing import Any

import pytest

from nurture.demo.browser import Answered
from nurture.demo.sales import NoInbox, Sales
from nurture.demo.sellers import Reply

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


class Pages:
    """A browser whose task pages answer so; forms are taken."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.filled: list[str] = []

    async def sign_in(self, _token: str) -> str:
        return "cookie"

    async def read(self, _path: str, _cookie: str) -> Answered:
        return Answered(self.status, Message(), '<input name="version" value="3">')

    async def fill_in(self, path: str, _form: Any, _cookie: str) -> int:
        self.filled.append(path)
        return 303


class Rows:
    async def read(self, *_args: Any) -> str:
        return "ada@sales.example"

    async def write(self, *_args: Any) -> str:
        return "token"


def sales(pages: Pages) -> Sales:
    found = Sales(Rows(), pages, ["not-now"], 1)  # type: ignore[arg-type]
    found._replies.append((NOW, "lead", 1, Reply("task", NOW, "accepted")))
    return found


async def test_an_answer_is_given_on_the_page() -> None:
    assert await sales(pages := Pages(200)).answer(NOW) == 1
    assert pages.filled == ["/inbox/task/accept"]


async def test_a_page_that_cannot_be_shown_is_no_good_day() -> None:
    with pytest.raises(NoInbox, match="500"):
        await sales(Pages(500)).answer(NOW)
