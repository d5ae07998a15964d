"""The tables of a release of which nothing is held back but answers of few: what was done, where, and what participants said."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from itertools import chain
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.text import capfirst

from figures.definition import Definition, Filters, Value
from programmes.figures import mobilisation_rows
from programmes.models import Engagement, Mobilisation, StateChange
from reports.parting import split
from reports.plain import HELD_BACK, Cells, Column, Json, Line, beside, called, in_languages, number, plain, table
from reports.registry import defined
from reports.subjects import Subject
from reports.trending import MOST, PERIODS, between, period_words
from trainings.figures.heads import HEAD
from trainings.figures.participants import heads, placed
from trainings.figures.sessions import held_rows, planned_rows
from trainings.models import Session

OF_ANSWERS = ("response-rate", "usefulness", "relevance", "tools", "training", "strategy", "barriers")
# What is told month by month: of neither has anybody to be protected.
OVER_TIME = ("sessions-held", "participants")
# What stands line by line in a balance, campaign by campaign and grouping by grouping.
OF_LINES = (
    "cities-invited",
    "cities-interested",
    "cities-refused",
    "sessions-held",
    "participants",
    "shops",
    "reach",
    "vouchers-public-share",
)


def tables(subject: Subject, own: Filters, whole: Filters) -> dict[str, Json]:
    found = {
        "mobilisation": _mobilisation(subject, own, whole),
        "months": _over_time(subject, own, whole),
        "satisfaction": _answers(subject, own, whole),
        "barriers": _barriers(subject, own, whole),
        "coming": _coming(subject, own),
    }
    if subject.city:
        return {"engagement": _engagement(subject, own), "sessions": _sessions(subject, own, whole), **found}
    lines = {"campaigns": _by_campaign(subject, own), "groupings": _by_grouping(subject, own)}
    return {"refusals": _refusals(subject, own), **lines, **found}


def _engagement(subject: Subject, own: Filters) -> Json:
    """Where the city stood in each campaign of the period."""
    rows = Engagement.objects.filter(
        city=subject.city, campaign__starts_on__lte=subject.period.until, campaign__ends_on__gte=subject.period.since
    )
    if own.campaign is not None:
        rows = rows.filter(campaign=own.campaign)
    lines = [(row, _standing(row, own.as_of)) for row in rows.with_names().order_by("campaign__starts_on")]
    columns = [Column("state", "TEXT"), Column("state-since", "DAY"), Column("invited", "DAY")]
    return table(columns, [_engaged(subject, row, change, own.as_of) for row, change in lines if change])


def _standing(row: Engagement, as_of: datetime) -> StateChange | None:
    return row.state_changes.filter(at__lte=as_of).order_by("-at", "-pk").first()


def _engaged(subject: Subject, row: Engagement, change: StateChange, as_of: datetime) -> Line:
    state = in_languages(subject, lambda: capfirst(change.get_became_display()))
    invited = row.invited_on if row.invited_on and row.invited_on <= timezone.localdate(as_of) else None
    days = [timezone.localdate(change.at).isoformat(), invited.isoformat() if invited else None]
    return row.campaign.code, row.campaign.names, [state, *days]


def _mobilisation(subject: Subject, own: Filters, whole: Filters) -> Json:
    mine, all_of_them = _actions(own), _actions(whole)
    columns = beside(subject, [Column("actions", "COUNT"), Column("hours", "COUNT")])
    return table(columns, list(_kinds(subject, mine, all_of_them, has_beside=own.cities is not None)))


def _kinds(subject: Subject, mine: Json, all_of_them: Json, *, has_beside: bool) -> Iterable[Line]:
    for kind in Mobilisation.Kind:
        if kind in all_of_them:
            beside = all_of_them[kind] if has_beside else []
            names = called(subject, kind.label)
            yield kind.value, names, [*mine.get(kind, ["0", None]), *beside]


def _actions(filters: Filters) -> dict[str, Cells]:
    rows = mobilisation_rows(filters).order_by().values_list("kind")
    counted = rows.annotate(n=Count("pk"), hours=Sum("hours"))
    return {kind: [str(n), None if hours is None else number(Fraction(hours))] for kind, n, hours in counted}


def _over_time(subject: Subject, own: Filters, whole: Filters) -> Json:
    """Month by month, or by quarters where there are many months; those of nothing between two others too. None before there are two."""
    definitions = defined(OVER_TIME)
    sides = [own] if own.cities is None else [own, whole]
    for by in PERIODS:
        counted = [split(each, filters, by, {}) for filters in sides for each in definitions]
        starts = between({*chain(*counted)}, by)
        if len(starts) <= MOST[by]:
            break
    columns = beside(subject, [Column(each.code, each.unit.name) for each in definitions])
    lines = [
        (start.isoformat(), in_languages(subject, partial(period_words, start, by)), _numbers(counted, start))
        for start in starts
    ]
    return table(columns, lines if len(lines) > 1 else [])


def _numbers(counted: Iterable[Mapping[date, Value]], start: date) -> Cells:
    return [str(each[start].n) if start in each else "0" for each in counted]


def _sessions(subject: Subject, own: Filters, whole: Filters) -> Json:
    """Each session of the city: who came in all, and of them those that count as the city's own."""
    everybody, theirs = _heads_by_session(whole), _heads_by_session(own)
    columns = [
        Column("day", "DAY"),
        Column("cities", "TEXT"),
        Column("participants", "COUNT"),
        Column("of-the-city", "COUNT"),
    ]
    rows = held_rows(own).with_names().order_by("starts_at", "pk")
    lines = [
        (
            str(row.uid),
            _titled(subject, row),
            [*_when_and_where(subject, row), str(everybody.get(row.pk, 0)), str(theirs.get(row.pk, 0))],
        )
        for row in rows
    ]
    return table(columns, lines)


