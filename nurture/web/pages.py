"""Pages from our own templates: everything escaped, nothing undefined."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from nurture.web.tongues.en import WORDS
from nurture.web.words import FILTERS

HERE = Path(__file__).parent
STATIC = HERE / "static"
KEPT: Mapping[str, Any] = {"banners": (), "user": None, "has_mails": False, "has_crm": False}
"""What dependencies find out for a request, and what it is where none did."""
ENGLISH = {"language": "en", "say": WORDS}
"""Of pages for our own people."""
HTMX = Path(str(files("js_lib_htmx"))) / "static" / "htmx"


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Looks nothing up in the database: error pages are pages too."""
    found = {name: getattr(request.state, name, nothing) for name, nothing in KEPT.items()}
    shown = {"assets": assets_version(), **ENGLISH, **found, **context}
    return HTMLResponse(_environment().get_template(template).render(shown), status)


def page_text(template: str, **context: Any) -> str:
    """A page that stands for itself, without a request."""
    return _environment().get_template(template).render(context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    return environment


@cache
def assets_version() -> str:
    """Changes with the files, so that browsers may keep them."""
    found = sha256()
    for path in sorted([*STATIC.iterdir(), HTMX / "htmx.min.js"]):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]
