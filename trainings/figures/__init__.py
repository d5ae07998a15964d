"""Figures over sessions, who came to them, what they cost and what people wait for: each is one function, with its definition."""

from collections.abc import Sequence

from figures.definition import Definition
from trainings.figures import participants, per_session, registrations, sessions, vouchers, wishes

FIGURES: Sequence[Definition] = (
    *sessions.FIGURES,
    *per_session.FIGURES,
    *registrations.FIGURES,
    *participants.FIGURES,
    *vouchers.FIGURES,
    *wishes.FIGURES,
)
