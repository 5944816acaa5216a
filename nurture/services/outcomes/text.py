"""A backtest in words and figures for a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nurture.domain.backtest.measures import Auc, Tenth
from nurture.services.outcomes.backtesting import Report


def told(report: Report) -> Iterator[str]:
    yield f"{report.leads:,} leads with outcomes, {report.won:,} {report.word} ({percent(report.base)})."
    if report.without and report.dated:
        yield f"{report.without:,} more were handed over and have no outcome yet."
    elif report.without:
        yield f"{report.without:,} rows have no outcome and are left out."
    if report.few:
        yield "So few tell little: look at the intervals, not at the figures."
    yield ""
    yield f"AUC {interval(report.auc)}"
    yield f"  {words(report.auc, report.word)}"
    if report.old:
        old, new = report.old
        yield f"The old score, on the {old.won + old.lost:,} leads that have one: AUC {interval(old)}."
        yield f"  This policy on the same leads: {interval(new)}."
    at, top, word = report.threshold, report.tenths[0], report.word
    name = "the best threshold" if report.named == "best" else report.named
    yield ""
    yield f"From {at.threshold:g} points, {name}: {at.reached:,} leads, {percent(at.precision)} of them"
    yield f"  {word} (precision); {percent(at.recall)} of all who were {word} are among them (recall)."
    yield f"The best tenth is {word} {top.won / top.leads / report.base:.1f} times as often as all: lift."
    yield ""
    yield f"   points         leads {report.word:>8}   rate   lift   foretold"
    yield from (tenth_line(one, report.base) for one in report.tenths)
    yield f"  The chances are off by {report.brier:.3f} (Brier; always saying {percent(report.base)} would be"
    yield f"  off by {report.base * (1 - report.base):.3f})."
    yield from _more(report)


def _more(report: Report) -> Iterator[str]:
    if report.cells:
        yield "\nBy cell of the matrix:"
        for one in report.cells:
            yield f"  {one.name}  {one.why:<11} {one.leads:>7,} leads, {percent(one.rate):>5} {report.word}"
    if report.months:
        yield "\nBy month:"
        for one in report.months:
            yield f"  {one.name} {one.leads:>7,} leads, AUC {interval(one.auc) if one.auc else '-'}"
    if report.silent:
        yield f"\nNothing is known of these rules, which count nothing: {', '.join(report.silent)}."
    for leak in report.leaks:
        yield f"\nWarning: `{leak.column}` may know the outcome: {leak.why}."


def tenth_line(one: Tenth, base: float) -> str:
    rate = one.won / one.leads
    points = f"{one.low:g} to {one.high:g}"
    return (
        f"  {points:>12} {one.leads:>8,} {one.won:>8,} {percent(rate):>6} {rate / base:>6.1f}"
        f" {percent(one.expected / one.leads):>10}"
    )


def interval(found: Auc) -> str:
    return f"{found.value:.3f} (95 %: {found.low:.3f} to {found.high:.3f})"


def words(found: Auc, word: str = "won") -> str:
    return (
        f"Of a lead who was {word} and one who was not, the score puts the right one first in "
        f"{found.value:.0%} of the cases."
    )


def percent(rate: float) -> str:
    return f"{rate:.0%}"


def as_json(report: Report) -> dict[str, Any]:
    old, at = report.old, report.threshold
    return {
        "leads": report.leads,
        "won": report.won,
        "without_outcome": report.without,
        "auc": _auc(report.auc),
        "old_score": {"auc": _auc(old[0]), "this_policy": _auc(old[1])} if old else None,
        "threshold": {
            "points": at.threshold,
            "name": report.named,
            "reached": at.reached,
            "precision": at.precision,
            "recall": at.recall,
        },
        "brier": report.brier,
        "tenths": [
            {
                "from": one.low,
                "to": one.high,
                "leads": one.leads,
                "won": one.won,
                "lift": one.won / one.leads / report.base,
                "foretold": one.expected / one.leads,
            }
            for one in report.tenths
        ],
        "cells": {one.name: {"leads": one.leads, "won": one.won, "means": one.why} for one in report.cells},
        "months": {one.name: {"leads": one.leads, "auc": _auc(one.auc)} for one in report.months},
        "leaks": {one.column: one.why for one in report.leaks},
        "says_nothing_of": list(report.silent),
    }


def _auc(found: Auc | None) -> dict[str, float] | None:
    return {"value": found.value, "low": found.low, "high": found.high} if found else None
