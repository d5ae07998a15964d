"""Figures over what participants answered, and over what they asked for on signed slips: the two are never joined."""

from collections.abc import Sequence

from figures.definition import Definition
from surveys.figures import answers, slips

FIGURES: Sequence[Definition] = (*answers.FIGURES, *slips.FIGURES)
