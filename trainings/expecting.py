"""How many will come, by how many came before."""

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Q

from trainings.models import Registration, Session

# Fewer registrations than this say nothing about the next session.
ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Outlook:
    """What speaks for holding a session: the seats registered and wanted; and of the people who were registered in the
    sessions of its kind held before, how many came at least once."""

    registered: int
    minimum: int
    sessions: int
    people: int
    came: int

    @property
    def is_known(self) -> bool:
        return self.people >= ENOUGH

    @property
    def rate(self) -> Fraction:
        """The share who come; 1 while too few are known."""
        return Fraction(self.came, self.people) if self.is_known else Fraction(1)

    @property
    def expected(self) -> int:
        """Seats registered times the share who come, in whole ones, half up."""
        return int(self.registered * self.rate + Fraction(1, 2))


def outlook_of(session: Session) -> Outlook:
    before = Registration.objects.held_like(session).aggregate(
        sessions=Count("session", distinct=True),
        people=Count("pk", distinct=True),
        came=Count("pk", distinct=True, filter=Q(attendances__is_present=True)),
    )
    registered = Registration.objects.registered().filter(session=session).seats()
    return Outlook(registered, session.minimum, **before)
