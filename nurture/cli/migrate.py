"""`nurture migrate`: the database brought to the schema of this version."""

from nurture import logs
from nurture.settings import load_settings
from nurture.store.migrate import upgrade


def migrate() -> None:
    """Bring the database that DATABASE_URL names to this version. Safe to run twice."""
    settings = load_settings()
    logs.configure(settings.log_format, settings.log_level)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database)
    print("The database is at this version.")
