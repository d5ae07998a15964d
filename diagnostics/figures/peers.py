"""What a shop is compared with: the mean profile of its peers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import batched
from typing import Any

from django.db.models import Count, IntegerField, Min, QuerySet, Sum, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, TruncDate
from django.utils.translation import gettext as _

from diagnostics.models import Diagnostic, DiagnosticQuerySet
from figures.disclosure import may_publish
from figures.figure import Figure


@dataclass(frozen=True, slots=True)
class Profile:
    """The mean score of each dimension over `n` shops, the first of them completed on `since`."""

    n: int
    since: date | None
    dimensions: Mapping[str, Figure]


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
    """The mean of the scores shown (0 to 100), by dimension, over one diagnostic a shop, from a row of `summed` over the same ones.

    None when fewer shops than the floor have one. A dimension to which too few shops answered has no value.
    """
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