def _heads_by_session(filters: Filters) -> dict[int, int]:
    rows = placed(heads(filters), filters, "registration__").order_by().values_list("registration__session")
    return dict(rows.annotate(n=Count(HEAD, distinct=True)))


def _when_and_where(subject: Subject, session: Session) -> Cells:
    day = timezone.localdate(session.starts_at).isoformat() if session.starts_at else None
    return [day, in_languages(subject, lambda: ", ".join(str(city) for city in session.cities.all()))]


def _coming(subject: Subject, own: Filters) -> Json:
    """What begins after that day, also past the end of a period that still runs; of one that is over nothing comes."""
    ahead = Filters(own.programme, cities=own.cities, as_of=own.as_of)
    is_over = subject.period.is_over(timezone.localdate(own.as_of))
    found = Session.objects.none() if is_over else planned_rows(ahead).filter(starts_at__gt=own.as_of)
    rows = found.with_names().order_by("starts_at", "pk")
    lines = [(str(row.uid), _titled(subject, row), _when_and_where(subject, row)) for row in rows]
    return table([Column("day", "DAY"), Column("cities", "TEXT")], lines)


def _answers(subject: Subject, own: Filters, whole: Filters) -> Json:
    """Of the sessions that the city took part in, whole: anonymous answers have no city."""
    lines = [
        (definition.code, called(subject, definition.name), _answered(subject, definition, own, whole))
        for definition in defined(OF_ANSWERS)
    ]
    columns = beside(subject, [Column("value", "VALUE"), Column("answers", "COUNT")])
    return table(columns, _told(lines))


def _barriers(subject: Subject, own: Filters, whole: Filters) -> Json:
    """What stands in the way, of those who answered: one may name several."""
    [definition] = defined(["barriers"])
    lines = [
        (
            code,
            called(subject, words),
            _answered(subject, definition, replace(own, kind=code), replace(whole, kind=code)),
        )
        for code, words in definition.kinds
    ]
    columns = beside(subject, [Column("share", "SHARE"), Column("answers", "COUNT")])
    return table(columns, _told(lines))


def _answered(subject: Subject, definition: Definition, own: Filters, whole: Filters) -> Cells:
    mine = _answer(definition, own)
    return mine if subject.cities is None else [*mine, *_answer(definition, whole)]


def _answer(definition: Definition, filters: Filters) -> Cells:
    found = plain(definition, definition.compute(filters))
    if found.get("is_held_back"):
        return [HELD_BACK, None]
    return [found["value"], str(found["n"]) if found["n"] else None]


def _refusals(subject: Subject, own: Filters) -> Json:
    [definition] = defined(["cities-refused"])
    lines = []
    for reason in Engagement.Reason:
        n = definition.compute(replace(own, kind=reason.value)).n
        if n:
            names = called(subject, reason.label)
            lines.append((reason.value, names, [str(n)]))
    return table([Column("cities-refused", "COUNT")], lines)


def _by_campaign(subject: Subject, own: Filters) -> Json:
    """All that had begun by that day, each whole, whatever the period."""
    rows = subject.programme.campaigns.filter(starts_on__lte=timezone.localdate(own.as_of)).order_by("starts_on")
    return _lines([(row, replace(own, campaign=row.pk, since=None, until=None)) for row in rows])


def _by_grouping(subject: Subject, own: Filters) -> Json:
    """Of the whole alone; within a grouping there is none."""
    rows = [] if subject.grouping else subject.programme.groupings.offered().prefetch_related("cities")
    return _lines([(row, replace(own, cities=frozenset(city.pk for city in row.cities.all()))) for row in rows])


def _lines(rows: Iterable[tuple[Any, Filters]]) -> Json:
    definitions = defined(OF_LINES)
    columns = [Column(definition.code, definition.unit.name) for definition in definitions]
    lines = [
        (row.code, row.names, [number(definition.compute(filters).value) for definition in definitions])
        for row, filters in rows
    ]
    return table(columns, _told(lines))


def _told(lines: Iterable[Line]) -> list[Line]:
    """Without those of nothing."""
    return [line for line in lines if any(cell not in (None, "0") for cell in line[2])]


def _titled(subject: Subject, session: Session) -> dict[str, str]:
    return in_languages(subject, lambda: session.title)
