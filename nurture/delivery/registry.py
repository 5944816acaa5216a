"""Every mail provider there is: one file and one line here each."""

from collections.abc import Callable, Mapping

from nurture.delivery.provider import Provider
from nurture.delivery.smtp import SmtpProvider, SmtpSettings
from nurture.settings import Settings


def smtp(settings: Settings) -> Provider:
    return SmtpProvider(
        SmtpSettings(
            host=settings.smtp_host,
            port=settings.smtp_port,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
            tls=settings.smtp_tls,
            pool=settings.smtp_pool,
        )
    )


PROVIDERS: Mapping[str, Callable[[Settings], Provider]] = {"smtp": smtp}
