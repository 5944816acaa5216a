"""The web app as a process that can be killed: ``python -m tests.chaos.web_child ORDERS PORT``."""

from __future__ import annotations

import asyncio
import sys

from nurture.embedded.ports import listen
from nurture.embedded.webserver import serve
from nurture.store.session import Store
from nurture.web.app import create_app
from tests.chaos.child import settings_of
from tests.chaos.clock import QuickClock
from tests.chaos.orders import Orders


async def main(orders: Orders, port: int) -> None:
    settings = settings_of(orders)
    store = Store(settings.database)
    app = create_app(settings, store, QuickClock(orders.start, orders.speed))
    bound = listen("The web app", "127.0.0.1", port, "--port")
    await serve(app, bound, asyncio.Event(), asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(Orders.from_line(sys.argv[1]), int(sys.argv[2])))
