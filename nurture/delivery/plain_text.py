"""The plain text of a mail, made of its HTML."""

import re

from inscriptis import get_text
from lxml import html as lxml_html


def as_text(html: str) -> str:
    if not html.strip():
        return ""
    document = lxml_html.document_fromstring(html)
    for link in document.iter("a"):
        url = link.get("href") or ""
        if url.startswith(("http://", "https://")) and url != link.text_content().strip():
            link.tail = f" ({url}){link.tail or ''}"
    written = lxml_html.tostring(document, encoding="unicode")
    # Inscriptis resolves entities once more than HTML does.
    return str(get_text(written.replace("&", "&amp;")))


def tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
