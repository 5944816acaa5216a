"""Every mail provider there is: one file and one line here each."""

from collections.abc import Callable, Mapping

from nurture.delivery.provider import Provider
from nurture.delivery.sms_http import CaughtSms, HttpSms, Sms
from nurture.delivery.smtp import SmtpProvider, SmtpSettings
from nurture.http import Http
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


def sms(settings: Settings, provider: Provider, sender: str) -> Sms | None:
    """None: the settings name no service for text messages. ``provider``: of mail, for when all is caught."""
    if settings.delivery == "catch":
        return CaughtSms(provider, sender)
    if not settings.sms_url:
        return None
    token = settings.sms_token.get_secret_value()
    return HttpSms(settings.sms_url, token, settings.sms_sender, Http(internal=settings.hosts_inside))


PROVIDERS: Mapping[str, Callable[[Settings], Provider]] = {"smtp": smtp}
