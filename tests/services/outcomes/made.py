"""Made-up leads with outcomes, as a file: three columns matter, one knows too much, others are noise."""

from __future__ import annotations

import csv
from math import exp
from pathlib import Path
from random import Random

HEADER = (
    "Lead Number",
    "Job",
    "Region",
    "Minutes on site",
    "Opted out",
    "Sales notes",
    "Old score",
    "Created",
    "Won",
)
JOBS = {"Manager": 1.6, "Student": -1.8, "Analyst": 0.0}


def file(path: Path, count: int = 900, seed: int = 5, won: str = "") -> Path:
    """``won``: what all outcomes say; empty: as the leads deserve."""
    random = Random(seed)
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(HEADER)
        for number in range(count):
            job, minutes = random.choice(list(JOBS)), random.randint(0, 40)
            odds = JOBS[job] + 0.12 * (minutes - 20)
            yes = random.random() < 1 / (1 + exp(-odds))
            row = [number, job, random.choice(["North", "South", ""]), minutes, random.choice(["Yes", "No"])]
            row += ["signed" if yes else "no answer", random.randint(0, 9) + 3 * yes if number % 2 else ""]
            writer.writerow([*row, f"2026-{1 + number % 4:02d}-05", won or ("yes" if yes else "no")])
    return path
