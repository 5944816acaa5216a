"""Variants of a send that differ in nothing but the subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from nurture.delivery.source import MessageSource
from nurture.domain.steps.send import Send


def titled(source: MessageSource, step: Send, variant: str) -> MessageSource:
    subject = step.subjects.get(variant)
    return source if subject is None else replace(source, subject=subject)


def sources_of(step: Send, sources: Mapping[str, MessageSource]) -> Iterator[tuple[str, MessageSource]]:
    """What leads may get of the step: the message, or each of its variants, as far as they are there."""
    for name in tuple(step.variants) or (step.message,):
        if (source := sources.get(step.text_of(name))) is not None:
            yield name, titled(source, step, name)
