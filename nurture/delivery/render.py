"""One message and one lead's values, made into subject, HTML and plain text."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import css_inline
from jinja2 import Template, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.nodes import Template as Tree
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from nurture.delivery.foot_words import of_language
from nurture.delivery.moments import LANGUAGE
from nurture.delivery.nesting import TOO_DEEP, in_a_template, line_at, too_deep
from nurture.delivery.own_addresses import Addresses, addresses_of
from nurture.delivery.places import Place
from nurture.delivery.plain_text import as_text, tidy
from nurture.delivery.sandbox import (
    Reference,
    Sandbox,
    bounded,
    read,
    references,
)
from nurture.delivery.source import MessageSource
from nurture.delivery.work import LONGEST_TEXT, WORK, Refused, Work
from nurture.domain.errors import NurtureError

Kind = Literal["text", "html", "md"]
CACHED_TEXTS = 1024
Change = Callable[[Tree], Tree]
TOO_MUCH = "Too much: "
MARKS = "[*_<`|\n"
MOST_MARKS = 20_000
"""In one text; each takes some time to read, and a long mail has hundreds."""


class RenderError(NurtureError):
    """A text that could not be made. Names the variable and the line, never a lead's value (promise 7)."""

    def __init__(self, message: str, template_line: int, name: str = "", file: str = "") -> None:
        super().__init__(message, "Give it another value with |default(...)." if name else "")
        self.template_line = template_line
        self.name = name
        self.file = file
        self.too_much = message.startswith(TOO_MUCH)
        """Whether a limit was met."""

    def __str__(self) -> str:
        where = f"templates/{self.file}:{self.template_line}" if self.file else f"line {self.template_line}"
        return f"{where}: {super().__str__()}"


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    html: str
    text: str
    own: Addresses | None = field(default=None, compare=False)
    """The addresses in it that are its author's; None: all."""


def render(source: MessageSource, context: dict[str, Any]) -> Rendered:
    """`context`: dicts, lists, strings, numbers, booleans and None only. Raises RenderError."""
    _check_values(source, context)
    if source.format == "text":
        return _text_message(source, context)
    subject = " ".join(_fill(source, "subject", "text", context).split())
    if not subject:
        raise RenderError(
            "The subject is empty.", source.place("subject").line, file=source.place("subject").file
        )
    framed = {**context, "subject": subject, "preheader": _fill(source, "preheader", "text", context)}
    content = _content(source, context)
    html = _shallow(source, _fill(source, "layout", "html", {**framed, "content": Markup(content)}))
    plain = _fill(source, "text", "text", context) if source.text is not None else as_text(content)
    text = _fill(source, "layout_text", "text", {**framed, "content": plain.strip()})
    return Rendered(subject, INLINER.inline(html), tidy(text), addresses_of(source, context))


def unstyled(source: MessageSource, context: dict[str, Any]) -> str:
    """The HTML of a mail with its styles still in their block. Raises RenderError."""
    framed = {**context, "subject": "", "preheader": "", "content": Markup(_content(source, context))}
    return _shallow(source, _fill(source, "layout", "html", framed))


def _shallow(source: MessageSource, html: str) -> str:
    """As it is, where those that read it natively can. Raises RenderError."""
    if too_deep(html) is None:
        return html
    for part in ("body", "layout"):
        at = in_a_template(getattr(source, part))
        if at is not None:
            break
    place = (
        source.place(part).at(line_at(getattr(source, part), at)) if at is not None else source.place("body")
    )
    raise RenderError(f"{TOO_MUCH}{TOO_DEEP}.", place.line, file=place.file)


def _content(source: MessageSource, context: dict[str, Any]) -> str:
    content = _fill(source, "body", source.format, context)
    if source.format != "md":
        return content
    if len(content) > MOST_MARKS and sum(map(content.count, MARKS)) > MOST_MARKS:
        place = source.place("body")
        raise RenderError(f"{TOO_MUCH}more than {MOST_MARKS} marks of Markdown.", place.line, file=place.file)
    return str(MARKDOWN.render(content))


def attempt(source: MessageSource, context: dict[str, Any]) -> None:
    """Fills in the texts and makes no mail of them: to see what is missing. Raises RenderError."""
    for part, kind in parts_of(source):
        fill(source, part, kind, context)


def parts_of(source: MessageSource) -> Sequence[tuple[str, Kind]]:
    if source.format == "text":
        return (("body", "text"),)
    framed: Sequence[tuple[str, Kind]] = (("layout", "html"), ("layout_text", "text"))
    parts = (("subject", "text"), ("preheader", "text"), ("body", source.format), *framed)
    return (*parts, *((("text", "text"),) if source.text is not None else ()))


def fill(
    source: MessageSource, part: str, kind: Kind, context: dict[str, Any], change: Change = bounded
) -> str:
    """One part alone; ``change``: such as ``all_ways``. Raises RenderError."""
    given = {"subject": "", "preheader": "", "content": "", **context}
    return _fill(source, part, kind, given, change)


