"""Heads: the person of a registration, and the helper who came along."""

from typing import Any

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from figures.definition import Filters
from trainings.models import Attendance, AttendanceMark, Registration

# Of one registration the person and the helper are two.
HEAD = F("registration") * 2 + Cast("is_helper", IntegerField())


def present(filters: Filters) -> QuerySet[Attendance] | QuerySet[AttendanceMark]:
    """Rows of heads that were there on a date; as far as the portal knew it at `known_at`, by the marks that stood then."""
    if filters.known_at is None:
        return Attendance.objects.filter(is_present=True)
    standing = Q(withdrawn_at=None) | Q(withdrawn_at__gt=filters.known_at)
    return AttendanceMark.objects.filter(standing, is_present=True, recorded_at__lte=filters.known_at)


def has_come(filters: Filters) -> Exists:
    """For rows of registrations: the person or the helper was there."""
    return Exists(present(filters).filter(registration=OuterRef("pk")))


def registrations_of(rows: QuerySet[Any]) -> QuerySet[Registration]:
    """What staff look at behind heads."""
    return Registration.objects.filter(pk__in=rows.order_by().values("registration"))
