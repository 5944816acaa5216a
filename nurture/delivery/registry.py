"""Every mail provider there is: one file and one line here each."""

from collections.abc import Callable, Mapping

from nurture.delivery.provider import Provider
from nurture.delivery.smtp import SmtpProvider, SmtpSettings
from nurture.settings import Settings


def smtp(settings: Settings) -> Provider:
    server = settings.mail_server
    return SmtpProvider(
        SmtpSettings(
            host=server.host,
            port=server.port,
            user=server.user,
            password=server.password,
            tls=server.tls,
            pool=settings.smtp_pool,
        )
    )


PROVIDERS: Mapping[str, Callable[[Settings], Provider]] = {"smtp": smtp}
