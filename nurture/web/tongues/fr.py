"""The pages behind our links, in French."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "skip": "Aller au contenu",
    "close": "Vous pouvez fermer cette page.",
    "link": "Lien",
    "nothing_here": "Il n'y a rien ici",
    "leads_nowhere": (
        "Ce lien ne mène nulle part, ou plus. Si vous l'avez recopié, vérifiez qu'il est complet."
    ),
    "cut": "Ce lien n'est pas complet",
    "unchanged": "Rien n'a été modifié.",
    "cut_why": (
        "Un logiciel de messagerie a peut-être coupé le lien : copiez-le en entier depuis "
        "l'e-mail dans votre navigateur, ou répondez à l'e-mail et dites-nous ce que vous "
        "souhaitez."
    ),
    "unsubscribe": "Se désabonner",
    "unsubscribed": "Vous êtes désabonné(e)",
    "no_more": (
        "Vous ne recevrez plus ces e-mails. Un message déjà en route peut encore arriver. S'il en"
        " venait d'autres, répondez à l'un d'eux pour nous le dire : un logiciel de messagerie a "
        "peut-être coupé le lien."
    ),
    "sure": "Souhaitez-vous ne plus recevoir ces e-mails ?",
    "yes_unsubscribe": "Oui, me désabonner",
    "rather_fewer": "Plutôt en recevoir moins, ou faire une pause",
    "what_title": "Ce que vous recevez de nous",
    "what_from": "Ce que vous recevez de {company}",
    "saved": "Enregistré. Un message déjà en route peut encore arriver.",
    "gone": (
        "Vous ne recevez plus ni nouvelles ni offres de notre part. Pour en recevoir à nouveau, "
        "inscrivez-vous sur notre site."
    ),
    "what_about": "Sur quels sujets",
    "how_often": "À quelle fréquence, au plus",
    "whenever": "Dès qu'il y a quelque chose",
    "weekly": "Une fois par semaine",
    "monthly": "Une fois par mois",
    "a_pause": "Une pause",
    "until": "Jusqu'au {day}, comme choisi",
    "no_pause_more": "Plus de pause",
    "no_pause": "Pas de pause",
    "month_1": "1 mois à partir de maintenant",
    "month_2": "2 mois à partir de maintenant",
    "month_3": "3 mois à partir de maintenant",
    "measuring": "Mesure",
    "untracked": "Ne pas noter quels e-mails j'ouvre ni quels liens je suis",
    "save": "Enregistrer",
    "nothing_at_all": "Plus rien du tout",
    "no_topic": "Plus de nouvelles ni d'offres, sur aucun sujet.",
    "from_everything": "Se désabonner de tout",
    "your_answer": "Votre réponse",
    "thank_you": "Merci",
    "your_answer_is": "Votre réponse :",
    "choose_one": "Veuillez en choisir une.",
    "send_answer": "Envoyer ma réponse",
}
