"""Conditions: the one door to CEL."""

from nurture.conditions.asking import Conditions
from nurture.conditions.names import Steps
from nurture.conditions.problems import Problem
from nurture.conditions.quiet import Quiet

__all__ = ["Conditions", "Problem", "Quiet", "Steps"]
