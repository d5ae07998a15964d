"""How a figure moves: by month, or by quarter where there are many months."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from figures.definition import Definition, Filters, Unit, Value, count
from programmes.models import Campaign, Programme
from reports.parting import Group, Part, parts_in, split

IN_TIME = {"month": 1, "quarter": 3}
MOST_MONTHS = 24
# So many quarters at most, the latest ones: ten years.
MOST_PERIODS = 40
# Of these nothing is nought; a mean of nothing is nothing.
ADDED_UP = (Unit.COUNT, Unit.EURO)


@dataclass(frozen=True, slots=True)
class Trend:
    by: str
    parts: list[Part]


def trend_of(
    definition: Definition, filters: Filters, programme: Programme, by: str = "", *, is_public: bool
) -> Trend | None:
    """In the order of time, without gaps; `by` says which, else as many months allow. None where the figure has none, or nothing was counted."""
    if "month" not in definition.breakdowns:
        return None
    wanted, periods = _chosen(filters, programme, by)
    found = split(definition, filters, wanted, periods)
    if not found:
        return None
    groups = {start: Group(period_words(start, wanted)) for start in _between(found, wanted)}
    empty = count(0) if definition.unit in ADDED_UP else Value(None, 0)
    whole = {start: found.get(start, empty) for start in groups}
    return Trend(wanted, parts_in(definition, whole, groups, is_public=is_public))


def _chosen(filters: Filters, programme: Programme, by: str) -> tuple[str, dict[Any, Group]]:
    """By month while these are not too many."""
    months = {} if by == "quarter" else _periods(filters, programme, "month")
    if by == "month" or 0 < len(months) <= MOST_MONTHS:
        return "month", months
    return "quarter", _periods(filters, programme, "quarter")


def period_words(start: date, by: str) -> str:
    if by == "month":
        return date_format(start, "YEAR_MONTH_FORMAT")
    return _("quarter {number} of {year}").format(number=(start.month + 2) // 3, year=start.year)


def _between(found: Mapping[date, Any], by: str) -> list[date]:
    """From the first to the last, those of nothing too."""
    starts, last = [], max(found, default=date.min)
    start = min(found, default=date.max)
    while start <= last:
        starts.append(start)
        start = _next(start, IN_TIME[by])
    return starts[-MOST_PERIODS:]


def _next(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _periods(filters: Filters, programme: Programme, by: str) -> dict[Any, Group]:
    """For a figure that counts one period after the other: those of the filters, else of the campaigns."""
    campaigns = Campaign.objects.filter(programme=programme).order_by("starts_on")
    chosen = [each for each in campaigns if filters.campaign in (None, each.pk)]
    until = min(filters.until or localdate(filters.as_of), localdate(filters.as_of))
    since = filters.since or min((each.starts_on for each in chosen), default=until)
    first, last = (date(day.year, day.month - (day.month - 1) % IN_TIME[by], 1) for day in (since, until))
    starts = _between({first: None, last: None}, by) if first <= last else []
    return {start: Group("", narrowed=_in_period(start, by)) for start in starts}


def _in_period(start: date, by: str) -> Any:
    end = _next(start, IN_TIME[by]) - timedelta(days=1)

    def narrowed(filters: Filters) -> Filters:
        since, until = max(start, filters.since or start), min(end, filters.until or end)
        return replace(filters, since=since, until=until)

    return narrowed
