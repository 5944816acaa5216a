"""What the shipped layouts say below a mail, in the languages in which they can: `words.*` of templates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

ENGLISH = "en"
KEYS = ("stop", "rather_not", "unsubscribe", "choose", "choices")
"""The way out, the same in a personal mail, its link; the way to the preferences, and before an address."""
WORDS: Mapping[str, tuple[str, str, str, str, str]] = {
    ENGLISH: (
        "You can stop these mails at any time:",
        "If you would rather not hear from me:",
        "unsubscribe",
        "or choose what you get",
        "Or choose what you get, and how often:",
    ),
    "de": (
        "Sie können diese Mails jederzeit abbestellen:",
        "Wenn Sie lieber nichts mehr von mir hören möchten:",
        "abmelden",
        "oder auswählen, was Sie bekommen",
        "Oder wählen Sie aus, was Sie bekommen und wie oft:",
    ),
    "es": (
        "Puede dejar de recibir estos correos en cualquier momento:",
        "Si prefiere no recibir más mensajes míos:",
        "darse de baja",
        "o elegir lo que recibe",
        "O elija lo que recibe y con qué frecuencia:",
    ),
    "fr": (
        "Vous pouvez arrêter ces e-mails à tout moment :",
        "Si vous préférez ne plus recevoir de messages de ma part :",
        "se désabonner",
        "ou choisir ce que vous recevez",
        "Ou choisissez ce que vous recevez, et à quelle fréquence :",
    ),
    "it": (
        "Può interrompere queste e-mail in qualsiasi momento:",
        "Se preferisce non ricevere più messaggi da me:",
        "disiscriversi",
        "o scegliere che cosa ricevere",
        "O scelga che cosa ricevere e con quale frequenza:",
    ),
    "nl": (
        "U kunt deze e-mails op elk moment stopzetten:",
        "Als u liever niets meer van mij hoort:",
        "afmelden",
        "of kiezen wat u ontvangt",
        "Of kies wat u ontvangt, en hoe vaak:",
    ),
    "pl": (
        "Z tych wiadomości można zrezygnować w każdej chwili:",
        "Rezygnacja z dalszych wiadomości ode mnie:",
        "wypisz mnie",
        "lub wybór wiadomości",
        "Wybór tematów i częstotliwości:",
    ),
    "pt": (
        "Pode deixar de receber estes e-mails a qualquer momento:",
        "Se preferir não receber mais mensagens minhas:",
        "cancelar a inscrição",
        "ou escolher o que recebe",
        "Ou escolha o que recebe e com que frequência:",
    ),
}


@lru_cache(64)
def of_language(language: str) -> Mapping[str, Any]:
    """The names that every text of a message in it may use, beside those of the lead. In a language without
    words of ours they are English."""
    said = WORDS.get(language) or WORDS.get(language.partition("-")[0]) or WORDS[ENGLISH]
    return {"language": language, "words": dict(zip(KEYS, said, strict=True))}


NAMES = frozenset({"language", *(f"words.{key}" for key in KEYS)})
