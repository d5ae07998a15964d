"""Counts by attribute, protected once for all cities, groupings and the whole of a period: docs/decisions/0009.

Whoever asks for one more city then adds nothing to what can be worked out, and waits for no solver.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.db.models.functions import TruncDate
from django.utils import timezone

from diagnostics.models import Diagnostic
from figures.suppressing import publish
from figures.tables import TOTAL, Published, Table
from programmes.models import City, Grouping, Programme
from reports.attributes import ATTRIBUTES, Attribute
from reports.linking import Linked, Scope
from reports.models import Protected, of_period
from reports.periods import Period
from reports.snapshots import snapshot
from reports.subjects import Subject
from surveys.models import Slip
from trainings.models import Session

type Step = Callable[[], None]
type Days = tuple[date, date]


def counts_for(programme: Programme, period: Period, as_of: datetime, step: Step = lambda: None) -> Protected:
    """Those that serve a release as of that moment; where there are none, new ones. `step` is called while it takes its time.

    Raises RuntimeError rather than publish what could not be protected.
    """
    known = _serving(programme, period, as_of)
    while known is None:
        before = _beside(programme, period)
        made_at = timezone.now()  # what is recorded from here on belongs to the next
        content = _content(_scope(programme, period, as_of, made_at), before, step)
        known = _kept(programme, period, as_of, made_at, content, before)
    return known


def _serving(programme: Programme, period: Period, as_of: datetime) -> Protected | None:
    return Protected.objects.serving(programme, period, timezone.localdate(as_of)).last()


@transaction.atomic
def _kept(
    programme: Programme,
    period: Period,
    as_of: datetime,
    made_at: datetime,
    content: dict[str, Any],
    before: Sequence[Protected],
) -> Protected | None:
    """One at a time in a programme. None where others were kept meanwhile, beside which these are not protected."""
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if known := _serving(programme, period, as_of):
        return known
    if _beside(programme, period) != before:
        return None
    return Protected.objects.create(
        programme=programme,
        as_of=as_of,
        as_of_on=timezone.localdate(as_of),
        made_at=made_at,
        content=content,
        **of_period(period),
    )


# What was published before


def _beside(programme: Programme, period: Period) -> list[Protected]:
    """All whose periods overlap this one, or one that does, and so on. Of others nothing that is published counts both."""
    kept = Protected.objects.filter(programme=programme).select_related("programme", "campaign").defer("content")
    left = {row: _days(programme, row.span) for row in kept}
    found: list[Protected] = []
    reached = [_days(programme, period)]
    while near := [row for row, days in left.items() if any(_overlap(days, each) for each in reached)]:
        reached = [left.pop(row) for row in near]
        found += near
    return sorted(found, key=lambda row: row.pk)


def _overlap(one: Days, other: Days) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _days(programme: Programme, period: Period) -> Days:
    """From when to when what it counts happened. A campaign has its own rows, also those outside its days."""
    if not period.campaign:
        return period.since, period.until
    held = Session.objects.filter(campaign=period.campaign)
    rows = (
        (held, "starts_at"),
        (Diagnostic.objects.filter(campaign=period.campaign), "completed_at"),
        (Slip.objects.filter(registration__session__in=held), "signed_at"),
    )
    ends = [rows.aggregate(first=Min(TruncDate(at)), last=Max(TruncDate(at))) for rows, at in rows]
    days = [day for each in ends for day in each.values() if day]
    return min([period.since, *days]), max([period.until, *days])


def _scope(programme: Programme, period: Period, as_of: datetime, known_at: datetime) -> Scope:
    filters = replace(Subject(programme, period).filters(as_of), known_at=known_at)
    groupings = Grouping.objects.offered().filter(programme=programme).prefetch_related("cities")
    members = {grouping.code: frozenset(city.pk for city in grouping.cities.all()) for grouping in groupings}
    return Scope(filters, _codes(programme), members)


def _scope_of(row: Protected) -> Scope:
    filters = replace(Subject(row.programme, row.span).filters(row.as_of), known_at=row.made_at)
    members = {code: frozenset(cities) for code, cities in row.content["groupings"].items()}
    return Scope(filters, _codes(row.programme), members)


def _codes(programme: Programme) -> dict[int, str]:
    return dict(City.objects.filter(programme=programme).values_list("pk", "code"))


# What is published now


def _content(scope: Scope, before: Sequence[Protected], step: Step) -> dict[str, Any]:
    scopes = [scope, *map(_scope_of, before)]
    return {
        "cities": sorted(scope.cities.values()),
        "groupings": {code: sorted(cities) for code, cities in scope.groupings.items()},
        "tables": {each.code: _protected(each, scopes, before, step) for each in ATTRIBUTES},
    }


def _protected(
    attribute: Attribute, scopes: Sequence[Scope], before: Sequence[Protected], step: Step
) -> dict[str, dict[str, Any]]:
    """By place: the numbers by column (None: held back), all together, and what is added up of those that are shown."""
    with snapshot():  # a lot that changed between two scopes would be two
        linked = Linked(attribute, scopes)
    earlier = [
        _shown_before(table, row.content["tables"][attribute.code].get(table.code, NOTHING))
        for number, row in enumerate(before, start=1)
        for table in linked.tables(number)
    ]
    step()
    published = publish(linked.tables(0), linked.people, earlier, step)
    return {each.table.code: _as_data(attribute, each, linked.amounts(each.table.code)) for each in published}


NOTHING: Mapping[str, Any] = {"numbers": {}, "total": None}


def _shown_before(table: Table, shown: Mapping[str, Any]) -> Published:
    """Its lots as they are found again now; of what was released only which numbers are known."""
    numbers = {place: shown["total"] if place[1] == TOTAL else shown["numbers"].get(place[1]) for place in table.cells}
    return Published(table, numbers)


def _as_data(attribute: Attribute, published: Published, amounts: Mapping[str, int]) -> dict[str, Any]:
    """Of a table that is mostly hidden nothing: a sentence stands in its place."""
    place = published.table.code
    numbers = {column: published.numbers[place, column] for column in published.table.columns}
    shown = {name: n for name, n in amounts.items() if published.has(place, attribute.behind(name))}
    is_hidden = published.is_mostly_hidden
    return {
        "numbers": {} if is_hidden else numbers,
        "amounts": {} if is_hidden else shown,
        "total": published.numbers.get((place, TOTAL)),
        "is_mostly_hidden": is_hidden,
    }
