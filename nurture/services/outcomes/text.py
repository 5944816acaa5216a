"""A backtest in words and figures for a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nurture.domain.backtest.measures import Auc, Tenth
from nurture.domain.intervals import interval as between
from nurture.services.outcomes.backtesting import Report

FEW = 5
"""Leads of whom a rate says nothing."""


def told(report: Report) -> Iterator[str]:
    yield f"{report.leads:,} leads with outcomes, {report.won:,} {report.word} ({percent(report.base)})."
    if report.without and report.dated:
        yield f"{report.without:,} more were handed over and have no outcome yet."
    elif report.without:
        yield f"{report.without:,} rows have no outcome and are left out."
    yield from taken_for_lost(report.lost_as)
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


def taken_for_lost(found: Mapping[str, int]) -> Iterator[str]:
    """Where several things stand for it, some of them may mean that nothing is decided yet."""
    if len(found) > 1:
        listed = ", ".join(f"`{value}` {count:,}" for value, count in found.items())
        yield f"Taken for lost: {listed}. If some of them are still open, name the others with --lost."


def _more(report: Report) -> Iterator[str]:
    if report.cells:
        yield "\nBy cell of the matrix:"
        for one in report.cells:
            yield f"  {one.name}  {one.why:<11} {share(one.won, one.leads)} {report.word}"
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


def share(counted: int, of: int) -> str:
    """``12 of 40, 30% (95 %: 18% to 45%)``; of very few only how many."""
    if of < FEW:
        return f"{counted:,} of {of:,}"
    low, high = between(counted, of)
    return f"{counted:,} of {of:,}, {percent(counted / of)} (95 %: {percent(low)} to {percent(high)})"


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
