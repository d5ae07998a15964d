"""Rows counted as a whole and in parts: a breakdown comes from the same query as the figure, so that the two can't disagree."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate, chain
from typing import Any, Protocol

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Aggregate, Count, DateField, F, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncMonth, TruncQuarter, TruncYear

from figures.definition import Filters, Value, count, mean, share

# Numbers in ascending order, each with how many rows have it.
type Histogram = Sequence[tuple[int, int]]
type Path = str | Combinable | Among
type Row = Mapping[str, Any]
type Rows = Callable[[Filters], QuerySet[Any]]


class Split(Protocol):
    """A figure that is counted as a whole and in parts; None for a breakdown that it does not know."""

    def whole(self, filters: Filters) -> Value: ...
    def parts(self, filters: Filters, by: str) -> Mapping[Any, Value] | None: ...


@dataclass(frozen=True, slots=True)
class Among:
    """Rows of which each lies in several parts: those that `members` gives, under these filters, for the key on this path. They are counted
    by key, and put together here: PostgreSQL would write each row down once for each of its parts."""

    path: str
    members: Callable[[Filters], Mapping[int, Collection[int]]]


def by_time(path: str) -> dict[str, Path]:
    """The breakdowns by month, quarter and year, whose keys are their first days."""
    return {
        "month": TruncMonth(path, output_field=DateField()),
        "quarter": TruncQuarter(path, output_field=DateField()),
        "year": TruncYear(path, output_field=DateField()),
    }


@dataclass(frozen=True, slots=True)
class Counting:
    """`columns` are counted of the rows, `value` makes the figure of them; `paths` lead from a row to its part."""

    rows: Rows
    columns: Mapping[str, Aggregate]
    value: Callable[[Row], Value]
    paths: Mapping[str, Path] = field(default_factory=dict)

    def whole(self, filters: Filters) -> Value:
        return self.value(self.rows(filters).order_by().aggregate(**self.columns))

    def parts(self, filters: Filters, by: str) -> dict[Any, Value] | None:
        if by not in self.paths:
            return None
        path = self.paths[by]
        found = self._among(path, filters) if isinstance(path, Among) else self._by(path, filters, self.columns)
        return {part: self.value(row) for part, row in found.items() if _belongs(part, by, filters)}

    def _by(self, path: str | Combinable, filters: Filters, columns: Mapping[str, Aggregate]) -> dict[Any, Row]:
        parts = self.rows(filters).order_by().annotate(part=F(path) if isinstance(path, str) else path).values("part")
        return {row["part"]: row for row in parts.annotate(**columns)}

    def _among(self, path: Among, filters: Filters) -> dict[Any, Row]:
        apart = {name: _apart(column) for name, column in self.columns.items()}
        by_key = self._by(path.path, filters, {name: asked for name, (asked, _together) in apart.items()})
        members, keys = path.members(filters), defaultdict(list)
        for key, row in by_key.items():
            for part in members.get(key, ()):
                keys[part].append(row)
        return {
            part: {name: together(row[name] for row in rows) for name, (_asked, together) in apart.items()}
            for part, rows in keys.items()
        }


def _apart(column: Aggregate) -> tuple[Aggregate, Callable[[Iterable[Any]], Any]]:
    """What is asked of each key, and how it is put together. What counts once is listed: it may lie under several keys of one part."""
    if getattr(column, "distinct", False):
        return ArrayAgg(column.get_source_expressions()[0], distinct=True, filter=column.filter), _different
    return column, _added


def _different(lists: Iterable[list[Any] | None]) -> int:
    """How many there are in any of them; null is none."""
    return len({*chain.from_iterable(each or () for each in lists)} - {None})


def _added(numbers: Iterable[Any]) -> Any:
    return sum(number or 0 for number in numbers)


def number_of(rows: Rows, what: str | Combinable = "pk", paths: Mapping[str, Path] | None = None) -> Counting:
    """How many different ones there are on this path of the rows."""
    return Counting(rows, {"n": Count(what, distinct=what != "pk")}, lambda row: count(row["n"]), paths or {})


@dataclass(frozen=True, slots=True)
class Share:
    """How many of all rows are among the chosen ones. Counted by two statements: PostgreSQL joins to choose, where it would look up each
    row to count those chosen beside all."""

    chosen: Counting
    all: Counting

    def whole(self, filters: Filters) -> Value:
        return share(self.chosen.whole(filters).n, self.all.whole(filters).n)

    def parts(self, filters: Filters, by: str) -> dict[Any, Value] | None:
        every = self.all.parts(filters, by)
        if every is None:
            return None
        chosen = self.chosen.parts(filters, by) or {}
        return {part: share(chosen[part].n if part in chosen else 0, each.n) for part, each in every.items()}


def share_of(chosen: Rows, rows: Rows, paths: Mapping[str, Path] | None = None) -> Share:
    return Share(number_of(chosen, paths=paths), number_of(rows, paths=paths))


def _belongs(part: object, by: str, filters: Filters) -> bool:
    """Rows without a part are in the whole alone; a session of several cities also has cities that nobody asked for."""
    return part is not None and (by != "city" or filters.cities is None or part in filters.cities)


def mean_of(histogram: Histogram) -> Value:
    return mean(sum(number * n for number, n in histogram), sum(n for _number, n in histogram))


def quantile_of(share: Fraction) -> Callable[[Histogram], Value]:
    """The number that this share of the rows does not exceed; between two where it falls between them. 1/2 is the median."""

    def quantile(histogram: Histogram) -> Value:
        n = sum(each for _number, each in histogram)
        place = share * n
        low = _at(histogram, -(-place.numerator // place.denominator))
        high = _at(histogram, place.numerator + 1) if place.denominator == 1 else low
        return Value(Fraction(low + high) / 2 if n else None, n)

    return quantile


median_of = quantile_of(Fraction(1, 2))


def _at(histogram: Histogram, place: int) -> int:
    """The number in this place, counted from 1; 0 where there is none."""
    up_to = accumulate(n for _number, n in histogram)
    return next((number for (number, _n), last in zip(histogram, up_to, strict=True) if last >= place), 0)
