"""Faults a mail server may show, drawn so that one seed always brings the same ones."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from random import Random


def _nobody(_recipient: str) -> bool:
    return False


@dataclass(frozen=True)
class Faults:
    """Each a probability from 0 to 1, drawn anew for every try of a recipient."""

    drop_at_rcpt: float = 0.0
    defer_at_rcpt: float = 0.0
    """450."""
    defer_after_data: float = 0.0
    """451 to the final dot."""
    drop_before_accept: float = 0.0
    accept_then_drop: float = 0.0
    refuse: Callable[[str], bool] = _nobody
    """Recipients who do not exist: 550."""
    seed: int = 0


NAMES = [field.name for field in fields(Faults) if field.type in (float, "float")]


def parse_faults(text: str, faults: Faults) -> Faults:
    """From "drop-at-rcpt=0.02,defer-at-rcpt=0.04". Raises ValueError."""
    chances = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = part.partition("=")
        if name.replace("-", "_") not in NAMES:
            raise ValueError(f"{name} is not a fault; there are {', '.join(NAMES).replace('_', '-')}")
        chances[name.replace("-", "_")] = float(value)
    return replace(faults, **chances)  # type: ignore[arg-type]


class Dice:
    """Drawn from seed, recipient and try, so that the order of arrival changes nothing."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._tries: Counter[str] = Counter()

    def next_try(self, recipient: str) -> None:
        self._tries[recipient] += 1

    def falls(self, fault: str, recipient: str) -> bool:
        chance: float = getattr(self._faults, fault)
        if not chance:
            return False
        return Random(f"{self._faults.seed}/{fault}/{recipient}/{self._tries[recipient]}").random() < chance
