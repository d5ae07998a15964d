"""How a figure moves: by month, by quarter where there are many months, by year where there are many quarters."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from figures.definition import Definition, Filters, Protection, Unit, Value, count
from figures.months import MONTHS, first_day, quarter_number
from programmes.models import Campaign, Programme
from reports.parting import Group, Part, parts_in, split

PERIODS = tuple(MONTHS)
# So many at most, the latest ones; and what can be told apart on a phone, unless a reader asks for more.
MOST_PERIODS = 40
MOST = {"month": 24, "quarter": 20, "year": MOST_PERIODS}
# Of these nothing is nought; a mean of nothing is nothing.
ADDED_UP = (Unit.COUNT, Unit.EURO)


@dataclass(frozen=True, slots=True)
class Trend:
    """`note` says what is left out."""

    by: str
    parts: list[Part]
    note: str = ""


def trend_of(
    definition: Definition, filters: Filters, programme: Programme, by: str = "", *, is_public: bool
) -> Trend | None:
    """In the order of time, from the first period with something in it to the last, without gaps; `by` is one of PERIODS, else what fits.
    None where the figure has none, or none for this reader, or nothing was counted."""
    is_kept = is_public and definition.protection is Protection.FEW
    if is_kept or "month" not in definition.breakdowns:
        return None
    by = by if may_choose(definition, is_public=is_public) else ""
    by, found = _counted(definition, filters, programme, by)
    if not found:
        return None
    starts = _shown(found, by)
    groups = {start: Group(period_words(start, by)) for start in starts}
    empty = count(0) if definition.unit in ADDED_UP else Value(None, 0)
    whole = {start: found.get(start, empty) for start in groups}
    note = _left_out(starts[0], by) if min(found) < starts[0] else ""
    return Trend(by, parts_in(definition, whole, groups, is_public=is_public), note)


def may_choose(definition: Definition, *, is_public: bool) -> bool:
    """By which periods it is split. What is protected is split in one way: a year less three of its quarters is the fourth."""
    return not is_public or definition.protection is Protection.NONE


def side_by_side(counted: Sequence[tuple[Definition, Mapping[date, Value]]]) -> list[Trend]:
    """Counts that are nobody's secret, by month, over the same months; none before there are two of them."""
    months = between({*chain(*(found for _each, found in counted))}, "month")[-MOST_PERIODS:]
    groups = {start: Group(period_words(start, "month")) for start in months}
    whole = [(each, {start: found.get(start, count(0)) for start in groups}) for each, found in counted]
    return [Trend("month", parts_in(each, parts, groups, is_public=True)) for each, parts in whole if len(months) > 1]


def _counted(
    definition: Definition, filters: Filters, programme: Programme, by: str
) -> tuple[str, Mapping[date, Value]]:
    """By what was asked for, else by what fits the time that the filters leave."""
    fitting = ((each, _periods(filters, programme, each)) for each in PERIODS)
    by, periods = next((each, found) for each, found in fitting if by == each or (not by and len(found) <= MOST[each]))
    return by, split(definition, filters, by, periods)


def _left_out(first: date, by: str) -> str:
    words = _("What was before is left out here ({first} is the first shown): look at it by year, or choose a period.")
    return words.format(first=period_words(first, by))


def period_words(start: date, by: str) -> str:
    if by == "year":
        return str(start.year)
    if by == "month":
        return date_format(start, "YEAR_MONTH_FORMAT")
    return _("quarter {number} of {year}").format(number=quarter_number(start), year=start.year)


def between(found: Collection[date], by: str) -> list[date]:
    """From the first to the last, those of nothing too."""
    starts, last = [], max(found, default=date.min)
    start = min(found, default=date.max)
    while start <= last:
        starts.append(start)
        start = _next(start, MONTHS[by])
    return starts


def _shown(found: Collection[date], by: str) -> list[date]:
    """The latest of them, from one with something in it."""
    latest = between(found, by)[-MOST_PERIODS:]
    return latest[next(place for place, start in enumerate(latest) if start in found) :]


def _next(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _periods(filters: Filters, programme: Programme, by: str) -> dict[Any, Group]:
    """For a figure that counts one period after the other: those of the filters, else of the campaigns."""
    campaigns = Campaign.objects.filter(programme=programme).order_by("starts_on")
    chosen = [each for each in campaigns if filters.campaign in (None, each.pk)]
    until = min(filters.until or localdate(filters.as_of), localdate(filters.as_of))
    since = filters.since or min((each.starts_on for each in chosen), default=until)
    first, last = first_day(since, by), first_day(until, by)
    starts = between([first, last], by) if first <= last else []
    return {start: Group("", narrowed=_in_period(start, by)) for start in starts[-MOST_PERIODS:]}


def _in_period(start: date, by: str) -> Callable[[Filters], Filters]:
    end = _next(start, MONTHS[by]) - timedelta(days=1)

    def narrowed(filters: Filters) -> Filters:
        since, until = max(start, filters.since or start), min(end, filters.until or end)
        return replace(filters, since=since, until=until)

    return narrowed
