"""`nurture web`: only the web app."""

import asyncio
import os
from functools import partial

from nurture import logs
from nurture.cli.errors import INTERRUPTED
from nurture.embedded.ports import listen
from nurture.embedded.together import Together, stop_on_signals
from nurture.embedded.webserver import serve
from nurture.settings import Settings, load_settings
from nurture.store.migrate import check_schema
from nurture.store.session import Store
from nurture.web.app import create_app


def web() -> None:
    """Serve the web app until Ctrl-C or SIGTERM. NURTURE_WEB_HOST and NURTURE_WEB_PORT say where."""
    settings = load_settings()
    logs.configure(settings.log_format, settings.log_level)
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop, lambda: os._exit(INTERRUPTED), _say)
    bound = listen("The web app", settings.web_host, settings.web_port, "NURTURE_WEB_PORT")
    settings = settings.model_copy(update={"web_port": bound.getsockname()[1]})
    store = Store(settings.database)
    check_schema(store)
    together = Together(stop)
    try:
        await together.start("web", partial(serve, create_app(settings, store), bound))
        _say(f"web  {settings.web_url}")
        await together.wait()
    finally:
        await together.drain()
        store.close()


def _say(line: str) -> None:
    print(line, flush=True)
