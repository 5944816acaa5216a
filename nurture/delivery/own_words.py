"""What somebody has written themselves in a reply, without what they quote; and whether it says no more than
that they want no mail."""

from __future__ import annotations

import re
from email.message import Message

from nurture.delivery.mail_parts import subject, words

LINES_AT_MOST = 200
LONGEST = 60
"""Characters of a reply that says nothing else."""
WROTE = (
    r"^(on|am|le|el|il|il giorno|em|op|w dniu|dnia|den|dne|på)\b.{4,}"
    r"(wrote|schrieb|crit|escrib|scritto|escreveu|schreef|napisa|skrev|@|:$|\d{4}|\d[:.]\d\d)"
)
QUOTE = re.compile(
    rf"^>|^[-_*=]{{5,}}|^-{{2,}} ?\w.*-{{2,}}$|^-- ?$|{WROTE}"
    r"|^\W{0,3}(from|von|de|da|van|från|od|fra|отправитель|от|差出人|发件人)\s?:"
    r"|^(sent|get outlook) (from|for)"
    r"|^(von meinem|gesendet|envoyé|enviado|inviato|verzonden|wysłan|skickat)\b",
    re.IGNORECASE,
)
"""A line where a quotation begins, or the foot that a program or a person puts below."""
PLEASE = (
    "please|pls|kindly|i (want|wish|would like) to|i'd like to|bitte|ich (möchte|will)( bitte)?|por favor"
    "|quiero|deseo|per favore|vorrei|merci de|veuillez|je (veux|souhaite)|s'il vous plaît|svp|alstublieft"
    "|graag|proszę|tack|quero"
)
THANKS = "please|thanks|thank you|danke|bitte|merci|svp|s'il vous plaît|gracias|por favor|grazie|dank u|tack"
NO_MORE = (
    "(unsub?s?cribe|remove)( me)?( from)?( (this|your|the|all|mailing|e-?mail|newsletter))*"
    "( lists?| newsletters?| e-?mails?)?"
    "|(take|remove) (me|my (e-?mail|address|e-?mail address)) (off|from) (this|your|the)"
    "( mailing| e-?mail)? lists?"
    "|opt[- ]?out|stop|stop (sending )?(me )?e-?mail(ing|s)?( me)?|stop sending( me)?( these)?( e-?mails)?"
    "|no more e-?mails"
    "|(do not|don't) (e-?mail|mail) me( again| any ?more)?"
    "|(mich )?(vom newsletter |von der liste |aus dem verteiler )?(abmelden|abbestellen|austragen)"
    "|mich (bitte )?(aus dem verteiler |von der liste )?streichen"
    "|newsletter (abmelden|abbestellen)|abmeldung|stopp|keine (weiteren )?(e-?mails|mails|newsletter)( mehr)?"
    "|melden sie mich ab|tragen sie mich aus"
    "|nehmen sie mich (aus|von) (dem|der|ihrem|ihrer) (verteiler|liste)"
    "|(me |se )?désabonner|désabonnez[- ]moi|désinscription|(me )?désinscrire"
    "|baja|darme de baja|darse de baja|cancelar (la )?suscripción"
    "|disiscrivimi|cancellami|disiscrizione|cancelar (a )?(inscrição|assinatura)|descadastrar"
    "|afmelden|(me )?uitschrijven|wypisz mnie|rezygnuję|avregistrera( mig)?|avmeld( meg)?|afmeld( mig)?"
    "|配信停止|退订"
)
NO_MAIL = re.compile(rf"(({PLEASE}) )?({NO_MORE})( ({THANKS}))?")
ANSWER = re.compile(r"^\s*((re|aw|fw|fwd|wg|sv|antw|rv|r|odp)\s*:\s*)+", re.IGNORECASE)


def own_words(text: str) -> str:
    """Empty: nothing but what is quoted."""
    mine = []
    for line in text.splitlines()[:LINES_AT_MOST]:
        bare = line.strip()
        if QUOTE.match(bare[:300]):
            break
        mine.append(bare)
    return " ".join(" ".join(mine).split())


def wants_no_mail(mail: Message) -> bool:
    """By a word that leaves no doubt, alone in the reply, or in the subject of an empty one."""
    said = own_words(words(mail))
    return bool(NO_MAIL.fullmatch(_plain(said or ANSWER.sub("", subject(mail)))))


def _plain(text: str) -> str:
    if len(text) > LONGEST:
        return ""
    return " ".join(re.sub(r"[^\w\s'-]", " ", text.lower().replace("’", "'")).split())  # noqa: RUF001
