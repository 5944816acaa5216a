"""`nurture worker`: the same as `python worker.py`."""

import asyncio

from worker import main


def worker() -> None:
    """Run a worker until Ctrl-C or SIGTERM: what `python worker.py` does.

    TEMPORAL_ADDRESS and DATABASE_URL say where; NURTURE_BUILD names its build.
    """
    asyncio.run(main())
