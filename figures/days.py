"""When the days of the calendar here begin and end."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

NEXT, JUST_BEFORE = timedelta(days=1), timedelta(microseconds=1)


def midnight(day: date) -> datetime:
    """The first moment of the day."""
    return timezone.make_aware(datetime.combine(day, time()))


def end_of(day: date) -> datetime:
    """The last moment of the day."""
    return midnight(day + NEXT) - JUST_BEFORE
