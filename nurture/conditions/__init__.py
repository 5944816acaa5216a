"""Conditions: the one door to CEL."""

from nurture.conditions.asking import Conditions
from nurture.conditions.names import Steps
from nurture.conditions.problems import Problem

__all__ = ["Conditions", "Problem", "Steps"]
