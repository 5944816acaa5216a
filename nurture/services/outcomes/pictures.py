"""The pictures of a backtest, as SVG that needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from nurture.domain.backtest.measures import Scored, Tenth, curve
from nurture.domain.intervals import interval

WIDE, HIGH, LEFT, BELOW, ABOVE = 460, 300, 56, 40, 14
BLUE, ORANGE, GREY, PALE = "#2563a8", "#c2570c", "#6b7280", "#e5e7eb"
MOST_POINTS = 200


def roc(scored: Sequence[Scored], old: Sequence[Scored] = (), word: str = "won") -> str:
    """``old``: another score, on those leads that have one."""
    parts = [
        *_frame("of the others, this share reaches the score", f"of those who were {word}"),
        *_shares(),
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="{GREY}" stroke-dasharray="4 4"/>',
        _label(_x(0.55), _y(0.48), "a coin", GREY),
    ]
    if old:
        parts += [_curve(old, ORANGE), _label(_x(0.97), _y(0.1), "the old score", ORANGE, "end")]
    parts += [_curve(scored, BLUE), _label(_x(0.97), _y(0.04), "this policy", BLUE, "end")]
    return _svg("How well the score tells winners from the rest", parts)


def _curve(scored: Sequence[Scored], colour: str) -> str:
    points = curve(scored)
    kept = [*points[:: max(1, len(points) // MOST_POINTS)], points[-1]]
    line = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in kept)
    return f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.5"/>'


def lift(tenths: Sequence[Tenth], base: float, word: str = "won") -> str:
    most = max(1.0, *(one.won / one.leads for one in tenths))
    wide = (WIDE - LEFT - 10) / len(tenths)
    parts = list(_frame("tenths of the leads, the highest scores first", word))
    for place, one in enumerate(tenths):
        rate = one.won / one.leads / most
        x = LEFT + place * wide
        parts.append(
            f'<rect x="{x + 4:.1f}" y="{_y(rate):.1f}" width="{wide - 8:.1f}" '
            f'height="{_y(0) - _y(rate):.1f}" fill="{BLUE}"/>'
        )
        parts.append(_label(x + wide / 2, _y(rate) - 4, f"{one.won / one.leads:.0%}", "#111827", "middle"))
    parts.append(f'<line x1="{LEFT}" x2="{_x(1)}" y1="{_y(base / most)}" y2="{_y(base / most)}" '
                 f'stroke="{ORANGE}" stroke-width="2"/>')  # fmt: skip
    parts.append(_label(_x(1), _y(base / most) - 5, f"all leads {base:.0%}", ORANGE, "end"))
    return _svg("How many are won, by tenths of the score", parts)


def calibration(tenths: Sequence[Tenth], word: str = "won") -> str:
    parts = [*_frame("foretold by the score", f"{word}, with 95 % intervals"), *_shares()]
    parts.append(
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="{GREY}" stroke-dasharray="4 4"/>'
    )
    for one in tenths:
        x, (low, high) = _x(one.expected / one.leads), interval(one.won, one.leads)
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_y(low):.1f}" y2="{_y(high):.1f}" stroke="{BLUE}"/>'
        )
        parts.append(f'<circle cx="{x:.1f}" cy="{_y(one.won / one.leads):.1f}" r="4" fill="{BLUE}"/>')
    return _svg("Whether the chances were true", parts)


def spread(scored: Sequence[Scored], threshold: float, word: str = "won") -> str:
    """Scores of winners and of the others, each as shares of their own."""
    low, high = min(score for score, _ in scored), max(score for score, _ in scored)
    step = max(1.0, (high - low) / 24)
    counts = [[0, 0] for _ in range(int((high - low) / step) + 1)]
    for score, won in scored:
        counts[int((score - low) / step)][won] += 1
    most = max(max(count) for count in counts) or 1
    wide = (WIDE - LEFT - 10) / len(counts)
    parts = list(_frame("points", "leads"))
    for place, both in enumerate(counts):
        for which, colour in ((0, GREY), (1, BLUE)):
            tall = (HIGH - BELOW - ABOVE) * both[which] / most
            x = LEFT + place * wide + which * wide / 2
            parts.append(f'<rect x="{x:.1f}" y="{_y(0) - tall:.1f}" width="{wide / 2 - 0.5:.1f}" '
                         f'height="{tall:.1f}" fill="{colour}"/>')  # fmt: skip
    at = LEFT + (threshold - low) / step * wide
    if LEFT <= at <= WIDE:
        parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{ABOVE}" y2="{_y(0)}" stroke="{ORANGE}" '
                     'stroke-width="2"/>')  # fmt: skip
        parts.append(_label(at + 4, ABOVE + 10, f"{threshold:g}", ORANGE))
    parts.append(_label(WIDE - 14, ABOVE + 10, word, BLUE, "end"))
    parts.append(_label(WIDE - 14, ABOVE + 24, "the others", GREY, "end"))
    parts.append(_label(LEFT, HIGH - 22, f"{low:g}", GREY, "middle"))
    parts.append(_label(WIDE - 14, HIGH - 22, f"{high:g}", GREY, "middle"))
    return _svg("Scores of winners (blue) and of the others (grey)", parts)


def _x(share: float) -> float:
    return LEFT + share * (WIDE - LEFT - 10)


def _y(share: float) -> float:
    return HIGH - BELOW - share * (HIGH - BELOW - ABOVE)


def _frame(below: str, beside: str) -> Iterator[str]:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield f'<line x1="{LEFT}" x2="{_x(1)}" y1="{_y(share)}" y2="{_y(share)}" stroke="{PALE}"/>'
    yield _label((LEFT + WIDE) / 2, HIGH - 6, below, GREY, "middle")
    yield (f'<text transform="translate(12 {HIGH / 2}) rotate(-90)" text-anchor="middle" '
           f'font-size="12" fill="{GREY}">{escape(beside)}</text>')  # fmt: skip


def _shares() -> Iterator[str]:
    """0 to 100 percent along both sides."""
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield _label(LEFT - 4, _y(share) + 4, f"{share:.0%}", GREY, "end")
        yield _label(_x(share), _y(0) + 14, f"{share:.0%}", GREY, "end" if share == 1 else "middle")


def _label(x: float, y: float, text: str, colour: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" fill="{colour}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def _svg(title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )
