"""Broken files about chance, measures, codes and purposes."""

from tests.authoring.good import steps

SPLIT: dict[str, tuple[str, str]] = {
    "offer-first": steps("""\
        - send: hello
          purpose: offer
        - wait: 3d
        - send: question
          purpose: educate
        - end: done
        """),
}
