"""Fake providers: real servers that behave as the real ones say they do."""

from collections.abc import Callable, Mapping

from tests.delivery.fakes.brevo import FakeBrevo
from tests.delivery.fakes.mailersend import FakeMailerSend
from tests.delivery.fakes.mailgun import FakeMailgun
from tests.delivery.fakes.postmark import FakePostmark
from tests.delivery.fakes.resend import FakeResend
from tests.delivery.fakes.sendgrid import FakeSendGrid
from tests.delivery.fakes.server import FakeApi
from tests.delivery.fakes.ses import FakeSes
from tests.delivery.fakes.smtp import FakeSmtp

__all__ = ["FAKES", "FakeApi", "FakePostmark", "FakeSmtp"]

FAKES: Mapping[str, Callable[[], FakeApi | FakeSmtp]] = {
    fake.name: fake
    for fake in (
        FakeSmtp,
        FakeSes,
        FakeSendGrid,
        FakePostmark,
        FakeMailgun,
        FakeResend,
        FakeBrevo,
        FakeMailerSend,
    )
}
