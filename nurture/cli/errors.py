"""How a command ends; the worker, which stands below the commands, ends in the same way."""

from nurture.boundary import BUG, DONE, INTERRUPTED, WRONG_INPUT, collect_rarely, guarded, leave, say_error

__all__ = ["BUG", "DONE", "INTERRUPTED", "WRONG_INPUT", "collect_rarely", "guarded", "leave", "say_error"]
