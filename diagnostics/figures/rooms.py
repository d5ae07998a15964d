"""How many take part in one room."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from diagnostics.models import Diagnostic
from figures.figure import Figure
from trainings.models import Session


@dataclass(frozen=True, slots=True)
class Taken:
    """How many took part in one room."""

    started: Figure
    completed: Figure


def taken_in_the_room(session: Session, at: datetime | None = None) -> Taken:
    """How many self-diagnostics were started by the code of this session until `at`, and how many of them completed.

    Both count self-diagnostics, whole numbers from 0; each counts once, also where it is done again. Nothing is held back for
    being few: they are heads in a room, without an answer or a score. Source: Diagnostic.session.
    """
    moment = at or timezone.now()
    begun = Diagnostic.objects.begun_in(session).filter(started_at__lte=moment)
    row = begun.aggregate(started=Count("pk"), completed=Count("pk", filter=Q(completed_at__lte=moment)))
    until = timezone.localdate(moment)
    return Taken(
        started=_heads(_("Started"), _("Self-diagnostics started by the code of the session."), row["started"], until),
        completed=_heads(_("Completed"), _("Those of them that have their result."), row["completed"], until),
    )


def _heads(name: str, definition: str, count: int, until: date) -> Figure:
    return Figure(
        name=name, definition=definition, unit=_("self-diagnostics"), value=Fraction(count), n=count, until=until
    )
