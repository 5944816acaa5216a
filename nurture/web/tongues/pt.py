"""The pages behind our links, in Portuguese."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "skip": "Ir para o conteúdo",
    "close": "Pode fechar esta página.",
    "link": "Link",
    "nothing_here": "Não há nada aqui",
    "leads_nowhere": (
        "Este link não leva a lugar nenhum, ou já não leva. Se o digitou, verifique se está completo."
    ),
    "cut": "Este link não está completo",
    "unchanged": "Nada foi alterado.",
    "cut_why": (
        "Um programa de e-mail pode ter cortado o link: copie-o inteiro do e-mail para o seu "
        "navegador, ou responda ao e-mail e diga-nos o que deseja."
    ),
    "unsubscribe": "Cancelar a inscrição",
    "unsubscribed": "A sua inscrição foi cancelada",
    "no_more": (
        "Não receberá mais estes e-mails. Um que já esteja a caminho ainda pode chegar. Se "
        "chegarem outros, responda a um deles e diga-nos: um programa de e-mail pode ter cortado "
        "o link."
    ),
    "sure": "Não quer receber mais estes e-mails?",
    "yes_unsubscribe": "Sim, cancelar a minha inscrição",
    "rather_fewer": "Prefiro receber menos, ou fazer uma pausa",
    "what_title": "O que recebe de nós",
    "what_from": "O que recebe de {company}",
    "saved": "Guardado. Um e-mail que já esteja a caminho ainda pode chegar.",
    "gone": (
        "Já não recebe novidades nem ofertas nossas. Para voltar a recebê-las, inscreva-se no nosso site."
    ),
    "what_about": "Sobre o quê",
    "how_often": "Com que frequência, no máximo",
    "whenever": "Sempre que houver algo",
    "weekly": "Uma vez por semana",
    "monthly": "Uma vez por mês",
    "a_pause": "Uma pausa",
    "until": "Até {day}, como escolhido",
    "no_pause_more": "Sem mais pausa",
    "no_pause": "Sem pausa",
    "month_1": "1 mês a partir de agora",
    "month_2": "2 meses a partir de agora",
    "month_3": "3 meses a partir de agora",
    "measuring": "Medição",
    "untracked": "Não registar que e-mails abro nem que links sigo",
    "save": "Guardar",
    "nothing_at_all": "Nada mesmo",
    "no_topic": "Sem mais novidades nem ofertas, sobre nenhum assunto.",
    "from_everything": "Cancelar todas as inscrições",
    "your_answer": "A sua resposta",
    "thank_you": "Obrigado",
    "your_answer_is": "A sua resposta:",
    "choose_one": "Escolha uma, por favor.",
    "send_answer": "Enviar a minha resposta",
}
