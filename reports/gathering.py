"""What goes into a release, counted once: figures, tables, and the crossed counts of which some are held back later."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone, translation
from django.utils.text import capfirst

from businesses.models import Family
from figures.definition import Definition, Filters, Value
from programmes.figures import mobilisation_rows
from programmes.models import Engagement, Mobilisation, StateChange
from reports import crossing, registry
from reports.crossing import City, Mean
from reports.holding import held_back
from reports.subjects import Subject
from trainings.figures.heads import HEAD
from trainings.figures.participants import heads, placed
from trainings.figures.sessions import held_rows, planned_rows
from trainings.models import Session, Topic

type Json = Any
type Cells = list[Json]

OF_ALL = (
    "sessions-held",
    "sessions-planned",
    "participants",
    "shops",
    "reach",
    "people",
    "helpers",
    "participants-per-session",
    "turnout",
    "mobilisations",
    "mobilisation-hours",
    "shops-visited",
    "diagnostics-started",
    "diagnostics-completed",
)
OF_CITIES = (
    "cities-invited",
    "cities-interested",
    "cities-taking-part",
    "cities-refused",
    "cities-without-answer",
    "cities-with-sessions",
    "cities-with-sessions-planned",
)
OF_COSTS = (
    "vouchers-full-price",
    "vouchers-paid",
    "vouchers-public-share",
    "vouchers-public-part",
    "public-share-per-shop",
    "vouchers-reserved",
)
OF_ANSWERS = ("response-rate", "usefulness", "relevance", "tools", "training", "strategy", "barriers")
OF_SLIPS = ("slips-wanting", "slips-booked", "slips-attended", "slips-better")
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
STOPPED = ("slips-stopped", "slips-declining")
SCORE_MEAN, TOPICS_RECOMMENDED = "score-mean", "topics-recommended"
TOPICS_NAMED = 10


@dataclass(frozen=True, slots=True)
class Column:
    """Where `is_whole` the column is of the whole programme, which stands beside the subject's own."""

    code: str
    unit: str
    is_whole: bool = False

    def plain(self) -> Json:
        return {"code": self.code, "unit": self.unit, "is_whole": self.is_whole}


@dataclass(frozen=True, slots=True)
class Gathered:
    """`figures` and `tables` as they are released; the rest still with the counts of few."""

    figures: list[Json]
    tables: dict[str, Json]
    families: Mapping[str, Mapping[City, int]]
    scores: Mapping[str, Mapping[City, Mean]]
    topics: Mapping[str, Mapping[City, int]]
    words: dict[str, Json]


def gather(subject: Subject, as_of: datetime, step: Callable[[int], None]) -> Gathered:
    """Raises nothing for being empty: a city without a session has a release that says so."""
    whole = subject.filters(as_of)
    own = replace(whole, cities=subject.cities)
    step(0)
    definitions = _definitions(subject)
    figures = [_figure(definition, own, whole) for definition in definitions]
    step(1)
    tables = _tables(subject, own, whole)
    step(2)
    return Gathered(
        figures=figures,
        tables=tables,
        families=crossing.shops_by_family(whole),
        scores=crossing.scores(whole),
        topics=crossing.topics(whole),
        words={definition.code: words_of(subject, definition) for definition in (*definitions, *_asked(subject))},
    )


# Figures


def _definitions(subject: Subject) -> list[Definition]:
    return _defined(OF_ALL if subject.city else (*OF_CITIES, *OF_ALL, *OF_COSTS))


def _defined(codes: Iterable[str]) -> list[Definition]:
    return [definition for code in codes if (definition := registry.definition_of(code))]


def _asked(subject: Subject) -> list[Definition]:
    """What answers and slips say; slips are few, and of the whole alone."""
    others = (SCORE_MEAN, TOPICS_RECOMMENDED)
    return _defined((*OF_ANSWERS, *others) if subject.city else (*OF_ANSWERS, *OF_SLIPS, *STOPPED, *others))


def _figure(definition: Definition, own: Filters, whole: Filters) -> Json:
    beside = plain(definition, definition.compute(whole))
    mine = beside if own.cities is None else plain(definition, definition.compute(own))
    return {"code": definition.code, "unit": definition.unit.name, "own": mine, "whole": beside}


