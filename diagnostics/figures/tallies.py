"""What figures are made of: how many self-diagnostics have each key, out of the months and years that the worker has counted and, for
the rest, out of their rows. Both are told by the same measure, so that the two can't disagree."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Func, JSONField, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Ceil, Extract
from django.utils import timezone

from diagnostics.figures.rows import completed_rows, counting_rows, started_rows
from diagnostics.models import DiagnosticQuerySet, Marginal, Stretch
from figures.counting import by_time
from figures.definition import Filters
from figures.months import MONTHS, first_day
from programmes.placing import groupings_of_cities

# How many have each key.
type Tally = Counter[str]
type Part = Any

A_DAY = timedelta(days=1)
PATHS: Mapping[str, Combinable] = {name: F(name) for name in ("campaign", "city", "sub_sector")}
OPEN, ENDED = "open", "ended"


@dataclass(frozen=True, slots=True)
class Measure:
    """`name` is its column of marginals. What `tell` says of the columns of one row is added up; a row lies in the month of `at`."""

    name: str
    at: str
    rows: Callable[[Filters], DiagnosticQuerySet]
    columns: tuple[str, ...]
    tell: Callable[..., Mapping[str, int]]

    def told(self, rows: DiagnosticQuerySet, *paths: str) -> Iterator[tuple[tuple[Part, ...], Tally]]:
        """For rows of the same columns and paths at once: where these paths lead to, and what they add."""
        counted = rows.order_by().values_list(*paths, *self.columns).annotate(n=Count("pk"))
        for *found, n in counted:
            ends, columns = found[: len(paths)], found[len(paths) :]
            yield tuple(ends), Counter({key: value * n for key, value in self.tell(*columns).items()})


def _begun(filters: Filters) -> DiagnosticQuerySet:
    return started_rows(filters).annotate(has_ended=Q(completed_at__isnull=False, completed_at__lte=filters.as_of))


def _timed(filters: Filters) -> DiagnosticQuerySet:
    """In minutes begun."""
    seconds = Extract(F("completed_at") - F("started_at"), "epoch")
    return completed_rows(filters).annotate(minutes=Ceil(seconds / 60))


def _advised(filters: Filters) -> DiagnosticQuerySet:
    codes = Func("result", Value("$.topics[*].code"), function="jsonb_path_query_array", output_field=JSONField())
    return counting_rows(filters).annotate(topics=codes)


def points_of(dimension: str) -> str:
    return f"{dimension} points"


def shops_of(dimension: str) -> str:
    return f"{dimension} shops"


def _levels(profile: Mapping[str, int | None]) -> dict[str, int]:
    """Of the dimensions that apply, points and one shop each."""
    known = {code: score for code, score in profile.items() if score is not None}
    return {points_of(code): score for code, score in known.items()} | {shops_of(code): 1 for code in known}


STARTED = Measure("started", "started_at", _begun, ("has_ended",), lambda has_ended: {ENDED if has_ended else OPEN: 1})
MINUTES = Measure("minutes", "completed_at", _timed, ("minutes",), lambda minutes: {str(int(minutes)): 1})
SCORES = Measure("scores", "completed_at", counting_rows, ("score",), lambda score: {str(score): 1})
DIMENSIONS = Measure("dimensions", "completed_at", counting_rows, ("profile",), _levels)
TOPICS = Measure("topics", "completed_at", _advised, ("topics",), lambda codes: dict.fromkeys(codes, 1))
VERSIONS = Measure("versions", "completed_at", counting_rows, ("version__digest",), lambda digest: {digest: 1})
MEASURES = (STARTED, MINUTES, SCORES, DIMENSIONS, TOPICS, VERSIONS)


def tally(measure: Measure, filters: Filters) -> Tally:
    return tallies(measure, filters).get("", Counter())


def tallies(measure: Measure, filters: Filters, by: str = "") -> dict[Part, Tally]:
    """By the key of each part; without `by` one, of all, under "". Rows that lie in no part are left out.

    Read again where the worker, or whoever changes a row of a month, was done between the statements."""
    read, stretches = None, _answering(filters, by)
    while read != _signed(stretches):
        found, read = _found(measure, filters, by, stretches), _signed(stretches)
        stretches = _answering(filters, by)
    return _together(found, filters) if by == "grouping" else found


def _signed(stretches: Iterable[Stretch]) -> set[tuple[int, datetime]]:
    return {(stretch.pk, stretch.counted_at) for stretch in stretches}


def _found(measure: Measure, filters: Filters, by: str, stretches: Sequence[Stretch]) -> dict[Part, Tally]:
    found: dict[Part, Tally] = defaultdict(Counter)
    for part, added in (*_kept(measure, filters, by, stretches), *_counted(measure, filters, by, stretches)):
        if part is not None:
            found[part].update(added)
    return found


def _kind(filters: Filters, by: str) -> str | None:
    """Which marginals answer this; None where only rows do: what is both of cities and of trades is kept of neither."""
    is_of_cities = filters.cities is not None or by in ("city", "grouping")
    is_of_trades = filters.sub_sector is not None or by == "sub_sector"
    if is_of_cities and is_of_trades:
        return None
    return Marginal.Of.CITY if is_of_cities else Marginal.Of.TRADE if is_of_trades else Marginal.Of.ALL


def _answering(filters: Filters, by: str) -> list[Stretch]:
    """Those that lie in the period whole, and in which nothing has happened or was learnt since: years, and months beside them."""
    if _kind(filters, by) is None:
        return []
    found = Stretch.objects.exact().filter(programme=filters.programme, settled_at__lte=filters.as_of)
    if filters.known_at:
        found = found.filter(known_at__lte=filters.known_at)
    whole = [stretch for stretch in found if _is_whole(stretch, filters)]
    years = [stretch for stretch in whole if stretch.is_year and by not in ("month", "quarter")]
    return years + [one for one in whole if not one.is_year and not any(one.is_within(year) for year in years)]


def _is_whole(stretch: Stretch, filters: Filters) -> bool:
    first, after = timezone.localdate(stretch.begins_at), timezone.localdate(stretch.ends_at)
    return not (filters.since and first < filters.since) and not (filters.until and after > filters.until + A_DAY)


def _kept(
    measure: Measure, filters: Filters, by: str, stretches: Iterable[Stretch]
) -> Iterator[tuple[Part, Mapping[str, int]]]:
    starts = {stretch.pk: stretch.begins_at for stretch in stretches}
    kept = Marginal.objects.filter(stretch__in=starts.keys(), of=_kind(filters, by))
    if filters.campaign is not None:
        kept = kept.filter(campaign=filters.campaign)
    if filters.cities is not None:
        kept = kept.filter(city__in=filters.cities)
    if filters.sub_sector is not None:
        kept = kept.filter(sub_sector=filters.sub_sector)
    path = "city" if by == "grouping" else by if by in PATHS else "stretch"
    for stretch, part, added in kept.values_list("stretch_id", path, measure.name):
        yield _part(by, part, starts[stretch]), added


def _part(by: str, part: Part, begins_at: datetime) -> Part:
    if by in MONTHS:
        return first_day(timezone.localdate(begins_at), by)
    return part if by else ""


def _counted(measure: Measure, filters: Filters, by: str, stretches: Iterable[Stretch]) -> Iterator[tuple[Part, Tally]]:
    rows = measure.rows(filters).filter(_outside(measure.at, stretches))
    if not by:
        yield from (("", added) for (), added in measure.told(rows))
        return
    path = {**PATHS, "grouping": F("city"), **by_time(measure.at)}[by]
    yield from ((part, added) for (part,), added in measure.told(rows.annotate(part=path), "part"))


def _outside(at: str, stretches: Iterable[Stretch]) -> Q:
    """Before, between and after them."""
    wanted, last = Q(), None
    for stretch in sorted(stretches, key=lambda stretch: stretch.begins_at):
        if last != stretch.begins_at:
            wanted |= Q((f"{at}__lt", stretch.begins_at)) & (Q((f"{at}__gte", last)) if last else Q())
        last = stretch.ends_at
    return wanted | Q((f"{at}__gte", last)) if last else wanted


def _together(by_city: Mapping[int, Tally], filters: Filters) -> dict[Part, Tally]:
    """A self-diagnostic is of one city: what is counted of cities adds up."""
    found: dict[Part, Tally] = defaultdict(Counter)
    for city, groupings in groupings_of_cities(filters).items():
        for grouping in groupings if city in by_city else ():
            found[grouping].update(by_city[city])
    return found
