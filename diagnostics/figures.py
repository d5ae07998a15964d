"""Figures over diagnostics: each is one function, with its definition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import batched
from typing import Any

from django.db.models import Count, IntegerField, Min, Q, QuerySet, Sum, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from diagnostics.models import Diagnostic, DiagnosticQuerySet
from figures.disclosure import may_publish
from figures.figure import Figure
from trainings.models import Session


@dataclass(frozen=True, slots=True)
class Profile:
    """The mean score of each dimension over `n` shops, the first of them completed on `since`."""

    n: int
    since: date | None
    dimensions: Mapping[str, Figure]


def mean_profile(diagnostics: DiagnosticQuerySet, dimensions: Iterable[str]) -> Profile | None:
    """The mean of the scores shown (0 to 100), by dimension, over one diagnostic a shop.

    None when fewer shops than the floor have one. A dimension to which too few shops answered has no value.
    """
    codes = tuple(dimensions)
    return profile_in(summed(diagnostics, codes).get(), codes)


def summed(diagnostics: DiagnosticQuerySet, codes: Iterable[str]) -> "QuerySet[Diagnostic, tuple[Any, ...]]":
    """The one row from which `profile_in` reads the means: shops, first day, then each dimension's sum and number."""
    columns: list[Sum | Count] = []
    for code in codes:
        score = KT(f"profile__{code}")
        columns += [Sum(Cast(score, IntegerField())), Count(score)]
    together = diagnostics.counting().order_by().annotate(together=Value(1)).values_list("together")
    return together.annotate(
        n=Count("pk"),
        since=TruncDate(Min("completed_at")),
        **{f"column_{i}": column for i, column in enumerate(columns)},
    )


def profile_in(row: tuple[Any, ...], codes: Iterable[str]) -> Profile | None:
    """What `mean_profile` says, from a row of `summed` over the same dimensions."""
    _together, n, since, *columns = row
    if not may_publish(n):
        return None
    means = zip(codes, batched(columns, 2), strict=True)
    return Profile(n, since, {code: _mean(total, number, since) for code, (total, number) in means})


def _mean(total: int | None, n: int, since: date | None) -> Figure:
    return Figure(
        name=_("Mean score of a dimension"),
        definition=_("Mean of the scores out of 100 of the latest completed diagnostic of each shop in its campaign."),
        unit=_("points out of 100"),
        value=Fraction(total, n) if total is not None and may_publish(n) else None,
        n=n,
        since=since,
    )


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
