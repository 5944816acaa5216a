"""The pages behind our links, in Polish."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "skip": "Przejdź do treści",
    "close": "Można zamknąć tę stronę.",
    "link": "Link",
    "nothing_here": "Tu nic nie ma",
    "leads_nowhere": (
        "Ten link prowadzi donikąd albo już nie działa. Jeśli został przepisany, warto sprawdzić,"
        " czy jest kompletny."
    ),
    "cut": "Ten link nie jest pełny",
    "unchanged": "Nic nie zostało zmienione.",
    "cut_why": (
        "Program pocztowy mógł obciąć link: prosimy skopiować go w całości z wiadomości do "
        "przeglądarki albo odpowiedzieć na wiadomość i napisać, czego Państwo sobie życzą."
    ),
    "unsubscribe": "Wypisanie się",
    "unsubscribed": "Adres został wypisany",
    "no_more": (
        "Te wiadomości nie będą już przychodzić. Ta, która jest już w drodze, może jeszcze "
        "dotrzeć. Jeśli przyjdą kolejne, prosimy odpowiedzieć na jedną z nich: program pocztowy "
        "mógł obciąć link."
    ),
    "sure": "Czy zrezygnować z tych wiadomości?",
    "yes_unsubscribe": "Tak, wypisz mnie",
    "rather_fewer": "Raczej rzadziej albo z przerwą",
    "what_title": "Co od nas przychodzi",
    "what_from": "Co przychodzi od {company}",
    "saved": "Zapisano. Wiadomość, która jest już w drodze, może jeszcze dotrzeć.",
    "gone": (
        "Nowości i oferty już nie przychodzą. Aby otrzymywać je ponownie, należy zapisać się na "
        "naszej stronie."
    ),
    "what_about": "O czym",
    "how_often": "Jak często, najwyżej",
    "whenever": "Kiedy tylko coś jest",
    "weekly": "Raz w tygodniu",
    "monthly": "Raz w miesiącu",
    "a_pause": "Przerwa",
    "until": "Do {day}, zgodnie z wyborem",
    "no_pause_more": "Bez dalszej przerwy",
    "no_pause": "Bez przerwy",
    "month_1": "1 miesiąc od teraz",
    "month_2": "2 miesiące od teraz",
    "month_3": "3 miesiące od teraz",
    "measuring": "Pomiary",
    "untracked": "Nie zapisuj, które wiadomości otwieram i które linki klikam",
    "save": "Zapisz",
    "nothing_at_all": "Zupełnie nic",
    "no_topic": "Żadnych nowości i ofert, na żaden temat.",
    "from_everything": "Wypisz mnie ze wszystkiego",
    "your_answer": "Odpowiedź",
    "thank_you": "Dziękujemy",
    "your_answer_is": "Odpowiedź:",
    "choose_one": "Prosimy wybrać jedną.",
    "send_answer": "Wyślij odpowiedź",
}
