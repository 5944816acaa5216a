"""Messages that would look or read badly."""

from tests.authoring.good import MESSAGE

FRONT = "---\nsubject: Hello\nlayout: none\n---\n"
FOOT = "\n\n[Leave]({{ unsubscribe_url }}), {{ company.address }}\n"
LOOKS: dict[str, tuple[str, str]] = {
    "image": (MESSAGE, FRONT + '<img src="https://ours.example/a.png">' + FOOT),
    "link": (MESSAGE, FRONT + '<a href="/prices"><img src="https://ours.example/a.png" alt="" width="9"></a>'
             + FOOT),
    "language": ("templates/hello.german.md", FRONT + "Hallo" + FOOT),
    "heading": (MESSAGE, FRONT + "# Hello\n\n### Too deep" + FOOT),
    "contrast": (MESSAGE, FRONT + '<p style="color: #aaaaaa">A quiet word</p>' + FOOT),
    "heavy-mail": (MESSAGE, FRONT + "{% for n in range(900) %}{% for m in range(9) %}" + "word " * 3
                   + "{% endfor %}{% endfor %}" + FOOT),
}  # fmt: skip
