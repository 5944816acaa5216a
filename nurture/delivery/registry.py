"""Every mail provider there is: one file and two lines here each, for its sending and for its webhook, and a
third where it can be asked."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from urllib.parse import urlsplit

from nurture.delivery import asking, calling
from nurture.delivery.account_check import NEEDS, troubles
from nurture.delivery.asking import Lookup
from nurture.delivery.calling import Api, HttpProvider
from nurture.delivery.hooks import Forged, Hook, NotNow
from nurture.delivery.provider import KeyLife, Provider
from nurture.delivery.providers.brevo import Brevo, BrevoHook
from nurture.delivery.providers.brevo_lookup import BrevoLookup
from nurture.delivery.providers.mailersend import MailerSend, MailerSendHook
from nurture.delivery.providers.mailersend_lookup import MailerSendLookup
from nurture.delivery.providers.mailgun import Mailgun, MailgunHook
from nurture.delivery.providers.mailgun_lookup import MailgunLookup
from nurture.delivery.providers.postmark import Postmark, PostmarkHook
from nurture.delivery.providers.postmark_lookup import PostmarkLookup
from nurture.delivery.providers.resend import Resend, ResendHook
from nurture.delivery.providers.resend_lookup import ResendLookup
from nurture.delivery.providers.sendgrid import SendGrid, SendGridHook
from nurture.delivery.providers.sendgrid_lookup import SendGridLookup
from nurture.delivery.providers.ses import Ses
from nurture.delivery.providers.ses_hook import Fetch, SesHook
from nurture.delivery.providers.smtp_reports import SmtpHook
from nurture.delivery.returns import ReturnPath
from nurture.delivery.several import Several
from nurture.delivery.sms_http import CaughtSms, HttpSms, Sms
from nurture.delivery.smtp import SmtpProvider, SmtpSettings
from nurture.domain.accounts.routes import Accounts
from nurture.domain.errors import NurtureError
from nurture.domain.mail_account import API, MailAccount
from nurture.http import CallFailed, Http
from nurture.secrets_file import signing_secrets
from nurture.settings import LOOPBACK, MAIN, Settings

SECONDS = 30.0
"""For one call to a provider: an answer that comes after it is lost."""
MOST_CERTIFICATE = 20_000
"""Bytes."""


class AccountWrong(NurtureError):
    """NURTURE_MAIL_URL names no provider that we know, or not in a way that it may be used."""


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


def _over_http(api: type[Api]) -> Callable[[Settings], Provider]:
    def make(settings: Settings) -> Provider:
        account = settings.mail_account
        _safe(account, settings.hosts_inside)
        http = Http(internal=settings.hosts_inside, seconds=SECONDS)
        return HttpProvider(api(account), http)

    return make


def _safe(account: MailAccount, inside: Sequence[str]) -> None:
    """A key goes over an encrypted line, or stays within our own network."""
    address = urlsplit(account.options.get(API, "https://"))
    within = address.hostname in LOOPBACK or address.hostname in inside
    if address.scheme != "https" and not (address.scheme == "http" and within):
        raise AccountWrong(
            "NURTURE_MAIL_URL: its api= is not an https:// address.",
            "Write https://, or name the host in NURTURE_INTERNAL_HOSTS.",
        )


APIS: Sequence[type[Api]] = (Ses, SendGrid, Postmark, Mailgun, Resend, Brevo, MailerSend)
PROVIDERS: Mapping[str, Callable[[Settings], Provider]] = {
    "smtp": smtp,
    **{api.name: _over_http(api) for api in APIS},
}
KEYED: Mapping[str, float] = {api.name: api.key_seconds for api in APIS if api.key_seconds}
HOOKS: Mapping[str, Callable[[Sequence[str], Fetch, ReturnPath | None], Hook]] = {
    "smtp": lambda keys, _fetch, returns: SmtpHook(keys, returns),
    "ses": lambda keys, fetch, _returns: SesHook(keys, fetch),
    "sendgrid": lambda keys, _fetch, returns: SendGridHook(keys, returns),
    "postmark": lambda keys, _fetch, returns: PostmarkHook(keys, returns),
    "mailgun": lambda keys, _fetch, returns: MailgunHook(keys, returns),
    "resend": lambda keys, _fetch, _returns: ResendHook(keys),
    "brevo": lambda keys, _fetch, _returns: BrevoHook(keys),
    "mailersend": lambda keys, _fetch, _returns: MailerSendHook(keys),
}
LOOKUPS: Mapping[str, Callable[[MailAccount, Http], Lookup]] = {
    "sendgrid": SendGridLookup,
    "postmark": PostmarkLookup,
    "mailgun": MailgunLookup,
    "resend": ResendLookup,
    "brevo": BrevoLookup,
    "mailersend": MailerSendLookup,
}
"""SES finds a mail by its own number only, which an answer that never came has taken with it; a mail server
can be asked nothing."""
TRIED_FIRST = ("mailersend",)
"""Whose webhooks are made only once their address has answered, and have no key before."""


def provider(settings: Settings, accounts: Accounts | None = None) -> Provider:
    """The one that the settings choose, or all that the file of accounts names. Raises AccountWrong."""
    if accounts is not None:
        return Several({name: _of_account(settings, name) for name in accounts.accounts})
    return _one(settings, "NURTURE_MAIL_URL")


def _of_account(settings: Settings, name: str) -> Provider:
    own, variable = settings.of_account(name), "NURTURE_MAIL_URL"
    if name != MAIN:
        variable = f"{variable}_{name.upper().replace('-', '_')}"
        if settings.delivery != "catch" and not own.mail_url.get_secret_value():
            raise AccountWrong(
                f"{variable} is not set, and the file of accounts has an account {name}.",
                "Set it to the account's address, such as postmark://TOKEN@default.",
            )
    return _one(own, variable)


def _one(settings: Settings, variable: str) -> Provider:
    name = settings.mail_account.provider
    if name not in PROVIDERS:
        near = difflib.get_close_matches(name, PROVIDERS, n=1)
        raise AccountWrong(
            f"{variable} begins with no provider that we know.",
            f"Did you mean {near[0]}://?" if near else f"Known are {', '.join(PROVIDERS)}.",
        )
    if wrong := list(troubles(settings.mail_account)):
        form = NEEDS[name].form
        raise AccountWrong(f"{variable}: {'; '.join(wrong)}.", f"It is written {form}, then ?options.")
    return PROVIDERS[name](settings)


def hooks(settings: Settings, accounts: Accounts | None = None) -> Mapping[str, Hook]:
    """By the provider's name, which stands in the address of its webhook; without a key none can be proved.
    Accounts at the same provider share the address: the key of each of them is good."""
    keys: dict[str, tuple[str, ...]] = {}
    for name in accounts.accounts if accounts else (MAIN,):
        own = settings.of_account(name)
        kind = own.mail_provider
        keys[kind] = (*keys.get(kind, ()), *own.mail_webhook_keys)
    for kind, given in _left(settings, accounts):
        keys[kind] = (*keys.get(kind, ()), *given)
    http, returns = Http(internal=settings.hosts_inside), return_path(settings)
    fetched = ("smtp",) if settings.imap_url.get_secret_value() else ()
    keys |= {kind: keys.get(kind, ()) for kind in fetched}
    return {
        kind: HOOKS[kind](given, lambda url: certificate(http, url), returns)
        for kind, given in keys.items()
        if kind in HOOKS and (given or kind in (*fetched, *TRIED_FIRST))
    }


def _left(settings: Settings, accounts: Accounts | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Keys of webhooks of accounts that carry no mail any more: bounces and complaints come for weeks. The
    variable's end is the name of a provider, or of an account whose NURTURE_MAIL_URL_ is still there."""
    begin = "MAIL_WEBHOOK_KEY_"
    here = {name.replace("-", "_") for name in accounts.accounts} if accounts else set()
    for variable in settings.of_accounts:
        name = variable.removeprefix(begin).lower()
        if not variable.startswith(begin) or name in here:
            continue
        own = settings.of_account(name)
        kind = own.mail_provider if own.mail_url.get_secret_value() else name
        if kind in HOOKS:
            yield kind, own.mail_webhook_keys


