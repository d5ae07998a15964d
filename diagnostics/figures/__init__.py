"""Figures over diagnostics: each is one function, with its definition."""

from collections.abc import Sequence

from diagnostics.figures import scores, taking
from diagnostics.figures.peers import Profile, profile_in, summed
from diagnostics.figures.rooms import Taken, taken_in_the_room
from figures.definition import Definition

__all__ = ["FIGURES", "Profile", "Taken", "profile_in", "summed", "taken_in_the_room"]

FIGURES: Sequence[Definition] = (*taking.FIGURES, *scores.FIGURES)
