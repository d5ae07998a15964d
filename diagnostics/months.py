"""Counting months for the figures, once, when they are over, and the running one every night; and again when something in them
has changed.

What changes is written down by triggers of the database (migration 0003), in the transaction of the change: nobody can forget
to. docs/decisions/0010-counts-by-month.md says why, and what the lock is for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, Q
from django.utils import timezone

from diagnostics.figures.tallies import MEASURES, Measure
from diagnostics.models import Diagnostic, DiagnosticQuerySet, Marginal, Stretch, StretchQuerySet, Touch
from figures.definition import Filters
from programmes.models import Programme

# The first key of the lock that the triggers share; the second is the programme.
LOCK = 4010
# Counted whatever its time: what lies ahead of a reader's as-of is kept from that reader by `settled_at`.
WHENEVER = datetime.max.replace(tzinfo=UTC) - timedelta(days=366)

type Place = tuple[str, int | None, int | None, int | None]  # of, campaign, city, trade
type Told = tuple[Place, str, Mapping[str, int]]  # what a measure of this name adds there


@dataclass(frozen=True, slots=True)
class Month:
    begins_at: datetime
    ends_at: datetime


def count_due(at: datetime | None = None) -> int:
    """Counts the months that are over and not exact, and adds up their years; returns how many months. One in which somebody is
    writing is left for the next time."""
    now = at or timezone.now()
    return sum(_count_programme(programme, now) for programme in Programme.objects.all())


def _count_programme(programme: Programme, now: datetime) -> int:
    counted = sum(count_month(programme, month, at=now) for month in _due(programme, now))
    for months in [*_years(programme)]:
        add_up(programme, months, at=now)
    return counted


def _due(programme: Programme, now: datetime) -> list[Month]:
    exact = {(stretch.begins_at, stretch.ends_at) for stretch in _exact(programme)}
    return [month for month in _months(programme, now) if (month.begins_at, month.ends_at) not in exact]


def _exact(programme: Programme) -> StretchQuerySet:
    return Stretch.objects.exact().filter(programme=programme)


def _months(programme: Programme, now: datetime) -> Iterator[Month]:
    """From the first self-diagnostic, or the first that there once was; the last one until the day that runs."""
    started = Diagnostic.objects.filter(programme=programme).aggregate(at=Min("started_at"))
    counted = Stretch.objects.filter(programme=programme).aggregate(at=Min("begins_at"))
    moments = [found["at"] for found in (started, counted) if found["at"]]
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    month = month_of(min(moments)) if moments else None
    while month and month.begins_at < today:
        yield replace(month, ends_at=min(month.ends_at, today))
        month = month_of(month.ends_at)


def _years(programme: Programme) -> Iterator[list[Stretch]]:
    """By their months that are over: those of which all are exact and that are not added up. The running year is one so far."""
    exact = [*_exact(programme)]
    known = {(stretch.begins_at, stretch.ends_at) for stretch in exact if stretch.is_year}
    months = [stretch for stretch in exact if month_of(stretch.begins_at).ends_at == stretch.ends_at]
    for _year, those in groupby(months, key=lambda month: timezone.localdate(month.begins_at).year):
        parts = [*those]
        is_whole = all(one.ends_at == other.begins_at for one, other in pairwise(parts))
        if is_whole and len(parts) > 1 and (parts[0].begins_at, parts[-1].ends_at) not in known:
            yield parts


def month_of(moment: datetime) -> Month:
    first = timezone.localtime(moment).replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    after = (first + timedelta(days=31)).replace(day=1)
    return Month(timezone.make_aware(first), timezone.make_aware(after))


@transaction.atomic
def count_month(programme: Programme, month: Month, *, at: datetime | None = None) -> bool:
    """Counts it from its rows. False, with nothing done, while somebody else's change is not committed."""
    if not _locked(programme):
        return False
    settled, known = _last_changes(programme, month)
    said = {"settled_at": settled, "known_at": known, "counted_at": at or timezone.now()}
    counted, _is_new = Stretch.objects.update_or_create(
        programme=programme, begins_at=month.begins_at, ends_at=month.ends_at, defaults=said
    )
    Touch.objects.filter(programme=programme, at__gte=month.begins_at, at__lt=month.ends_at).delete()
    _replace(counted, (told for measure in MEASURES for told in _told(measure, counted)))
    # Its year was added up of what it was, and the night before it ended earlier: both go, with the touch that held them back.
    _overlapping(programme, month.begins_at, month.ends_at).exclude(pk=counted.pk).delete()
    return True


