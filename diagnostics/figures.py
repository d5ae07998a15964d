"""Figures over diagnostics: each is one function, with its definition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, IntegerField, Min, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, TruncDate
from django.utils.translation import gettext as _

from diagnostics.models import DiagnosticQuerySet
from figures.disclosure import may_publish
from figures.figure import Figure


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
    codes = list(dimensions)
    columns: dict[str, Sum | Count] = {
        f"sum_{i}": Sum(Cast(KT(f"profile__{code}"), IntegerField())) for i, code in enumerate(codes)
    }
    columns |= {f"count_{i}": Count(KT(f"profile__{code}")) for i, code in enumerate(codes)}
    row = diagnostics.counting().aggregate(n=Count("pk"), since=TruncDate(Min("completed_at")), **columns)
    if not may_publish(row["n"]):
        return None
    means = {code: _mean(row[f"sum_{i}"], row[f"count_{i}"], row["since"]) for i, code in enumerate(codes)}
    return Profile(row["n"], row["since"], means)


def _mean(total: int | None, n: int, since: date | None) -> Figure:
    return Figure(
        name=_("Mean score of a dimension"),
        definition=_("Mean of the scores out of 100 of the latest completed diagnostic of each shop in its campaign."),
        unit=_("points out of 100"),
        value=Fraction(total, n) if total is not None and may_publish(n) else None,
        n=n,
        since=since,
    )