def plain(definition: Definition, found: Value) -> Json:
    """Exact, as text: 4/25. What must not be shown of few is marked, and gone."""
    if not definition.may_show(found):
        return {"is_held_back": bool(found.n), "value": None, "n": None}
    parts = {"numerator": number(found.numerator), "denominator": number(found.denominator)}
    return {"value": number(found.value), "n": found.n, **parts}


def number(value: Fraction | None) -> str | None:
    return None if value is None else str(Fraction(value))


def words_of(subject: Subject, definition: Definition) -> Json:
    """How it is called and what it counts, as it was said when it was released."""
    return {
        "name": called(subject, definition.name),
        "definition": called(subject, definition.words),
        "sentence": called(subject, definition.sentence),
        "unit": definition.unit.name,
    }


def in_languages(subject: Subject, say: Callable[[], object]) -> dict[str, str]:
    spoken = {}
    for language in subject.programme.languages:
        with translation.override(language):
            spoken[language] = str(say())
    return spoken


def called(subject: Subject, words: Any) -> dict[str, str]:
    """A text that is said in the language of whoever reads."""
    return in_languages(subject, lambda: capfirst(words))


def _titled(subject: Subject, session: Session) -> dict[str, str]:
    return in_languages(subject, lambda: session.title)


# Tables


def table(columns: Iterable[Column], rows: Iterable[tuple[str, Mapping[str, str], Cells]]) -> Json:
    lines = [{"code": code, "names": dict(names), "cells": cells} for code, names, cells in rows]
    return {"columns": [column.plain() for column in columns], "rows": lines}


def _tables(subject: Subject, own: Filters, whole: Filters) -> dict[str, Json]:
    found = {
        "mobilisation": _mobilisation(subject, own, whole),
        "satisfaction": _answers(subject, OF_ANSWERS, own, whole),
        "barriers": _barriers(subject, own, whole),
        "coming": _coming(subject, own),
    }
    if subject.city:
        return {"engagement": _engagement(subject, own), "sessions": _sessions(subject, own, whole), **found}
    lines = {"campaigns": _by_campaign(subject, own), "groupings": _by_grouping(subject, own)}
    slips = {code.removeprefix("slips-"): _reasons(subject, code, own) for code in STOPPED}
    slips |= {"funnel": _answers(subject, OF_SLIPS, own, own)}
    return {"refusals": _refusals(subject, own), **lines, **found, **slips}


def _engagement(subject: Subject, own: Filters) -> Json:
    """Where the city stood in each campaign of the period."""
    rows = Engagement.objects.filter(
        city=subject.city, campaign__starts_on__lte=subject.period.until, campaign__ends_on__gte=subject.period.since
    )
    if own.campaign is not None:
        rows = rows.filter(campaign=own.campaign)
    lines = [(row, _standing(row, own.as_of)) for row in rows.with_names().order_by("campaign__starts_on")]
    columns = [Column("state", "TEXT"), Column("state-since", "DAY"), Column("invited", "DAY")]
    return table(columns, [_engaged(subject, row, change) for row, change in lines if change])


def _standing(row: Engagement, as_of: datetime) -> StateChange | None:
    return row.state_changes.filter(at__lte=as_of).order_by("-at", "-pk").first()


def _engaged(subject: Subject, row: Engagement, change: StateChange) -> tuple[str, Json, Cells]:
    state = in_languages(subject, lambda: capfirst(change.get_became_display()))
    invited = row.invited_on.isoformat() if row.invited_on and row.invited_on <= timezone.localdate(change.at) else None
    return row.campaign.code, row.campaign.names, [state, timezone.localdate(change.at).isoformat(), invited]


def _mobilisation(subject: Subject, own: Filters, whole: Filters) -> Json:
    mine, all_of_them = _actions(own), _actions(whole)
    columns = beside(subject, [Column("actions", "COUNT"), Column("hours", "COUNT")])
    return table(columns, list(_kinds(subject, mine, all_of_them, has_beside=own.cities is not None)))


def _kinds(subject: Subject, mine: Json, all_of_them: Json, *, has_beside: bool) -> Iterable[tuple[str, Json, Cells]]:
    for kind in Mobilisation.Kind:
        if kind in all_of_them:
            beside = all_of_them[kind] if has_beside else []
            names = called(subject, kind.label)
            yield kind.value, names, [*mine.get(kind, ["0", None]), *beside]


def _actions(filters: Filters) -> dict[str, Cells]:
    rows = mobilisation_rows(filters).order_by().values_list("kind")
    counted = rows.annotate(n=Count("pk"), hours=Sum("hours"))
    return {kind: [str(n), None if hours is None else number(Fraction(hours))] for kind, n, hours in counted}


