"""Bringing a database to the schema of this code, and refusing an older one."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from nurture.domain.errors import NurtureError
from nurture.store.engines import database_url
from nurture.store.session import Store

MIGRATIONS = Path(__file__).parents[2] / "migrations"


class OldSchema(NurtureError):
    """The database has an older schema than this code: run `nurture migrate`."""


def upgrade(url: str) -> None:
    config = _config()
    config.attributes["url"] = database_url(url)
    command.upgrade(config, "head")


def check_schema(store: Store) -> None:
    """Raises OldSchema."""
    wanted = ScriptDirectory.from_config(_config()).get_current_head()
    found = store.read_sync(_revision)
    if found != wanted:
        raise OldSchema(
            f"the database is at schema {found or 'none'}, this code needs {wanted}",
            hint="run `nurture migrate`",
        )


def _revision(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
