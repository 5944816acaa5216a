"""The pages behind our links, in German."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "skip": "Zum Inhalt springen",
    "close": "Sie können diese Seite schließen.",
    "link": "Link",
    "nothing_here": "Hier ist nichts",
    "leads_nowhere": (
        "Dieser Link führt nirgendwohin, oder nicht mehr. Wenn Sie ihn abgetippt haben, prüfen "
        "Sie, ob er vollständig ist."
    ),
    "cut": "Dieser Link ist nicht vollständig",
    "unchanged": "Es wurde nichts geändert.",
    "cut_why": (
        "Ein Mailprogramm hat den Link vielleicht abgeschnitten: Kopieren Sie ihn ganz aus der"
        " Mail in Ihren Browser, oder antworten Sie auf die Mail und sagen Sie uns, was Sie "
        "möchten."
    ),
    "unsubscribe": "Abmelden",
    "unsubscribed": "Sie sind abgemeldet",
    "no_more": (
        "Sie bekommen diese Mails nicht mehr. Eine, die schon unterwegs ist, kann noch ankommen. "
        "Sollten weitere kommen, antworten Sie auf eine davon und sagen Sie es uns: Ein "
        "Mailprogramm hat den Link vielleicht abgeschnitten."
    ),
    "sure": "Möchten Sie diese Mails nicht mehr bekommen?",
    "yes_unsubscribe": "Ja, abmelden",
    "rather_fewer": "Lieber weniger davon bekommen, oder eine Pause",
    "what_title": "Was Sie von uns bekommen",
    "what_from": "Was Sie von {company} bekommen",
    "saved": "Gespeichert. Eine Mail, die schon unterwegs ist, kann noch ankommen.",
    "gone": (
        "Sie bekommen keine Neuigkeiten und Angebote mehr von uns. Um sie wieder zu bekommen, "
        "melden Sie sich auf unserer Website an."
    ),
    "what_about": "Worüber",
    "how_often": "Wie oft höchstens",
    "whenever": "Wann immer es etwas gibt",
    "weekly": "Einmal in der Woche",
    "monthly": "Einmal im Monat",
    "a_pause": "Eine Pause",
    "until": "Bis {day}, wie gewählt",
    "no_pause_more": "Keine Pause mehr",
    "no_pause": "Keine Pause",
    "month_1": "1 Monat ab jetzt",
    "month_2": "2 Monate ab jetzt",
    "month_3": "3 Monate ab jetzt",
    "measuring": "Messung",
    "untracked": "Nicht festhalten, welche Mails ich öffne und welchen Links ich folge",
    "save": "Speichern",
    "nothing_at_all": "Gar nichts mehr",
    "no_topic": "Keine Neuigkeiten und Angebote mehr, zu keinem Thema.",
    "from_everything": "Von allem abmelden",
    "your_answer": "Ihre Antwort",
    "thank_you": "Vielen Dank",
    "your_answer_is": "Ihre Antwort:",
    "choose_one": "Bitte wählen Sie eine aus.",
    "send_answer": "Antwort senden",
}
