"""Rows counted as a whole and in parts: a breakdown comes from the same query as the figure, so that the two can't disagree."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from typing import Any

from django.db.models import Aggregate, BigIntegerField, Count, DateField, F, Func, JSONField, QuerySet, TextField
from django.db.models import Value as Given
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, TruncMonth, TruncQuarter, TruncYear

from figures.definition import Filters, Value, count, mean, share

# Numbers in ascending order, each with how many rows have it.
type Histogram = Sequence[tuple[int, int]]
type Path = str | Combinable | Among
type Rows = Callable[[Filters], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Among:
    """Rows of which each lies in several parts: those that `members` gives, under these filters, for the key on this path."""

    path: str
    members: Callable[[Filters], Mapping[int, Collection[int]]]

    def parts(self, filters: Filters) -> Combinable:
        """A row for each part. The parts go along as a value: PostgreSQL looks a key up in it faster than in a table."""
        by_key = {str(key): [*parts] for key, parts in self.members(filters).items()}
        return _Each(Given(by_key, JSONField()), Cast(self.path, TextField()), output_field=BigIntegerField())


class _Each(Func):
    set_returning = True
    template = "jsonb_array_elements_text(%(expressions)s)::bigint"
    arg_joiner = " -> "


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
    value: Callable[[Mapping[str, Any]], Value]
    paths: Mapping[str, Path] = field(default_factory=dict)

    def whole(self, filters: Filters) -> Value:
        return self.value(self.rows(filters).order_by().aggregate(**self.columns))

    def parts(self, filters: Filters, by: str) -> dict[Any, Value] | None:
        if by not in self.paths:
            return None
        rows = _with(self.rows(filters), filters, part=self.paths[by]).values("part").annotate(**self.columns)
        return {row["part"]: self.value(row) for row in rows if _belongs(row["part"], by, filters)}


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


@dataclass(frozen=True, slots=True)
class Distribution:
    """Each row has a whole number; `value` makes the figure of how often each occurs."""

    rows: Rows
    number: Path
    value: Callable[[Histogram], Value]
    paths: Mapping[str, Path] = field(default_factory=dict)

    def whole(self, filters: Filters) -> Value:
        counted = self._numbered(filters).values_list("number").annotate(n=Count("pk"))
        return self.value(sorted(counted))

    def parts(self, filters: Filters, by: str) -> dict[Any, Value] | None:
        if by not in self.paths:
            return None
        path = self.paths[by]
        members = path.members(filters) if isinstance(path, Among) else None
        rows = _with(self._numbered(filters), filters, part=path.path if isinstance(path, Among) else path)
        found: dict[Any, Counter[int]] = defaultdict(Counter)
        for key, number, n in rows.values_list("part", "number").annotate(n=Count("pk")):
            for part in [key] if members is None else members.get(key, ()):
                found[part][number] += n
        return {part: self.value(sorted(each.items())) for part, each in found.items() if _belongs(part, by, filters)}

    def _numbered(self, filters: Filters) -> QuerySet[Any]:
        return _with(self.rows(filters), filters, number=self.number)


def _with(rows: QuerySet[Any], filters: Filters, **paths: Path) -> QuerySet[Any]:
    named: dict[str, Any] = {name: _led(path, filters) for name, path in paths.items()}
    found: QuerySet[Any] = rows.order_by().annotate(**named)
    return found


def _led(path: Path, filters: Filters) -> Combinable:
    if isinstance(path, Among):
        return path.parts(filters)
    return F(path) if isinstance(path, str) else path


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
