"""Self-diagnostics started and completed, and how long they take."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, DateTimeField, F, Func, IntegerField, Q
from django.db.models.functions import Cast, Floor
from django.utils.translation import gettext_lazy as _

from diagnostics.models import Diagnostic, DiagnosticQuerySet
from figures.counting import Counting, Distribution, Histogram, by_time, median_of, number_of
from figures.definition import Definition, Filters, Unit, Value, share

OF_DIAGNOSTICS = frozenset({"campaign", "cities", "sub_sector", "since", "until"})
BREAKDOWNS = ("month", "quarter", "campaign", "city", "grouping", "sub_sector")
OWN = {"campaign": "campaign", "city": "city", "sub_sector": "sub_sector"}
SECONDS = Cast(
    Floor(
        Func(
            F("completed_at") - F("started_at"),
            template="EXTRACT(EPOCH FROM %(expressions)s)",
            output_field=DateTimeField(),
        )
    ),
    IntegerField(),
)


def asked(filters: Filters) -> DiagnosticQuerySet:
    """By whom and where, whenever it was."""
    wanted = Q(programme=filters.programme) & filters.known("recorded_at")
    if filters.campaign is not None:
        wanted &= Q(campaign=filters.campaign)
    if filters.cities is not None:
        wanted &= Q(city__in=filters.cities)
    if filters.sub_sector is not None:
        wanted &= Q(sub_sector=filters.sub_sector)
    return Diagnostic.objects.filter(wanted).with_labels()


def started_rows(filters: Filters) -> DiagnosticQuerySet:
    return asked(filters).filter(filters.happened("started_at"))


def completed_rows(filters: Filters) -> DiagnosticQuerySet:
    return asked(filters).filter(filters.happened("completed_at"))


def _in_minutes(histogram: Histogram) -> Value:
    found = median_of(histogram)
    return replace(found, value=None if found.value is None else found.value / 60)


def _of_the_started(filters: Filters) -> DiagnosticQuerySet:
    return started_rows(filters).annotate(has_ended=Q(completed_at__lte=filters.as_of))


STARTED = number_of(started_rows, paths={**OWN, **by_time("started_at")})
COMPLETED = number_of(completed_rows, paths={**OWN, **by_time("completed_at")})
FINISHED = Counting(
    _of_the_started,
    {"ended": Count("pk", filter=Q(has_ended=True)), "n": Count("pk")},
    lambda row: share(row["ended"], row["n"]),
    {**OWN, **by_time("started_at")},
)
MINUTES = Distribution(completed_rows, SECONDS, _in_minutes, {**OWN, **by_time("completed_at")})


def started(filters: Filters) -> Value:
    """Self-diagnostics begun, from 0; n is the same. Source: Diagnostic.started_at."""
    return STARTED.whole(filters)


def completed(filters: Filters) -> Value:
    """Self-diagnostics that have their result, from 0; n is the same. Source: Diagnostic.completed_at."""
    return COMPLETED.whole(filters)


def finished(filters: Filters) -> Value:
    """Those completed by then (numerator) of those begun in the period (denominator, n), a ratio from 0 to 1; None without any.
    Source: Diagnostic."""
    return FINISHED.whole(filters)


def minutes(filters: Filters) -> Value:
    """Minutes from the start to the result, in whole seconds: the one in the middle; n counts those completed, None without any.
    Source: Diagnostic."""
    return MINUTES.whole(filters)


def _define(code: str, counting: Counting | Distribution, **said: Any) -> Definition:
    given: Mapping[str, Any] = {"unit": Unit.COUNT, "rows": completed_rows, **said}
    return Definition(code=code, split=counting.parts, accepts=OF_DIAGNOSTICS, breakdowns=BREAKDOWNS, **given)


FIGURES: Sequence[Definition] = (
    _define(
        "diagnostics-started",
        STARTED,
        compute=started,
        rows=started_rows,
        name=_("Self-diagnostics started"),
        words=_("Self-diagnostics that were begun, by the day of the beginning; one that is done again counts again."),
        sentence=_("{value} self-diagnostics were started."),
    ),
    _define(
        "diagnostics-completed",
        COMPLETED,
        compute=completed,
        name=_("Self-diagnostics completed"),
        words=_(
            "Self-diagnostics that have their result, by the day of the result; one that is done again counts again."
        ),
        sentence=_("{value} self-diagnostics were completed."),
    ),
    _define(
        "diagnostics-finished",
        FINISHED,
        compute=finished,
        rows=started_rows,
        unit=Unit.SHARE,
        name=_("Self-diagnostics completed, of those started"),
        words=_("Those that have their result by the as-of date, of the self-diagnostics begun in the period."),
        sentence=_("Of {n} self-diagnostics started, {value} were completed."),
    ),
    _define(
        "diagnostic-minutes",
        MINUTES,
        compute=minutes,
        unit=Unit.MINUTES,
        name=_("Time taken for the self-diagnostic"),
        words=_(
            "From the first page to the result, pauses included: half took so long or less. The median, because some come back days later."
        ),
        sentence=_("Half of {n} shops had their result within {value}."),
    ),
)
