"""The self-diagnostics behind each figure: by whom and where, and when it was."""

from django.db.models import Q

from diagnostics.models import Diagnostic, DiagnosticQuerySet
from figures.definition import Filters


def asked(filters: Filters) -> DiagnosticQuerySet:
    """By whom and where, whenever it was."""
    wanted = Q(programme=filters.programme) & filters.known("recorded_at")
    if filters.campaign is not None:
        wanted &= Q(campaign=filters.campaign)
    if filters.cities is not None:
        wanted &= Q(city__in=filters.cities)
    if filters.sub_sector is not None:
        wanted &= Q(sub_sector=filters.sub_sector)
    return Diagnostic.objects.filter(wanted)


def started_rows(filters: Filters) -> DiagnosticQuerySet:
    return asked(filters).filter(filters.happened("started_at"))


def completed_rows(filters: Filters) -> DiagnosticQuerySet:
    return asked(filters).filter(filters.happened("completed_at"))


def counting_rows(filters: Filters) -> DiagnosticQuerySet:
    """One a shop and campaign: the latest completed by then; in a period by the day of its result."""
    by_then = Diagnostic.objects.filter(filters.known("recorded_at"), completed_at__lte=filters.as_of)
    return completed_rows(filters).counting(by_then)