def tree_of(kind: Kind, text: str) -> Tree:
    """Raises TemplateSyntaxError."""
    return read(ENVIRONMENTS[kind], text)


def line_of(kind: Kind, text: str, line: int) -> int:
    """Of the text, for a line of the code that was made of it."""
    return _compile(kind, text, bounded).template.get_corresponding_lineno(line)


def _text_message(source: MessageSource, context: dict[str, Any]) -> Rendered:
    """Its text, and the same as a page to be looked at."""
    text = tidy(_fill(source, "body", "text", context)).strip()
    return Rendered("", f"<html><body><pre>{escape(text)}</pre></body></html>", text)


def render_subject(source: MessageSource, context: dict[str, Any]) -> str:
    """Of a mail that was sent, as far as nothing it names has changed since. Raises RenderError."""
    return " ".join(_fill(source, "subject", "text", context).split())


MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
INLINER = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
NOT_PLAIN = re.compile(r"[^0-9A-Za-z\u00c0-\u024f]")


UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no HTML can hold: control characters, and half letters."""


def _printed(value: Any) -> Any:
    if type(value) is str and not value.isprintable():
        return UNSEEN.sub("", value)
    return "" if value is None else value


def _printed_in_markdown(value: Any) -> Any:
    # Entities are text to Markdown wherever they stand, also in a link's address and in HTML.
    return Markup(NOT_PLAIN.sub(lambda found: f"&#{ord(found[0])};", str(_printed(value))))


ENVIRONMENTS: dict[Kind, Sandbox] = {
    "text": Sandbox(autoescape=False, finalize=_printed),
    "html": Sandbox(autoescape=True, finalize=_printed),
    "md": Sandbox(autoescape=True, finalize=_printed_in_markdown),
}


@dataclass(frozen=True, slots=True)
class Compiled:
    template: Template
    reads: tuple[Reference, ...]


@lru_cache(CACHED_TEXTS)
def _compile(kind: Kind, text: str, change: Change = bounded) -> Compiled:
    environment = ENVIRONMENTS[kind]
    tree = read(environment, text)
    reads = tuple(references(tree))
    try:
        return Compiled(environment.from_string(change(tree)), reads)
    except (SyntaxError, RecursionError, MemoryError):  # of the code that is made of it
        failure = TemplateSyntaxError("this nests too deeply", 1)
    raise failure


def _fill(
    source: MessageSource, part: str, kind: Kind, context: dict[str, Any], change: Change = bounded
) -> str:
    place = source.place(part)
    text = getattr(source, part)
    language = source.language
    context = {**of_language(language), LANGUAGE: language, **context}
    try:
        return "".join(_held(_compile(kind, text, change).template, context))
    except (
        TemplateError,
        Refused,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AssertionError,
    ) as error:
        failure = _explained(error, place, kind, text, context)
    except (MemoryError, RecursionError):
        failure = RenderError(f"{TOO_MUCH}it takes more memory than there is.", place.line, file=place.file)
    # Raised out here: the error above, which may quote a value, must not hang on this one.
    raise failure


def _held(template: Template, context: dict[str, Any]) -> Iterator[str]:
    length = 0
    for piece in template.generate({**context, WORK: Work()}):
        length += len(piece)
        if length > LONGEST_TEXT:
            raise Refused(f"the text is longer than {LONGEST_TEXT // 1024} KiB")
        yield piece


def _explained(error: Exception, place: Place, kind: Kind, text: str, context: dict[str, Any]) -> RenderError:
    if isinstance(error, TemplateSyntaxError):
        broken = place.at(error.lineno)
        return RenderError(f"{error.message}.", broken.line, file=broken.file)
    line = _failing_line(error)
    place = place.at(line)
    here = place.line
    name = _missing(line, kind, text, context)
    # A filter or a sum stumbles over a value that is not there in words of its own.
    if isinstance(error, UndefinedError) or name:
        return RenderError(f"There is no value for {name or 'a name'}.", here, name, place.file)
    if isinstance(error, Refused):
        return RenderError(f"{TOO_MUCH}{error}.", here, file=place.file)
    return RenderError(f"This cannot be computed ({type(error).__name__}).", here, file=place.file)


def _missing(line: int, kind: Kind, text: str, context: dict[str, Any]) -> str:
    """The first name of the line that has no value, and for which the text gives none; else empty."""
    reads = [read for read in _compile(kind, text, bounded).reads if read.line == line and not read.guarded]
    return next((read.dotted for read in reads if not _is_there(read.dotted, context)), "")


def _failing_line(error: Exception) -> int:
    trace, line = error.__traceback__, 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _is_there(dotted: str, context: dict[str, Any]) -> bool:
    value: Any = context
    for key in dotted.split("."):
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True


def _check_values(source: MessageSource, context: dict[str, Any]) -> None:
    wrong = next(_not_plain(context, ""), None)
    if wrong:
        place = source.place("body")
        raise RenderError(f"The value of {wrong} is not plain data.", place.line, file=place.file)


def _not_plain(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _not_plain(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _not_plain(inner, path)
    elif type(value) not in (str, int, float, bool, type(None)):
        yield path
