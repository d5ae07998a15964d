"""What staff look at before they decide: where else people could go, who asked to be told, and when a series is held."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import F

from trainings import finding
from trainings.models import Interest, Session, SessionQuerySet

# Proposed at once; there are seldom more than three.
MOST_PROPOSED = 20


class Every(StrEnum):
    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"


def neighbours(session: Session, seats: int, at: datetime) -> SessionQuerySet:
    """Coming sessions on the same subject with so many free seats, the nearest first."""
    found = Session.objects.to_come(at).filter(programme=session.programme_id, topic=session.topic_id)
    if session.topic_id is None:
        found = found.filter(kind=session.kind)
    roomy = found.filter(seats_taken__lte=F("capacity") - seats).exclude(pk=session.pk)
    return finding.nearest(roomy, session.host)


def interested_in(session: Session) -> int:
    """How many asked to be told of its topic in one of its cities."""
    standing = Interest.objects.standing().filter(topic=session.topic_id, city__in=session.cities.all())
    return standing.count() if session.topic_id else 0


def days_of(first: date, every: Every, times: int) -> list[date]:
    """So many days from the first on. A month on is the same weekday in the same week of the month, else the last one."""
    if every == Every.MONTH:
        return [_months_on(first, number) for number in range(times)]
    step = timedelta(days=7 if every == Every.WEEK else 14)
    return [first + number * step for number in range(times)]


def _months_on(first: date, number: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
    start = date(year, month + 1, 1)
    day = 1 + (first.weekday() - start.weekday()) % 7 + (first.day - 1) // 7 * 7
    return start.replace(day=day if day <= monthrange(year, month + 1)[1] else day - 7)