def _sessions(subject: Subject, own: Filters, whole: Filters) -> Json:
    """Each session of the city: who came in all, and of them those that count as the city's own."""
    everybody, theirs = _heads_by_session(whole), _heads_by_session(own)
    columns = [
        Column("day", "DAY"),
        Column("cities", "TEXT"),
        Column("participants", "COUNT"),
        Column("of-the-city", "COUNT"),
    ]
    rows = held_rows(own).order_by("starts_at", "pk")
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
    """What begins after that day, whatever the period."""
    ahead = Filters(own.programme, cities=own.cities, as_of=own.as_of)
    rows = planned_rows(ahead).filter(starts_at__gt=own.as_of).order_by("starts_at", "pk")
    lines = [(str(row.uid), _titled(subject, row), _when_and_where(subject, row)) for row in rows]
    return table([Column("day", "DAY"), Column("cities", "TEXT")], lines)


def _answers(subject: Subject, codes: Iterable[str], own: Filters, whole: Filters) -> Json:
    """Of the sessions that the city took part in, whole: anonymous answers have no city."""
    lines = [
        (definition.code, called(subject, definition.name), _answered(subject, definition, own, whole))
        for definition in _defined(codes)
    ]
    columns = beside(subject, [Column("value", "VALUE"), Column("answers", "COUNT")])
    return table(columns, [line for line in lines if any(cell not in (None, "0") for cell in line[2])])


def _barriers(subject: Subject, own: Filters, whole: Filters) -> Json:
    """What stands in the way, of those who answered: one may name several."""
    [definition] = _defined(["barriers"])
    lines = [
        (
            code,
            called(subject, words),
            _answered(subject, definition, replace(own, kind=code), replace(whole, kind=code)),
        )
        for code, words in definition.kinds
    ]
    columns = beside(subject, [Column("share", "SHARE"), Column("answers", "COUNT")])
    return table(columns, [line for line in lines if any(cell not in (None, "0") for cell in line[2])])


def _reasons(subject: Subject, code: str, own: Filters) -> Json:
    """Slips by reason, of which few are held back."""
    [definition] = _defined([code])
    counted = {reason: definition.compute(replace(own, kind=reason)).n for reason, _words in definition.kinds}
    hidden = held_back({reason: {"": n} for reason, n in counted.items()})
    lines = [
        (reason, called(subject, words), [HELD_BACK if (reason, "") in hidden else str(counted[reason])])
        for reason, words in definition.kinds
        if counted[reason]
    ]
    return table([Column("slips", "COUNT")], lines)


def beside(subject: Subject, columns: list[Column]) -> list[Column]:
    """The subject's own columns, then the same of the whole."""
    return columns if subject.cities is None else [*columns, *(replace(column, is_whole=True) for column in columns)]


def _answered(subject: Subject, definition: Definition, own: Filters, whole: Filters) -> Cells:
    mine = _answer(definition, own)
    return mine if subject.cities is None else [*mine, *_answer(definition, whole)]


def _answer(definition: Definition, filters: Filters) -> Cells:
    found = plain(definition, definition.compute(filters))
    if found.get("is_held_back"):
        return [HELD_BACK, None]
    return [found["value"], str(found["n"]) if found["n"] else None]


HELD_BACK = "held back"


def _refusals(subject: Subject, own: Filters) -> Json:
    [definition] = _defined(["cities-refused"])
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
    definitions = _defined(OF_LINES)
    columns = [Column(definition.code, definition.unit.name) for definition in definitions]
    lines = [
        (row.code, row.names, [number(definition.compute(filters).value) for definition in definitions])
        for row, filters in rows
    ]
    return table(columns, [line for line in lines if any(cell not in (None, "0") for cell in line[2])])


# Names of what is crossed


def family_names(subject: Subject) -> dict[str, Json]:
    return dict(Family.objects.filter(programme=subject.programme).order_by("order").values_list("code", "names"))


def topic_names(subject: Subject) -> dict[str, Json]:
    return {topic.code: topic.data["title"] for topic in Topic.objects.filter(programme=subject.programme)}


def dimension_names(subject: Subject) -> dict[str, Json]:
    questionnaire = subject.programme.questionnaire
    latest = questionnaire.versions.first() if questionnaire else None
    return {one["code"]: one["title"] for one in latest.dimensions} if latest else {}
