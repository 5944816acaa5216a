"""A message as a marketer wrote it, a folder or one Markdown file, read with its layout into one value."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from nurture.domain.errors import NurtureError

LAYOUTS = "layouts"
SMS = ".sms.txt"
DEFAULT_LAYOUT = "default"
NO_LAYOUT = "none"
HEADERS = ("subject", "preheader", "layout")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
POOL = re.compile(r"\bcodes\.([a-z][a-z0-9_]*)")
OF_OWNER = re.compile(r"\bowner\.")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
BIGGEST_FILE = 256 * 1024

Format = Literal["html", "md", "text"]
"""``text``: a text message, without subject and layout."""
Part = Literal["subject", "preheader", "body", "text", "layout", "layout_text"]


class SourceError(NurtureError):
    """A message that cannot be read: where (file and line), and what to do."""

    def __init__(self, file: str, line: int, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.file = file
        self.line = line

    def __str__(self) -> str:
        return f"templates/{self.file}:{self.line}: {super().__str__()}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part begins. `file` is relative to the templates folder."""

    file: str
    line: int


@dataclass(frozen=True)
class MessageSource:
    """All texts of a message, its layout too: what is published and never changes."""

    name: str
    format: Format
    subject: str
    body: str
    text: str | None
    """The plain text part as its author wrote it; None: made from the body."""
    preheader: str
    layout: str
    layout_text: str
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    languages: Mapping[str, Self] = field(default_factory=dict)
    """``de`` -> the same message in that language."""

    def to_json(self) -> dict[str, Any]:
        found = asdict(self)
        if not self.languages:  # so that what was published before languages keeps its hash
            del found["languages"]
        return found

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        places = {part: Place(**place) for part, place in data["places"].items()}
        spoken = {name: cls.from_json(one) for name, one in data.get("languages", {}).items()}
        return cls(**{**data, "places": places, "languages": spoken})

    @property
    def sha256(self) -> str:
        """Of the texts; where they stood in their files does not count."""
        texts = {key: value for key, value in self.to_json().items() if key != "places"}
        if self.languages:
            texts["languages"] = {name: one.sha256 for name, one in self.languages.items()}
        return hashlib.sha256(json.dumps(texts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @cached_property
    def names_owner(self) -> bool:
        """Whether its texts say who has the lead."""
        texts = (self.subject, self.preheader, self.body, self.text or "", self.layout, self.layout_text)
        return any(OF_OWNER.search(text) for text in texts)

    @cached_property
    def pools(self) -> frozenset[str]:
        """The pools of codes that its texts name."""
        texts = (self.subject, self.preheader, self.body, self.text or "", self.layout, self.layout_text)
        own = frozenset(name for text in texts for name in POOL.findall(text))
        return own.union(*(one.pools for one in self.languages.values()))

    def versions(self) -> tuple[Self, ...]:
        """Itself, and the message in each other language."""
        return (self, *self.languages.values())

    def spoken(self, language: object) -> Self:
        """In the reader's language: ``pt-BR``, else ``pt``, else as it stands."""
        word = str(language or "")
        return self.languages.get(word) or self.languages.get(word.partition("-")[0]) or self

    def place(self, part: str) -> Place:
        return self.places.get(part, Place(self.name, 1))


def read_message(templates_dir: Path, name: str) -> MessageSource:
    """With all its languages. Raises SourceError."""
    plain = _read_one(templates_dir, name)
    others = _languages(templates_dir, name)
    found = {language: _read_one(templates_dir, name, language) for language in others}
    if odd := next((one for one in found.values() if one.format != plain.format), None):
        file = odd.place("body").file
        raise SourceError(file, 1, f"{name} is written in another form.", "Write all languages alike.")
    return replace(plain, languages=found) if found else plain


def _languages(templates_dir: Path, name: str) -> list[str]:
    found = {path.name.removeprefix(f"{name}.").partition(".")[0] for path in templates_dir.glob(f"{name}.*")}
    return sorted(one for one in found if LANGUAGE.fullmatch(one) and one not in ("md", "sms"))


def _read_one(templates_dir: Path, name: str, language: str = "") -> MessageSource:
    """``language``: of ``checklist.de.md`` or the folder ``checklist.de``; empty: the message itself."""
    plain, name = name, f"{name}.{language}" if language else name
    folder, single = templates_dir / name, templates_dir / f"{name}.md"
    short = templates_dir / f"{name}{SMS}"
    there = folder.is_dir() or single.is_file() or short.is_file()
    if not NAME.fullmatch(plain) or plain == LAYOUTS or not there:
        raise _no_such_message(templates_dir, name)
    if short.is_file() and (folder.is_dir() or single.is_file()):
        raise SourceError(short.name, 1, f"There is a mail {name} too.", "Give one of the two another name.")
    if short.is_file():
        return _from_sms(templates_dir, name)
    if folder.is_dir() and single.is_file():
        raise SourceError(f"{name}.md", 1, f"There is a folder {name}/ too.", "Keep one of the two.")
    return _from_folder(templates_dir, name) if folder.is_dir() else _from_file(templates_dir, name)


def message_names(templates_dir: Path) -> list[str]:
    if not templates_dir.is_dir():
        return []
    found = {path.name for path in templates_dir.iterdir() if path.is_dir() and path.name != LAYOUTS}
    found |= {path.stem for path in templates_dir.glob("*.md")}
    found |= {path.name.removesuffix(SMS) for path in templates_dir.glob(f"*{SMS}")}
    return sorted(name for name in found if NAME.fullmatch(name))


def _no_such_message(templates_dir: Path, name: str) -> SourceError:
    near = get_close_matches(name, message_names(templates_dir), n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Write templates/{name}.md, or a folder of that name."
    return SourceError(name, 1, f"There is no message {name!r}.", hint)


def _from_sms(templates_dir: Path, name: str) -> MessageSource:
    file = f"{name}{SMS}"
    body = _read(templates_dir, file).strip()
    if not body:
        raise SourceError(file, 1, "The text is empty.", "Write what the message says.")
    frame = "{{ content }}"
    return MessageSource(name, "text", "", body, None, "", frame, frame, {"body": Place(file, 1)})


def _from_file(templates_dir: Path, name: str) -> MessageSource:
    file = f"{name}.md"
    headers, body, line = _front_matter(file, _read(templates_dir, file))
    if "subject" not in headers:
        raise SourceError(file, 1, "The subject is missing.", "Begin the file with ---, subject: ..., ---.")
    return _message(templates_dir, name, "md", headers, body, Place(file, line))


def _from_folder(templates_dir: Path, name: str) -> MessageSource:
    bodies = [
        f"{name}/body.{kind}" for kind in ("html", "md") if (templates_dir / name / f"body.{kind}").is_file()
    ]
    if len(bodies) != 1:
        what = "Both body.html and body.md are there." if bodies else "There is no body.html or body.md."
        raise SourceError(f"{name}/", 1, what, "A message has exactly one of them.")
    headers, body, line = _front_matter(bodies[0], _read(templates_dir, bodies[0]))
    if "subject" in headers:
        raise SourceError(
            bodies[0], headers["subject"][1], "The subject stands here too.", "Leave it in subject.txt."
        )
    subject = _read(templates_dir, f"{name}/subject.txt", "Write the subject line into it.").strip()
    if not subject or "\n" in subject:
        raise SourceError(f"{name}/subject.txt", 1, "The subject must be one line.")
    headers["subject"] = (subject, 1)
    kind: Format = "html" if bodies[0].endswith("html") else "md"
    return _message(templates_dir, name, kind, headers, body, Place(bodies[0], line))


Headers = dict[str, tuple[str, int]]


def _message(
    templates_dir: Path, name: str, kind: Format, headers: Headers, body: str, body_place: Place
) -> MessageSource:
    layout, layout_line = headers.get("layout", (DEFAULT_LAYOUT, 1))
    html, plain = _layout(templates_dir, layout, Place(body_place.file, layout_line), name.partition(".")[2])
    layout = _spoken(templates_dir, layout, name.partition(".")[2])
    text_file = f"{name}/body.txt"
    has_text = (templates_dir / text_file).is_file()
    folder = (templates_dir / name).is_dir()
    places = {
        "subject": Place(f"{name}/subject.txt" if folder else body_place.file, headers["subject"][1]),
        "preheader": Place(body_place.file, headers.get("preheader", ("", 1))[1]),
        "body": body_place,
        "text": Place(text_file, 1),
        "layout": Place(f"{LAYOUTS}/{layout}.html", 1),
        "layout_text": Place(f"{LAYOUTS}/{layout}.txt", 1),
    }
    return MessageSource(
        name=name,
        format=kind,
        subject=headers["subject"][0],
        body=body,
        text=_read(templates_dir, text_file) if has_text else None,
        preheader=headers.get("preheader", ("", 1))[0],
        layout=html,
        layout_text=plain,
        places=places,
    )


def _spoken(templates_dir: Path, layout: str, language: str) -> str:
    """``default.de`` where there is one."""
    own = f"{layout}.{language}"
    return own if language and (templates_dir / LAYOUTS / f"{own}.html").is_file() else layout


def _layout(templates_dir: Path, layout: str, asked_at: Place, language: str) -> tuple[str, str]:
    if layout == NO_LAYOUT:
        return "{{ content }}", "{{ content }}"
    layout = _spoken(templates_dir, layout, language)
    if not (templates_dir / LAYOUTS / f"{layout}.html").is_file():
        known = sorted(path.stem for path in (templates_dir / LAYOUTS).glob("*.html"))
        near = _nearest(layout, known)
        raise SourceError(asked_at.file, asked_at.line, f"There is no layout {layout!r}.", near)
    hint = "A layout has an .html and a .txt file, both with {{ content }} in them."
    html = _read(templates_dir, f"{LAYOUTS}/{layout}.html", hint)
    return html, _read(templates_dir, f"{LAYOUTS}/{layout}.txt", hint)


def _nearest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, known := list(known), n=1)
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known) or 'none'}."


