"""The pages behind our links, in Italian."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "skip": "Vai al contenuto",
    "close": "Può chiudere questa pagina.",
    "link": "Link",
    "nothing_here": "Qui non c'è nulla",
    "leads_nowhere": (
        "Questo link non porta da nessuna parte, o non più. Se lo ha digitato, controlli che sia completo."
    ),
    "cut": "Questo link non è completo",
    "unchanged": "Non è stato cambiato nulla.",
    "cut_why": (
        "Un programma di posta potrebbe aver tagliato il link: lo copi per intero dall'e-mail "
        "nel browser, oppure risponda all'e-mail e ci dica che cosa desidera."
    ),
    "unsubscribe": "Annulla l'iscrizione",
    "unsubscribed": "Iscrizione annullata",
    "no_more": (
        "Non riceverà più queste e-mail. Una già in viaggio può ancora arrivare. Se ne "
        "arrivassero altre, risponda a una di esse e ce lo dica: un programma di posta potrebbe "
        "aver tagliato il link."
    ),
    "sure": "Non desidera più ricevere queste e-mail?",
    "yes_unsubscribe": "Sì, annulla l'iscrizione",
    "rather_fewer": "Preferisco riceverne meno, o fare una pausa",
    "what_title": "Che cosa riceve da noi",
    "what_from": "Che cosa riceve da {company}",
    "saved": "Salvato. Un'e-mail già in viaggio può ancora arrivare.",
    "gone": "Non riceve più novità e offerte da noi. Per riceverle di nuovo, si iscriva sul nostro sito.",
    "what_about": "Su quali argomenti",
    "how_often": "Con quale frequenza, al massimo",
    "whenever": "Ogni volta che c'è qualcosa",
    "weekly": "Una volta alla settimana",
    "monthly": "Una volta al mese",
    "a_pause": "Una pausa",
    "until": "Fino al {day}, come scelto",
    "no_pause_more": "Niente più pausa",
    "no_pause": "Nessuna pausa",
    "month_1": "1 mese da oggi",
    "month_2": "2 mesi da oggi",
    "month_3": "3 mesi da oggi",
    "measuring": "Misurazione",
    "untracked": "Non annotare quali e-mail apro e quali link seguo",
    "save": "Salva",
    "nothing_at_all": "Più nulla",
    "no_topic": "Niente più novità e offerte, su nessun argomento.",
    "from_everything": "Annulla tutte le iscrizioni",
    "your_answer": "La sua risposta",
    "thank_you": "Grazie",
    "your_answer_is": "La sua risposta:",
    "choose_one": "Ne scelga una, per favore.",
    "send_answer": "Invia la mia risposta",
}
