import json
from pathlib import Path

import pytest

from nurture.delivery.front_matter import SourceError
from nurture.delivery.source import MessageSource, message_names, read_message

Files = dict[str, str]
LAYOUT = {"layouts/default.html": "<p>{{ content }}</p>", "layouts/default.txt": "{{ content }}"}
FOLDER = {"guide/subject.txt": "Your guide\n", "guide/body.html": "<p>Hello</p>", **LAYOUT}


def write(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def test_a_folder(tmp_path: Path) -> None:
    message = read_message(write(tmp_path, {**FOLDER, "guide/body.txt": "Hello"}), "guide")
    assert (message.format, message.subject, message.body, message.text) == (
        "html", "Your guide", "<p>Hello</p>", "Hello",
    )  # fmt: skip
    assert message.layout == "<p>{{ content }}</p>"


def test_one_markdown_file(tmp_path: Path) -> None:
    content = '---\nsubject: "Ten: questions"\npreheader: Two minutes\nlayout: none\n---\n\n# Hello\n'
    message = read_message(write(tmp_path, {"guide.md": content}), "guide")
    assert (message.format, message.subject, message.preheader) == ("md", "Ten: questions", "Two minutes")
    assert message.body == "\n# Hello\n"
    assert (message.layout, message.text) == ("{{ content }}", None)
    assert (message.place("subject").line, message.place("body").line) == (2, 6)


def test_a_body_may_name_its_layout(tmp_path: Path) -> None:
    files = {**FOLDER, "guide/body.html": "---\nlayout: none\npreheader: Soon\n---\n<p>Hello</p>"}
    message = read_message(write(tmp_path, files), "guide")
    assert (message.body, message.layout, message.preheader) == ("<p>Hello</p>", "{{ content }}", "Soon")


def test_it_goes_to_json_and_back(tmp_path: Path) -> None:
    message = read_message(write(tmp_path, FOLDER), "guide")
    again = MessageSource.from_json(json.loads(json.dumps(message.to_json())))
    assert again == message
    assert again.places == message.places
    assert again.sha256 == message.sha256


def test_the_hash_is_of_the_texts(tmp_path: Path) -> None:
    first = read_message(write(tmp_path / "a", FOLDER), "guide")
    moved = {**FOLDER, "guide/body.html": "---\nlayout: default\n---\n<p>Hello</p>"}
    changed = {**FOLDER, "layouts/default.txt": "{{ content }}!"}
    assert read_message(write(tmp_path / "b", moved), "guide").sha256 == first.sha256
    assert read_message(write(tmp_path / "c", changed), "guide").sha256 != first.sha256


def test_names(tmp_path: Path) -> None:
    assert message_names(write(tmp_path, {**FOLDER, "digest.md": "x", "README.md": "x"})) == [
        "digest",
        "guide",
    ]
    assert message_names(tmp_path / "nowhere") == []


WRONG: dict[str, tuple[Files, str]] = {
    "misspelt": (
        {**{name.replace("guide", "guides"): text for name, text in FOLDER.items()}},
        "templates/guide:1: There is no message 'guide'. Did you mean guides?",
    ),
    "nothing at all": ({}, "templates/guide:1: There is no message 'guide'. Write templates/guide.md,"),
    "both": ({**FOLDER, "guide.md": "x"}, "templates/guide.md:1: There is a folder guide/ too. Keep one"),
    "no body": (
        {"guide/subject.txt": "x", **LAYOUT},
        "templates/guide/:1: There is no body.html or body.md.",
    ),
    "two bodies": (
        {**FOLDER, "guide/body.md": "x"},
        "templates/guide/:1: Both body.html and body.md are there.",
    ),
    "no subject": ({"guide/body.md": "x", **LAYOUT}, "templates/guide/subject.txt:1: This file is missing."),
    "two subjects": (
        {**FOLDER, "guide/body.html": "---\n\nsubject: x\n---\n"},
        "templates/guide/body.html:3: The subject stands here too.",
    ),
    "two lines": (
        {**FOLDER, "guide/subject.txt": "a\nb"},
        "templates/guide/subject.txt:1: The subject must be one",
    ),
    "no header": ({"guide.md": "Hello", **LAYOUT}, "templates/guide.md:1: The subject is missing."),
    "open block": (
        {"guide.md": "---\nsubject: x\n", **LAYOUT},
        "templates/guide.md:1: The block at the top has no",
    ),
    "unknown key": (
        {"guide.md": "---\nsubjct: x\n---\n", **LAYOUT},
        "templates/guide.md:2: 'subjct' is not known here. Did you mean subject?",
    ),
    "no colon": (
        {"guide.md": "---\nsubject x\n---\n", **LAYOUT},
        "templates/guide.md:2: Expected one of subject,",
    ),
    "unknown layout": (
        {**LAYOUT, "guide.md": "---\nsubject: x\nlayout: defalt\n---\n"},
        "templates/guide.md:3: There is no layout 'defalt'. Did you mean default?",
    ),
    "half a layout": (
        {"guide.md": "---\nsubject: x\n---\n", "layouts/default.html": ""},
        "templates/layouts/default.txt:1: This file is missing. A layout has an .html and a .txt file",
    ),
    "too large": (
        {**FOLDER, "guide/body.html": "x" * 300_000},
        "templates/guide/body.html:1: This file is larger",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_with_its_place(case: str, tmp_path: Path) -> None:
    files, said = WRONG[case]
    with pytest.raises(SourceError) as caught:
        read_message(write(tmp_path, files), "guide")
    assert str(caught.value).startswith(said)


def test_not_utf8(tmp_path: Path) -> None:
    (write(tmp_path, FOLDER) / "guide/body.html").write_bytes("<p>\n\nGrüße</p>".encode("latin-1"))
    with pytest.raises(SourceError, match=r"body\.html:3: This is not UTF-8"):
        read_message(tmp_path, "guide")


@pytest.mark.parametrize("name", ["../secrets", "layouts", "", ".", "a/b", "Guide"])
def test_a_name_is_only_a_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        read_message(write(tmp_path, FOLDER), name)
