"""How deep the tags of a text nest, counted without going down itself: what reads HTML natively goes down tag
by tag, and a page of nothing but opened tags ends the whole process."""

import re
from itertools import islice

DEEPEST = 200
"""Tags open at once; a mail has twenty."""
TOO_DEEP = f"more than {DEEPEST} tags are open at once"
CLOSE = "Close each tag where it ends; write &lt; for a < of the text."
MOST_UNSURE = 2_000
"""Tags after one inside which it cannot be told what is a tag."""
GAP = r"[\t\n\f\r ]"
WORD = r"[^\t\n\f\r />]"
ATTRIBUTE = (
    rf"{WORD}[^\t\n\f\r />=]*+(?:{GAP}*+={GAP}*+(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+))?"
)
# As the standard of HTML reads them: what is a tag there must be one here.
TAG = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(?:!|\?|/[^a-zA-Z])[^>]*+>?"
    rf"|<(/?)([a-zA-Z]{WORD}*+)((?:[\t\n\f\r /]++|{ATTRIBUTE})*+)(?:>|\Z)",
    re.DOTALL,
)
BRACES = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
OPENED = re.compile(r"<[a-zA-Z]")
EMPTY = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track")
) | {"wbr"}
WITHOUT_DEPTH = EMPTY | {"html", "head", "body", "p"}
"""There is nothing in them, or each ends the one before."""
ALIKE = {
    **dict.fromkeys(("td", "th", "tr", "tbody", "thead", "tfoot", "caption", "colgroup"), "td"),
    **dict.fromkeys(("dt", "dd"), "dt"),
    "li": "li",
    "option": "option",
    "optgroup": "option",
}
"""Tags whose end may be left out: the next of its kind ends it."""
KINDS = frozenset(ALIKE.values())
RAW = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title")
}
"""Nothing in them is a tag but their own end."""
UNSURE = frozenset(
    ("iframe", "math", "noembed", "noframes", "noscript", "plaintext", "svg", "template", "xmp")
)


def too_deep(text: str, *, xml: bool = False) -> int | None:
    """Where it nests too deeply, counted in letters; None: it does not. ``xml``: ``<a/>`` is closed, and no
    tag ends another."""
    if text.count("<") <= DEEPEST:
        return None
    if xml and "<![CDATA[" in text:
        return _unsure(text, 0)
    opened: list[str] = []
    at = 0
    while found := TAG.search(text, at):
        at, name = found.end(), (found[2] or "").lower()
        if not name:
            continue
        if not xml and (name in RAW or name in UNSURE) and not found[1]:
            at = _end_of(name, text, at)
            if at < 0:
                return _unsure(text, found.start())
        elif _deeper(opened, name if xml else ALIKE.get(name, name), found, xml=xml):
            return found.start()
    return None


def _deeper(opened: list[str], kind: str, found: re.Match[str], *, xml: bool) -> bool:
    """Notes a tag; whether there are too many now."""
    if found[1]:
        if opened[-1:] == [kind]:  # whatever else it may end counts on
            opened.pop()
        return False
    empty = kind in EMPTY or found[3].endswith("/") if xml else kind in WITHOUT_DEPTH
    if empty or (not xml and kind in KINDS and opened[-1:] == [kind]):
        return False
    opened.append(kind)
    return len(opened) > DEEPEST


def in_a_template(text: str) -> int | None:
    """The same of a text that is still to be filled in, as if all its branches were."""
    plain = BRACES.sub(lambda found: " " * len(found[0]), text) if "{" in text else text
    return too_deep(plain)


def line_at(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _end_of(name: str, text: str, at: int) -> int:
    """-1: nobody can tell, as a script in a script has rules of its own."""
    if name in UNSURE:
        return -1
    end = RAW[name].search(text, at)
    stop = end.start() if end else len(text)
    return -1 if name == "script" and "<!--" in text[at:stop] else stop


def _unsure(text: str, at: int) -> int | None:
    """Everything that follows may be open at once."""
    found = next(islice(OPENED.finditer(text, at), MOST_UNSURE, None), None)
    return found.start() if found else None
