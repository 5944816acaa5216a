"""What mail servers tell in words alone that they could not deliver: Exim, qmail, Yahoo, GMX, old Exchange
and many a gateway write for people, with our mail or its headers below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses, parseaddr

from nurture.delivery.machine_answers import AWAY
from nurture.delivery.mail_parts import (
    answered,
    date,
    field,
    number_of,
    original,
    sender,
    subject,
    values,
    words,
)
from nurture.delivery.reading import clean, digest
from nurture.domain.mail_events import UNTOLD_HARD, UNTOLD_SOFT, MailEvent, Told, why

SERVER = re.compile(
    r"(mailer-?daemon|mail-?daemon|postmaster|mdaemon|mail-?router|microsoftexchange[0-9a-f]{32})$",
    re.IGNORECASE,
)
CALLED = re.compile(r"mail(er)? (delivery|daemon|router|administrator)|postmaster", re.IGNORECASE)
FAILED = re.compile(
    r"undeliver|non-?deliver|(could|can|was|were|is|did|has)(n.t| ?not)( be| been)? deliver"
    r"|(not|unable to|able to|failed to) (be )?deliver|fail\w* to deliver|deliver\w* \w{0,12} ?(has )?fail"
    r"|deliver\w*.{0,30}(fail|unsuccessful|problem|error)|failure notice"
    r"|return(ed|ing) (mail|message|to sender)|mail system error|address(es)? (had|not found)|permanent error"
    r"|unzustellbar|nicht (zugestellt|zustellbar|ausgeliefert|erfolgreich)|fehlgeschlagen"
    r"|non remis|n.a pas pu être|échec|non (livr|délivr|distribu)"
    r"|non recapit|mancat[ao] (consegna|recapito)|impossibile (consegnare|recapitare)"
    r"|no (se ha |se )?(pudo |podido |puede )?entreg|não (foi |pôde ser )?entreg|falha na entrega"
    r"|devuelto|devolvid"
    r"|onbestelbaar|niet (afgeleverd|bezorgd)|niedostarcz|nie dostarczon|(kunde|kan) inte levereras"
    r"|недоставлен"
    r"|не (может быть )?доставлен"
    r"|配信(不能|エラー|でき)",
    re.IGNORECASE,
)
LATE = re.compile(
    r"\bdelay|\(delay\)|still being retried|could not send message for past"
    r"|verzöger|\bretard|\britardo|retrasad|atrasad|vertraagd|opóźnion|förseni?n?g",
    re.IGNORECASE,
)
"""In a subject: no bounce, as the server goes on trying."""
GOES_ON = re.compile(
    r"still being retried|not yet been delivered|warning (message )?only|could not send message for past"
    r"|attempts will continue|will (keep trying|retry|be retried|continue (to try|trying))"
    r"|noch nicht zugestellt|weitere zustellversuche|nouvelles? tentatives?",
    re.IGNORECASE,
)
"""In its words, whatever is said of delays that are past."""
AT_ITS_BEGINNING = 1500
QUOTED = re.compile(
    r"^[> \t]*(Return-Path|Received|From|Date|Message-ID|DKIM-Signature|MIME-Version):",
    re.IGNORECASE | re.MULTILINE,
)
"""Where our mail begins below the words about it."""
QUOTED_ID = re.compile(r"^[> \t]*Message-ID:\s{0,9}<([^<>\s]{3,250})>", re.IGNORECASE | re.MULTILINE)
QUOTED_TO = re.compile(r"^[> \t]*To:[ \t]*([^\r\n]{3,400})", re.IGNORECASE | re.MULTILINE)
CODE = re.compile(r"(?<![\w.:])[45](\d\d(?=[ -]|:\s|$)|\.\d{1,3}\.\d{1,3}(?!\.?\d))", re.MULTILINE)
SAID = 500
ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]@]{1,64}@[^\s<>\"'(),;:\[\]@]{3,250}")
RECIPIENTS_AT_MOST = 50


def from_a_server(mail: Message) -> bool:
    """Or from nobody."""
    local = sender(mail).partition("@")[0]
    return not local or bool(SERVER.search(local) or CALLED.match(field(mail, "From").lstrip('" ')))


def tells_of_failure(mail: Message) -> bool:
    if mail.get("X-Failed-Recipients"):
        return True
    about, said = subject(mail), words(mail)[:AT_ITS_BEGINNING]
    if from_a_server(mail):
        return bool(FAILED.search(about) or LATE.search(about) or FAILED.search(said))
    # An absence has no return path either, and repeats the subject of ours: only words with a code tell.
    answers = field(mail, "Return-Path") != "<>" or AWAY.match(about.strip())
    return not answers and bool(FAILED.search(said) and CODE.search(said))


def worded(mail: Message, number: str) -> Iterator[MailEvent]:
    text = words(mail)
    begin = QUOTED.search(text)
    above, below = (text[: begin.start()], text[begin.start() :]) if begin else (text, "")
    sent = original(mail)
    told = Told.DEFERRED if _is_late(mail, above) else Told.BOUNCED
    reason, code = _why(above, told)
    found = _recipients(mail, above, field(sent, "To") or _match(QUOTED_TO, below))
    for recipient in found:
        yield MailEvent(
            told,
            number if len(found) == 1 else digest(number, recipient.lower()),
            "report in words",
            date(mail),
            remote_id=number_of(sent) or _match(QUOTED_ID, below) or answered(mail),
            recipient=recipient,
            reason=reason,
            code=code,
        )


def _is_late(mail: Message, above: str) -> bool:
    about = subject(mail)
    late = LATE.search(about) and not FAILED.search(about)  # it may repeat the subject of ours
    return bool(late or GOES_ON.search(above[:AT_ITS_BEGINNING]))


def _why(above: str, told: Told) -> tuple[str, int | None]:
    """By the first code, and what is said behind it. Without one only words that blame the address count
    for good."""
    found = CODE.search(above)
    said = " ".join(above[found.start() : found.start() + SAID].split()) if found else " ".join(above.split())
    reason, code = why(said[: 4 * SAID], for_good=told is Told.BOUNCED)
    if not found and reason == UNTOLD_HARD:
        return UNTOLD_SOFT, None
    return reason, code


def _recipients(mail: Message, above: str, to: str) -> list[str]:
    """Whom it could not reach; empty: it does not say."""
    failed = [clean(value) for value in values(mail, "X-Failed-Recipients")]
    named = [address for _, address in getaddresses(failed) if "@" in address]
    if named:
        return list(dict.fromkeys(named))[:RECIPIENTS_AT_MOST]
    ours = {address.lower() for _, address in getaddresses([field(mail, "To"), field(mail, "From")])}
    said = [clean(one.strip(".>")) for one in ADDRESS.findall(above)]
    wanted = parseaddr(to)[1]
    if wanted and (not said or wanted.lower() in (one.lower() for one in said)):
        return [wanted]
    return [next((one for one in said if one.lower() not in ours), wanted)]


def _match(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return clean(found[1]) if found else ""
