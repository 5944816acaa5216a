"""An exception without its texts: which types, and where in the code."""

import traceback
from collections.abc import Iterator
from pathlib import Path


def exception_types(error: BaseException) -> str:
    """`ActivityError < SMTPRecipientsRefused`: the chain, outermost first."""
    return " < ".join(type(part).__name__ for part in _chain(error))


def places(error: BaseException) -> list[str]:
    """Where it came from, `file.py:12 function`, innermost last; never a line of code or a value."""
    return [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for part in reversed(list(_chain(error)))
        for frame in traceback.extract_tb(part.__traceback__)
    ]


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)


def _short(filename: str) -> str:
    parts = Path(filename).parts
    return "/".join(parts[parts.index("site-packages") + 1 :] if "site-packages" in parts else parts[-3:])
