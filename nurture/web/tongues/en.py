"""The pages behind our links, in English."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "skip": "Skip to the content",
    "close": "You can close this page.",
    "link": "Link",
    "nothing_here": "There is nothing here",
    "leads_nowhere": (
        "This link leads nowhere, or no longer does. If you typed it, look whether it is complete."
    ),
    "cut": "This link is not complete",
    "unchanged": "Nothing was changed.",
    "cut_why": (
        "A mail program may have cut the link: copy the whole of it from the mail into your "
        "browser, or answer the mail and say what you want."
    ),
    "unsubscribe": "Unsubscribe",
    "unsubscribed": "You are unsubscribed",
    "no_more": (
        "You will get no more of these mails. One that is on its way already may still come. "
        "Should others come too, answer one of them and say so: a mail program may have cut the "
        "link."
    ),
    "sure": "Do you want to get no more of these mails?",
    "yes_unsubscribe": "Yes, unsubscribe me",
    "rather_fewer": "Rather get fewer of them, or pause",
    "what_title": "What you get from us",
    "what_from": "What you get from {company}",
    "saved": "Saved. A mail that is on its way already may still come.",
    "gone": "You get no news and offers from us any more. To get them again, sign up on our site.",
    "what_about": "What about",
    "how_often": "How often, at most",
    "whenever": "Whenever there is something",
    "weekly": "Once a week",
    "monthly": "Once a month",
    "a_pause": "A pause",
    "until": "Until {day}, as chosen",
    "no_pause_more": "No pause any more",
    "no_pause": "No pause",
    "month_1": "1 month from now",
    "month_2": "2 months from now",
    "month_3": "3 months from now",
    "measuring": "Measuring",
    "untracked": "Do not note which mails I open and which links I follow",
    "save": "Save",
    "nothing_at_all": "Nothing at all",
    "no_topic": "No news and offers any more, about no topic.",
    "from_everything": "Unsubscribe from everything",
    "your_answer": "Your answer",
    "thank_you": "Thank you",
    "your_answer_is": "Your answer:",
    "choose_one": "Please choose one.",
    "send_answer": "Send my answer",
}
