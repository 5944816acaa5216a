"""The root of every error that a person can act on."""

from typing import ClassVar


class NurtureError(Exception):
    """Shown as one line (what, where, what to do), never with a trace; anything else is a bug."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """One line: `the port is taken. Choose another.`"""
        sentences = (text.rstrip(".") for text in (self.message, self.hint) if text)
        return " ".join(f"{text[0].upper()}{text[1:]}{'' if text[-1] in '?!' else '.'}" for text in sentences)
