"""What the words of a mail server say, where its codes say little: the texts of the large ones and of the
usual programs, in the languages in which they come."""

import re

OF_SENDERS = re.compile(
    r"\bsender\b( \w+)? ?(<?\S+@\S+)?.{0,20}"
    r"\b(reject|refus|denied|not found|not exist|n.t exist|unknown|invalid|verif)|banned send(er|ing)"
)
OF_LISTS = re.compile(
    r"(block|black|deny) ?list|\b(dnsbl|rbl)\b|spamhaus|reputation|\bspam\b|unsolicited"
    r"|\[(tss?|bl)\d\d\]"
    r"|(client host|client ip|\bip address|your ip)\b.{0,80}(reject|den(y|ied)|not found|unknown|not listed)"
    r"|\bmessages? from .{0,80}\b(deferred|weren.t sent|were not sent|not accepted|rejected|refused)"
)
LINK = re.compile(r"https?://\S+")
NEXT_LINE = re.compile(r"\r?\n(\d{3}[- ])?([245]\.\d{1,3}\.\d{1,3} )?")
"""Each line of a reply repeats the codes, in the midst of a sentence."""
# Looked for in the lower-cased reply; what blames us comes first, as no lead may be lost by it.
BY_WORDS: dict[re.Pattern[str], str] = {
    OF_SENDERS: "sender-refused",
    OF_LISTS: "policy",
    re.compile(
        r"\bpolic(y|ies)\b|spoof|invalid dns|resource record|\(aup#"
        r"|(?<!account )(?<!account is )(?<!account has been )(?<!mailbox )(?<!mailbox is )\bblocked\b"
        r"|relay(ing)? (not permitted|access denied|denied)|unable to relay|not accept mail from|\bhelo\b"
        r"|ask your postmaster|\bip=\d|\b(dmarc|dkim|spf|rdns|ptr)\b|reverse dns|administrative prohibition"
        r"|connections? (will )?not (be )?accepted|(daily|outbound) (user )?sending (quota|limit)"
        r"|(mail|message) (reject[eé]|rejected|refus[eé]|refused)\b"
    ): "policy",
    re.compile(
        r"(over|exceed\w*)[ -]?(storage )?quota|quota.{0,20}exceed|box (is )?full|mailbox\b.{0,40}\bfull\b"
        r"|out of storage|storage (space )?(limit|exceeded)|allowed storage"
        r"|too many messages on (the )?server"
        r"|postfach (ist )?voll|bo[iî]te.{0,20}pleine|casella.{0,10}piena|buz[oó]n.{0,10}lleno"
        r"|zu ?viele mails"
    ): "mailbox-full",
    re.compile(r"gr[ea]y-?list"): "greylisted",
    re.compile(
        r"per hour\b|rate[ -]limit|too many (messages|connections)|limit for the number"
        r"|(mail|messages) (at a rate|too quickly)"
    ): "slow-down",
    # Exchange: what only its own people may write to.
    re.compile(r"resolver\.rst\.|delivery restriction"): "refused",
    # Microsoft 365 of an address in no directory; a postmaster's own rule says the same without these.
    re.compile(
        r"\b5\.4\.1\b.{0,200}rejected ?: ?access denied|rejected ?: ?access denied.{0,200}\b5\.4\.1\b"
        r"|rejected ?: ?access denied.{0,6}as\(20\d{7}\)|resolver\.adr\.\w*not ?found"
    ): "no-such-mailbox",
    re.compile(
        r"(user|mailbox|recipient|address|addressee|account)\b.{0,40}\b(unknown|not (be )?found|not known"
        r"|not listed)"
    ): "no-such-mailbox",
    re.compile(r"(user|mailbox|recipient|address|account)\b.{0,40}\bdoes ?n[o']t exist"): "no-such-mailbox",
    re.compile(
        r"(no such|unknown|invalid|non-?existent) (user|mailbox|recipient|address|account|local part)"
        r"|no mailbox here|(user|recipient) does ?n[o']t have an? |not our customer"
        r"|requested (mail )?action not taken:? mailbox unavailable"
        r"|(benutzer|empf[aä]nger|adresse).{0,20}(unbekannt|nicht bekannt|existiert nicht)"
        r"|unbekannter (benutzer|empf[aä]nger)|(adresse|destinataire|utilisateur) inconnue?"
        r"|destinataire invalide|(usuario|destinatario) desconocido|(utente|destinatario) sconosciuto"
    ): "no-such-mailbox",
    re.compile(
        r"(account|mailbox|user|recipient)\b.{0,30}\b(disabled|inactive|deactivated|closed|discontinued)"
    ): "mailbox-disabled",
    re.compile(r"too (large|big)|size limit"): "too-large",
}


def reason_in(text: str) -> str | None:
    """One of ``bounces.REASONS``; None: the words are of no kind that we know."""
    lower = _spoken(text)
    without = LINK.sub(" ", lower)
    sure = (OF_SENDERS, OF_LISTS)
    found = (name for words, name in BY_WORDS.items() if words.search(lower if words in sure else without))
    return next(found, None)


def blames_us(text: str) -> bool:
    """Without a doubt, and not by a word alone that may stand for much."""
    lower = _spoken(text)
    return bool(OF_SENDERS.search(lower) or OF_LISTS.search(lower))


def _spoken(text: str) -> str:
    return NEXT_LINE.sub(" ", text.lower())