def _read(templates_dir: Path, file: str, hint: str = "") -> str:
    path = templates_dir / file
    if not path.is_file():
        raise SourceError(file, 1, "This file is missing.", hint)
    raw = path.read_bytes()
    if len(raw) > BIGGEST_FILE:
        raise SourceError(
            file, 1, f"This file is larger than {BIGGEST_FILE // 1024} KiB.", "Mails must be small."
        )
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SourceError(file, line, "This is not UTF-8.", "Save the file as UTF-8.") from None


def _front_matter(file: str, content: str) -> tuple[Headers, str, int]:
    """The headers between two lines of ---, the rest, and the line at which the rest begins."""
    lines = content.split("\n")
    if lines[0].strip() != "---":
        return {}, content, 1
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        raise SourceError(file, 1, "The block at the top has no end.", "Close it with a line of ---.")
    headers: Headers = {}
    for at, line in enumerate(lines[1:end], 2):
        if line.strip():
            key, value = _header(file, at, line)
            headers[key] = (value, at)
    return headers, "\n".join(lines[end + 1 :]), end + 2


def _header(file: str, at: int, line: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    key, value = key.strip(), value.strip()
    if not colon or not value:
        raise SourceError(file, at, f"Expected one of {', '.join(HEADERS)}, a colon and a text on one line.")
    if key not in HEADERS:
        raise SourceError(file, at, f"{key!r} is not known here.", _nearest(key, HEADERS))
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return key, value
