"""A message as a marketer wrote it, a folder or one Markdown file, read with its layout into one value."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from nurture.delivery.blocks import BLOCKS, Around, put_in
from nurture.delivery.foot_words import ENGLISH
from nurture.delivery.front_matter import (
    DEFAULT_LAYOUT,
    Headers,
    SourceError,
    front_matter,
    nearest,
    read_text,
)
from nurture.delivery.mjml_source import MJML, drawn
from nurture.delivery.places import Place, placed

LAYOUTS = "layouts"
NO_MESSAGES = (LAYOUTS, BLOCKS)
"""Folders beside those of messages."""
SMS = ".sms.txt"
NO_LAYOUT = "none"
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
POOL = re.compile(r"\bcodes\.([a-z][a-z0-9_]*)")
OF_OWNER = re.compile(r"\bowner\.")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")

Format = Literal["html", "md", "text"]
"""``text``: a text message, without subject and layout."""
Part = Literal["subject", "preheader", "body", "text", "layout", "layout_text"]


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
    written_in: str = ""
    """What its author says that its language is."""

    def to_json(self) -> dict[str, Any]:
        found = asdict(self)
        if not self.languages:  # so that what was published before languages keeps its hash
            del found["languages"]
        if not self.written_in:
            del found["written_in"]
        for place in found["places"].values():
            if not place["lines"]:
                del place["lines"]
        return found

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        places = {part: placed(**place) for part, place in data["places"].items()}
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
    def language(self) -> str:
        """``de``: of its words, its dates, and what stands in its foot."""
        return self.written_in or self.name.partition(".")[2] or ENGLISH

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
    return sorted(one for one in found if LANGUAGE.fullmatch(one) and one not in ("md", "sms", "mjml"))


def _read_one(templates_dir: Path, name: str, language: str = "") -> MessageSource:
    """``language``: of ``checklist.de.md`` or the folder ``checklist.de``; empty: the message itself."""
    plain, name = name, f"{name}.{language}" if language else name
    folder, single = templates_dir / name, templates_dir / f"{name}.md"
    short, drawn = templates_dir / f"{name}{SMS}", templates_dir / f"{name}{MJML}"
    there = folder.is_dir() or single.is_file() or short.is_file() or drawn.is_file()
    if not NAME.fullmatch(plain) or plain in NO_MESSAGES or not there:
        raise _no_such_message(templates_dir, name)
    if short.is_file() and (folder.is_dir() or single.is_file()):
        raise SourceError(short.name, 1, f"There is a mail {name} too.", "Give one of the two another name.")
    if short.is_file():
        return _from_sms(templates_dir, name)
    if drawn.is_file() and (folder.is_dir() or single.is_file()):
        raise SourceError(drawn.name, 1, f"There is another {name} too.", "Keep one of the two.")
    if drawn.is_file():
        return _from_mjml(templates_dir, name)
    if folder.is_dir() and single.is_file():
        raise SourceError(f"{name}.md", 1, f"There is a folder {name}/ too.", "Keep one of the two.")
    return _from_folder(templates_dir, name) if folder.is_dir() else _from_file(templates_dir, name)


def message_names(templates_dir: Path) -> list[str]:
    if not templates_dir.is_dir():
        return []
    found = {path.name for path in templates_dir.iterdir() if path.is_dir() and path.name not in NO_MESSAGES}
    found |= {path.stem for end in ("md", "mjml") for path in templates_dir.glob(f"*.{end}")}
    found |= {path.name.removesuffix(SMS) for path in templates_dir.glob(f"*{SMS}")}
    return sorted(name for name in found if NAME.fullmatch(name))


def _no_such_message(templates_dir: Path, name: str) -> SourceError:
    near = get_close_matches(name, message_names(templates_dir), n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Write templates/{name}.md, or a folder of that name."
    return SourceError(name, 1, f"There is no message {name!r}.", hint)


def _from_sms(templates_dir: Path, name: str) -> MessageSource:
    file = f"{name}{SMS}"
    body = read_text(templates_dir, file).strip()
    if not body:
        raise SourceError(file, 1, "The text is empty.", "Write what the message says.")
    body, place = _with_blocks(templates_dir, name, body, Place(file, 1), "text")
    frame = "{{ content }}"
    return MessageSource(name, "text", "", body, None, "", frame, frame, {"body": place})


def _from_mjml(templates_dir: Path, name: str) -> MessageSource:
    file = f"{name}{MJML}"

    def frame(layout: str) -> str:
        return f"{LAYOUTS}/{_spoken(templates_dir, layout, name.partition('.')[2], MJML)}{MJML}"

    headers, html, lines = drawn(templates_dir, file, frame)
    if "subject" not in headers:
        raise SourceError(file, 1, "The subject is missing.", "Begin the file with ---, subject: ..., ---.")
    places = {part: Place(file, headers.get(part, ("", 1))[1]) for part in ("subject", "preheader")}
    places["body"] = Place(*lines[0], lines)
    given = {key: value for key, (value, _) in headers.items()}
    whole = ("{{ content }}",) * 2
    found = MessageSource(
        name, "html", given["subject"], html, None, given.get("preheader", ""), *whole, places
    )
    return replace(found, written_in=_language(file, headers))


def _from_file(templates_dir: Path, name: str) -> MessageSource:
    file = f"{name}.md"
    headers, body, line = front_matter(file, read_text(templates_dir, file))
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
    headers, body, line = front_matter(bodies[0], read_text(templates_dir, bodies[0]))
    if "subject" in headers:
        raise SourceError(
            bodies[0], headers["subject"][1], "The subject stands here too.", "Leave it in subject.txt."
        )
    subject = read_text(templates_dir, f"{name}/subject.txt", "Write the subject line into it.").strip()
    if not subject or "\n" in subject:
        raise SourceError(f"{name}/subject.txt", 1, "The subject must be one line.")
    headers["subject"] = (subject, 1)
    kind: Format = "html" if bodies[0].endswith("html") else "md"
    return _message(templates_dir, name, kind, headers, body, Place(bodies[0], line))


def _message(
    templates_dir: Path, name: str, kind: Format, headers: Headers, body: str, body_place: Place
) -> MessageSource:
    layout, layout_line = headers.get("layout", (DEFAULT_LAYOUT, 1))
    html, plain = _layout(templates_dir, layout, Place(body_place.file, layout_line), name.partition(".")[2])
    layout = _spoken(templates_dir, layout, name.partition(".")[2])
    text_file = f"{name}/body.txt"
    has_text = (templates_dir / text_file).is_file()
    folder = (templates_dir / name).is_dir()
    around = {
        "body": (body, body_place, kind),
        "text": (read_text(templates_dir, text_file) if has_text else "", Place(text_file, 1), "text"),
        "layout": (html, Place(f"{LAYOUTS}/{layout}.html", 1), "html"),
        "layout_text": (plain, Place(f"{LAYOUTS}/{layout}.txt", 1), "text"),
    }
    whole = {part: _with_blocks(templates_dir, name, *given) for part, given in around.items()}
    places = {
        "subject": Place(f"{name}/subject.txt" if folder else body_place.file, headers["subject"][1]),
        "preheader": Place(body_place.file, headers.get("preheader", ("", 1))[1]),
        **{part: place for part, (_, place) in whole.items()},
    }
    return MessageSource(
        name=name,
        format=kind,
        subject=headers["subject"][0],
        body=whole["body"][0],
        text=whole["text"][0] if has_text else None,
        preheader=headers.get("preheader", ("", 1))[0],
        layout=whole["layout"][0],
        layout_text=whole["layout_text"][0],
        places=places,
        written_in=_language(body_place.file, headers),
    )


def _language(file: str, headers: Headers) -> str:
    found, line = headers.get("language", ("", 1))
    if found and not LANGUAGE.fullmatch(found):
        raise SourceError(file, line, f"{found!r} is no language.", "Write it as `de`, or `pt-BR`.")
    return found


FITTING: Mapping[str, tuple[str, ...]] = {"md": (".md", ".html"), "html": (".html",), "text": (".txt",)}
"""Kind of a part -> the ends of the blocks that fit into it."""


def _with_blocks(templates_dir: Path, name: str, text: str, place: Place, kind: str) -> tuple[str, Place]:
    around = Around(templates_dir, FITTING[kind], name.partition(".")[2])
    whole, lines = put_in(around, text, place.file, place.line)
    return whole, replace(place, lines=lines)


def _spoken(templates_dir: Path, layout: str, language: str, end: str = ".html") -> str:
    """``default.de`` where there is one."""
    own = f"{layout}.{language}"
    return own if language and (templates_dir / LAYOUTS / f"{own}{end}").is_file() else layout


def _layout(templates_dir: Path, layout: str, asked_at: Place, language: str) -> tuple[str, str]:
    if layout == NO_LAYOUT:
        return "{{ content }}", "{{ content }}"
    layout = _spoken(templates_dir, layout, language)
    if not (templates_dir / LAYOUTS / f"{layout}.html").is_file():
        known = sorted(path.stem for path in (templates_dir / LAYOUTS).glob("*.html"))
        near = nearest(layout, known)
        raise SourceError(asked_at.file, asked_at.line, f"There is no layout {layout!r}.", near)
    hint = "A layout has an .html and a .txt file, both with {{ content }} in them."
    html = read_text(templates_dir, f"{LAYOUTS}/{layout}.html", hint)
    return html, read_text(templates_dir, f"{LAYOUTS}/{layout}.txt", hint)