def key_lives(settings: Settings, accounts: Accounts | None = None) -> Mapping[str, KeyLife]:
    """Of the accounts whose provider takes idempotency keys, by the name that the ledger has of each."""
    own = {name: settings.of_account(name) for name in accounts.accounts} if accounts else {"": settings}
    found: dict[str, KeyLife] = {}
    for name, one in own.items():
        account = one.mail_account
        if account.provider in KEYED:
            where = f"{account.provider} {account.api('')} {account.host} {account.user}"
            place = sha256(where.encode()).hexdigest()[:16]
            life = KeyLife(KEYED[account.provider] - calling.MARGIN, place)
            found[name or account.provider] = life
    return found


def lookups(settings: Settings, accounts: Accounts | None = None) -> Mapping[str, Lookup]:
    """Of the accounts that can be asked, by the name that the ledger has of each. ``?lookup=off`` at the end
    of an account's address: it is not asked."""
    own = {name: settings.of_account(name) for name in accounts.accounts} if accounts else {"": settings}
    found: dict[str, Lookup] = {}
    for name, one in own.items():
        account = one.mail_account
        if account.provider in LOOKUPS and account.options.get("lookup") != "off":
            _safe(account, one.hosts_inside)
            http = Http(internal=one.hosts_inside, seconds=asking.SECONDS)
            found[name or account.provider] = LOOKUPS[account.provider](account, http)
    return found


def return_path(settings: Settings) -> ReturnPath | None:
    base = settings.bounce_address
    return ReturnPath(base, signing_secrets(settings)) if base else None


async def certificate(http: Http, url: str) -> bytes:
    """Raises Forged, NotNow."""
    try:
        reply = await http.get(url, MOST_CERTIFICATE)
    except CallFailed as failed:
        raise NotNow(f"the certificate cannot be got ({failed.kind})") from None
    if reply.status in (401, 403, 404, 410):
        raise Forged("there is no such certificate")
    if not reply.ok:
        raise NotNow(f"the certificate cannot be got ({reply.status})")
    return reply.text.encode()
