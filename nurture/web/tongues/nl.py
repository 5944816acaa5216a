"""The pages behind our links, in Dutch."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "skip": "Naar de inhoud",
    "close": "U kunt deze pagina sluiten.",
    "link": "Link",
    "nothing_here": "Hier is niets",
    "leads_nowhere": (
        "Deze link leidt nergens heen, of niet meer. Als u hem hebt overgetypt, kijk dan of hij volledig is."
    ),
    "cut": "Deze link is niet volledig",
    "unchanged": "Er is niets gewijzigd.",
    "cut_why": (
        "Een mailprogramma heeft de link misschien afgekapt: kopieer hem helemaal uit de "
        "e-mail naar uw browser, of antwoord op de e-mail en laat ons weten wat u wilt."
    ),
    "unsubscribe": "Afmelden",
    "unsubscribed": "U bent afgemeld",
    "no_more": (
        "U krijgt deze e-mails niet meer. Eén die al onderweg is, kan nog aankomen. Komen er toch"
        " meer, antwoord dan op één ervan en laat het ons weten: een mailprogramma heeft de link "
        "misschien afgekapt."
    ),
    "sure": "Wilt u deze e-mails niet meer ontvangen?",
    "yes_unsubscribe": "Ja, meld mij af",
    "rather_fewer": "Liever minder ontvangen, of een pauze",
    "what_title": "Wat u van ons ontvangt",
    "what_from": "Wat u van {company} ontvangt",
    "saved": "Opgeslagen. Een e-mail die al onderweg is, kan nog aankomen.",
    "gone": (
        "U ontvangt geen nieuws en aanbiedingen meer van ons. Schrijf u in op onze site om ze "
        "weer te ontvangen."
    ),
    "what_about": "Waarover",
    "how_often": "Hoe vaak, hoogstens",
    "whenever": "Wanneer er iets is",
    "weekly": "Eén keer per week",
    "monthly": "Eén keer per maand",
    "a_pause": "Een pauze",
    "until": "Tot {day}, zoals gekozen",
    "no_pause_more": "Geen pauze meer",
    "no_pause": "Geen pauze",
    "month_1": "1 maand vanaf nu",
    "month_2": "2 maanden vanaf nu",
    "month_3": "3 maanden vanaf nu",
    "measuring": "Meten",
    "untracked": "Niet bijhouden welke e-mails ik open en welke links ik volg",
    "save": "Opslaan",
    "nothing_at_all": "Helemaal niets",
    "no_topic": "Geen nieuws en aanbiedingen meer, over geen enkel onderwerp.",
    "from_everything": "Afmelden voor alles",
    "your_answer": "Uw antwoord",
    "thank_you": "Dank u wel",
    "your_answer_is": "Uw antwoord:",
    "choose_one": "Kies er één.",
    "send_answer": "Mijn antwoord versturen",
}
