"""A mail server of our own that delivers nothing: it keeps what it gets, for tests, demos and trying out."""

from nurture.delivery.catcher.faults import Faults
from nurture.delivery.catcher.mails import Caught, CaughtSummary, MailStore
from nurture.delivery.catcher.server import Catcher

__all__ = ["Catcher", "Caught", "CaughtSummary", "Faults", "MailStore"]