def _overlapping(programme: Programme, begins_at: datetime, ends_at: datetime) -> StretchQuerySet:
    return Stretch.objects.filter(programme=programme, begins_at__lt=ends_at, ends_at__gt=begins_at)


@transaction.atomic
def add_up(programme: Programme, months: Sequence[Stretch], *, at: datetime | None = None) -> bool:
    """A year out of its months, if these are still exact. False, with nothing done, otherwise."""
    keys = [month.pk for month in months]
    if not _locked(programme) or _exact(programme).filter(pk__in=keys).count() < len(keys):
        return False
    settled, known = max(month.settled_at for month in months), max(month.known_at for month in months)
    said = {"settled_at": settled, "known_at": known, "counted_at": at or timezone.now()}
    begins, ends = months[0].begins_at, months[-1].ends_at
    _overlapping(programme, begins, ends).exclude(pk__in=keys).delete()
    counted = Stretch.objects.create(programme=programme, begins_at=begins, ends_at=ends, **said)
    _replace(counted, _added(months))
    return True


def _locked(programme: Programme) -> bool:
    """Alone with the rows until the transaction ends: whoever changes some holds the same lock, shared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, programme.pk])
        return bool(cursor.fetchone()[0])


def _replace(stretch: Stretch, told: Iterable[Told]) -> None:
    found: dict[Place, dict[str, Counter[str]]] = defaultdict(lambda: {each.name: Counter() for each in MEASURES})
    for place, name, added in told:
        found[place][name].update(added)
    stretch.marginals.all().delete()
    Marginal.objects.bulk_create(
        Marginal(stretch=stretch, of=of, campaign_id=campaign, city_id=city, sub_sector_id=trade, **counted)
        for (of, campaign, city, trade), counted in found.items()
    )


def _told(measure: Measure, month: Stretch) -> Iterator[Told]:
    """Each row for all, for its city, and for its trade."""
    here = Q((f"{measure.at}__gte", month.begins_at), (f"{measure.at}__lt", month.ends_at))
    rows = measure.rows(Filters(month.programme_id, as_of=WHENEVER)).filter(here)
    for (campaign, city, trade), told in measure.told(rows, "campaign", "city", "sub_sector"):
        yield (Marginal.Of.ALL, campaign, None, None), measure.name, told
        yield (Marginal.Of.CITY, campaign, city, None), measure.name, told
        yield (Marginal.Of.TRADE, campaign, None, trade), measure.name, told


def _added(months: Iterable[Stretch]) -> Iterator[Told]:
    names = [measure.name for measure in MEASURES]
    rows = Marginal.objects.filter(stretch__in=months).values_list("of", "campaign", "city", "sub_sector", *names)
    for of, campaign, city, trade, *columns in rows:
        for name, added in zip(names, columns, strict=True):
            yield (of, campaign, city, trade), name, added


def _last_changes(programme: Programme, month: Month) -> tuple[datetime, datetime]:
    """When the last of what is counted here happened, and when it was learnt: of the rows of the month, and of those that replace one of them."""
    rows = Diagnostic.objects.filter(programme=programme).order_by()
    begun = rows.filter(started_at__gte=month.begins_at, started_at__lt=month.ends_at)
    ended = rows.filter(completed_at__gte=month.begins_at, completed_at__lt=month.ends_at)
    last = {"started": Max("started_at"), "completed": Max("completed_at"), "recorded": Max("recorded_at")}
    found = [each.aggregate(**last) for each in (begun, ended, _replacing(ended))]
    happened = [each[name] for each in found for name in ("started", "completed")]
    learnt = [each["recorded"] for each in found]
    return _latest(happened, month.begins_at), _latest(learnt, month.begins_at)


def _replacing(ended: DiagnosticQuerySet) -> Any:
    """Those that may count instead of one of these: of the same shop, or done again."""
    same = Q(business__in=ended.values("business")) | Q(previous__in=ended.values("previous"))
    campaigns = Q(campaign=None) | Q(campaign__in=ended.values("campaign"))
    return Diagnostic.objects.completed().filter(campaigns, same | Q(previous__in=ended.values("pk"))).order_by()


def _latest(moments: list[datetime | None], least: datetime) -> datetime:
    return max((moment for moment in moments if moment), default=least)
