"""What the name of a column tells of it, in English and German."""

from __future__ import annotations

import re
from unicodedata import normalize

LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def words_of(column: str) -> str:
    """In small letters without accents: ``Letzte Aktivität`` -> ``letzte aktivitaet``."""
    plain = normalize("NFKD", column.translate(LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", plain).lower()).strip()


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(words)})\b")


BY_HAND = _any(
    r"tags?|quality|qualif\w*|status|stage|outcome|result|reasons?|lost|closed?|deal|amount|revenue|invoice",
    r"remarks?|comments?|notes?|disposition|lead profile|owner|opportunity|contract|paid|estimate[sd]?",
    r"assess\w*|labels?|verdict|opinion|feedback|sales rep|rep|agent|called|demo held|follow ups?|calls",
    r"meetings?( held)?|proposals?|quotes?|onboarding|signed|purchased?|payments?|discounts?|customer since",
    r"schlagworte?|stichworte?|qualitaet|guete|phase|ergebnis|gruende|grund|verloren|abgeschlossen|abschluss",
    r"auftrag|betrag|umsatz|rechnung|bemerkung(en)?|profil|kommentare?|notiz(en)?|betreuer|bearbeiter|vertrag",
    r"bezahlt|einschaetzung|bewertung|angebot|anrufe|termine?|kunde seit|rabatt|unterschrieben|rueckmeldung",
)
"""What people write after they have spoken with a lead."""
LAST = _any(r"last|latest|recent|letzte[nrs]?|zuletzt|juengste[nrs]?")
NEWEST = _any(r"activit\w+|aktivitaet\w*|interactions?|actions?|aktion(en)?")
"""Where a text stands in it, it is that of the newest one."""
FIRST = _any(r"first|initial|original|erste[nrs]?")
SCORE = _any(r"scores?|index|grade|rating|rank|punkte|rang")
ID = _any(r"id|number|nr|no|uuid|key|email|e mail|mail|phone|name|url|nummer|kennung|telefon")
DATE = _any(
    r"created|date|registered|signup|signed|since|on|at|entered|datum|angelegt|erstellt|seit|am|eingang"
)
DID = _any(
    r"visits?|views?|time|seconds|minutes|hours|sessions?|clicks?|opens?|downloads?|activity|pages?|events?",
    r"count|days|requests?|logins?|attended|submitted|origin|besuche?|aufrufe|zeit|dauer|sekunden|minuten",
    r"stunden|sitzungen|klicks?|aktivitaet|seiten|ereignisse|anzahl|tage|anfragen|herkunft|teilgenommen",
)
"""What a lead did rather than who she is."""
SMALL = frozenset(
    re.findall(
        r"\w+",
        "what is are your the a an of do did you how most to in lead about was ist sind der die das ein eine "
        "auf je von im",
    )
)
"""Words that a field's name can do without."""
