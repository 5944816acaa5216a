"""The secret that signs links and sessions, made once per installation."""

import os
import secrets
from pathlib import Path

from nurture.settings import Settings

NAME = "secret"


def signing_secrets(settings: Settings) -> tuple[str, ...]:
    """The first signs, all verify. Made in data_dir on first use when none is given."""
    if settings.given_secrets:
        return settings.given_secrets
    path = settings.data_dir / NAME
    if not path.exists():
        _make(path)
    return (path.read_text().strip(),)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{NAME}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    try:
        # A link, not a rename: of two processes that start together the first one's secret stays.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
