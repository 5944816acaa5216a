"""The pages behind our links, in Spanish."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "skip": "Ir al contenido",
    "close": "Puede cerrar esta página.",
    "link": "Enlace",
    "nothing_here": "Aquí no hay nada",
    "leads_nowhere": (
        "Este enlace no lleva a ninguna parte, o ya no. Si lo ha escrito a mano, compruebe que esté completo."
    ),
    "cut": "Este enlace no está completo",
    "unchanged": "No se ha cambiado nada.",
    "cut_why": (
        "Quizá un programa de correo cortó el enlace: cópielo entero del correo en su "
        "navegador, o responda al correo y díganos qué desea."
    ),
    "unsubscribe": "Darse de baja",
    "unsubscribed": "Se ha dado de baja",
    "no_more": (
        "Ya no recibirá estos correos. Uno que ya esté en camino todavía puede llegar. Si "
        "llegaran otros, responda a uno de ellos y díganoslo: quizá un programa de correo cortó "
        "el enlace."
    ),
    "sure": "¿Desea dejar de recibir estos correos?",
    "yes_unsubscribe": "Sí, darme de baja",
    "rather_fewer": "Prefiero recibir menos, o hacer una pausa",
    "what_title": "Lo que recibe de nosotros",
    "what_from": "Lo que recibe de {company}",
    "saved": "Guardado. Un correo que ya esté en camino todavía puede llegar.",
    "gone": (
        "Ya no recibe noticias ni ofertas nuestras. Para volver a recibirlas, inscríbase en "
        "nuestro sitio web."
    ),
    "what_about": "Sobre qué",
    "how_often": "Con qué frecuencia, como máximo",
    "whenever": "Siempre que haya algo",
    "weekly": "Una vez por semana",
    "monthly": "Una vez al mes",
    "a_pause": "Una pausa",
    "until": "Hasta el {day}, como eligió",
    "no_pause_more": "Sin pausa a partir de ahora",
    "no_pause": "Sin pausa",
    "month_1": "1 mes desde ahora",
    "month_2": "2 meses desde ahora",
    "month_3": "3 meses desde ahora",
    "measuring": "Medición",
    "untracked": "No anotar qué correos abro ni qué enlaces sigo",
    "save": "Guardar",
    "nothing_at_all": "Nada en absoluto",
    "no_topic": "Ni noticias ni ofertas, sobre ningún tema.",
    "from_everything": "Darse de baja de todo",
    "your_answer": "Su respuesta",
    "thank_you": "Gracias",
    "your_answer_is": "Su respuesta:",
    "choose_one": "Elija una, por favor.",
    "send_answer": "Enviar mi respuesta",
}
