"""Counts of what must not be shown of few, crossed with all cities at once: what is held back is decided over all of them together.

Each is one query over the rows that the figures count; a city of None is that of rows whose city is not known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Aggregate, CharField, Count, Func, IntegerField, JSONField, Sum, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from diagnostics.figures.scores import counting_rows
from figures.definition import Filters
from trainings.figures.participants import heads

type City = int | None
SCORE = "score"


@dataclass(frozen=True, slots=True)
class Mean:
    total: int
    n: int

    def __add__(self, other: "Mean") -> "Mean":
        return Mean(self.total + other.total, self.n + other.n)

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.total, self.n) if self.n else None


NO_MEAN = Mean(0, 0)


def shops_by_family(filters: Filters) -> dict[str, dict[City, int]]:
    """Different shops of the participants, by the code of their family ("" for none) and the shop's own city."""
    shops = heads(filters).filter(registration__business__isnull=False).order_by()
    rows = shops.values_list("registration__business__sub_sector__family__code", "registration__business__city")
    found: dict[str, dict[City, int]] = {}
    for family, city, n in rows.annotate(n=Count("registration__business", distinct=True)):
        found.setdefault(family or "", {})[city] = n
    return found


def scores(filters: Filters) -> dict[str, dict[City, Mean]]:
    """Points and shops by dimension and city; the whole score is that of SCORE."""
    rows = counting_rows(filters).order_by()
    codes = _dimensions(rows)
    columns: dict[str, Aggregate] = {"sum_score": Sum("score"), "n_score": Count("score")}
    for number, code in enumerate(codes):
        score = KT(f"profile__{code}")
        columns |= {f"sum_{number}": Sum(Cast(score, IntegerField())), f"n_{number}": Count(score)}
    found: dict[str, dict[City, Mean]] = {code: {} for code in (SCORE, *codes)}
    by_city: Any = rows.values("city")
    for row in by_city.annotate(**columns):
        found[SCORE][row["city"]] = Mean(row["sum_score"] or 0, row["n_score"])
        for number, code in enumerate(codes):
            found[code][row["city"]] = Mean(row[f"sum_{number}"] or 0, row[f"n_{number}"])
    return found


def _dimensions(rows: Any) -> list[str]:
    key = Func("profile", function="jsonb_object_keys", output_field=CharField())
    key.set_returning = True
    return sorted(rows.values_list(key, flat=True).distinct())


def topics(filters: Filters) -> dict[str, dict[City, int]]:
    """Shops to which each topic was recommended, by its code and the city."""
    code = Func("result", Value("$.topics[*].code"), function="jsonb_path_query", output_field=JSONField())
    code.set_returning = True
    found: dict[str, dict[City, int]] = {}
    rows = counting_rows(filters).order_by().annotate(topic=code).values_list("topic", "city").annotate(n=Count("pk"))
    for topic, city, n in rows:
        found.setdefault(topic, {})[city] = n
    return found


def numbers(means: Mapping[City, Mean]) -> dict[City, int]:
    return {city: mean.n for city, mean in means.items()}
