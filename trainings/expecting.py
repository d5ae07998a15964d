"""How many will come, by how many came before."""

from fractions import Fraction

from django.db.models import Exists, OuterRef

from trainings.models import Attendance, Registration, Session

# Fewer registrations than this say nothing about the next session.
ENOUGH = 20


def show_rate(session: Session) -> Fraction:
    """The share of those registered who came at least once, in the sessions of this kind held before; 1 while few are known."""
    held = Registration.objects.registered().filter(
        session__programme=session.programme_id, session__kind=session.kind, session__state=Session.State.HELD
    )
    registered = held.count()
    if registered < ENOUGH:
        return Fraction(1)
    came = Attendance.objects.filter(registration=OuterRef("pk"), is_present=True)
    return Fraction(held.filter(Exists(came)).count(), registered)


def expected(session: Session) -> int:
    """Seats registered times the share who come, in whole people, half up."""
    seats = Registration.objects.registered().filter(session=session).seats()
    return int(seats * show_rate(session) + Fraction(1, 2))
