"""Figures over the cities and what was done in them: each is one function, with its definition."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from figures.counting import Counting, Path, by_time, number_of
from figures.days import end_of
from figures.definition import Definition, Filters, Unit, Value
from programmes.models import Engagement, EngagementQuerySet, Mobilisation, MobilisationQuerySet
from programmes.models.engagements import Reason, State
from programmes.placing import by_grouping

OF_A_STATE = frozenset({"campaign", "cities", "until"})
OF_AN_ACTION = frozenset({"campaign", "cities", "kind", "since", "until"})


def _as_of(filters: Filters) -> datetime:
    """The moment at which a state is looked at: the end of the period, if it is earlier."""
    return min(end_of(filters.until), filters.as_of) if filters.until else filters.as_of


def _engagements(filters: Filters) -> EngagementQuerySet:
    found = Engagement.objects.filter(campaign__programme=filters.programme)
    if filters.campaign is not None:
        found = found.filter(campaign=filters.campaign)
    return found if filters.cities is None else found.filter(city__in=filters.cities)


def _in_state(filters: Filters, *states: State, reason: str = "") -> EngagementQuerySet:
    return _engagements(filters).standing_at(_as_of(filters), states, reason=reason, known_at=filters.known_at)


def invited_rows(filters: Filters) -> EngagementQuerySet:
    found = _engagements(filters).invited_by_then(filters.as_of, filters.known_at)
    if filters.since:
        found = found.filter(invited_on__gte=filters.since)
    return found.filter(invited_on__lte=filters.until) if filters.until else found


def interested_rows(filters: Filters) -> EngagementQuerySet:
    return _in_state(filters, State.INTERESTED, State.TAKING_PART)


def taking_part_rows(filters: Filters) -> EngagementQuerySet:
    return _in_state(filters, State.TAKING_PART)


def refused_rows(filters: Filters) -> EngagementQuerySet:
    return _in_state(filters, State.REFUSED, reason=filters.kind)


def no_answer_rows(filters: Filters) -> EngagementQuerySet:
    return _in_state(filters, State.NO_ANSWER)


def mobilisation_rows(filters: Filters) -> MobilisationQuerySet:
    found = Mobilisation.objects.efforts().filter(campaign__programme=filters.programme)
    wanted = Q(on__lte=timezone.localdate(filters.as_of))
    if filters.campaign is not None:
        wanted &= Q(campaign=filters.campaign)
    if filters.cities is not None:
        wanted &= Q(city__in=filters.cities)
    if filters.kind:
        wanted &= Q(kind=filters.kind)
    if filters.since:
        wanted &= Q(on__gte=filters.since)
    if filters.until:
        wanted &= Q(on__lte=filters.until)
    if filters.known_at:
        wanted &= Q(recorded_at__lte=filters.known_at)
    return found.filter(wanted)


def _rounds(filters: Filters) -> MobilisationQuerySet:
    return mobilisation_rows(filters).filter(kind=Mobilisation.Kind.STEWARDS)


def _hours(row: Mapping[str, Any]) -> Value:
    return Value(Fraction(row["total"]) if row["n"] else None, row["n"])


def _shops(row: Mapping[str, Any]) -> Value:
    return Value(Fraction(row["shops"] or 0), row["n"])


OF_CITIES: Mapping[str, Path] = {"campaign": "campaign", "city": "city", "grouping": by_grouping()}
OF_ACTIONS: Mapping[str, Path] = {**by_time("on"), **OF_CITIES, "kind": "kind"}
# The number of actions, from 0; n is the same. Source: Mobilisation.
MOBILISATIONS = number_of(mobilisation_rows, paths=OF_ACTIONS)
# Hours of work, exact to a tenth; n counts the actions whose hours are known, None where there is none. Source: Mobilisation.
HOURS = Counting(mobilisation_rows, {"total": Sum("hours"), "n": Count("hours")}, _hours, OF_ACTIONS)
# The shops on the rounds of stewards, closed ones included, from 0; n counts the rounds. A shop visited on two rounds counts twice.
# Source: Visit.
VISITED = Counting(_rounds, {"shops": Sum("visits__shops"), "n": Count("pk", distinct=True)}, _shops, OF_ACTIONS)


def _of_a_state(
    code: str, rows: Callable[[Filters], EngagementQuerySet], paths: Mapping[str, Path] = OF_CITIES, **said: Any
) -> Definition:
    """A number of cities, each once however many campaigns it stands in, from 0; n is the same number. Never divides. Source:
    Engagement, StateChange."""
    cities = number_of(rows, "city", paths)
    return Definition(
        code=code,
        unit=Unit.COUNT,
        compute=cities.whole,
        rows=rows,
        split=cities.parts,
        **{"accepts": OF_A_STATE, "breakdowns": ("campaign", "city", "grouping"), **said},
    )


def _of_actions(code: str, counting: Counting, **said: Any) -> Definition:
    return Definition(
        code=code,
        unit=Unit.COUNT,
        compute=counting.whole,
        rows=counting.rows,
        split=counting.parts,
        **{
            "accepts": OF_AN_ACTION,
            "breakdowns": ("kind", "month", "quarter", "campaign", "city", "grouping"),
            "kinds": Mobilisation.Kind.choices,
            **said,
        },
    )


FIGURES: Sequence[Definition] = (
    _of_a_state(
        "cities-invited",
        invited_rows,
        {**by_time("invited_on"), **OF_CITIES},
        accepts=frozenset({"campaign", "cities", "since", "until"}),
        breakdowns=("month", "quarter", "campaign", "city", "grouping"),
        name=_("Cities invited"),
        words=_("Cities that were invited to take part, each once, by the day of the invitation."),
        sentence=ngettext_lazy("{value} city was invited.", "{value} cities were invited.", "count"),
    ),
    _of_a_state(
        "cities-interested",
        interested_rows,
        name=_("Cities that showed interest"),
        words=_(
            "Cities that are interested or take part on that day, each once. Those that refused afterwards do not count."
        ),
        sentence=ngettext_lazy("{value} city showed interest.", "{value} cities showed interest.", "count"),
    ),
    _of_a_state(
        "cities-taking-part",
        taking_part_rows,
        name=_("Cities taking part"),
        words=_("Cities that have agreed to take part, as they stand on that day, each once."),
        sentence=ngettext_lazy("{value} city takes part.", "{value} cities take part.", "count"),
    ),
    _of_a_state(
        "cities-refused",
        refused_rows,
        accepts=OF_A_STATE | {"kind"},
        breakdowns=("kind", "campaign", "city", "grouping"),
        kinds=Reason.choices,
        name=_("Cities that refused"),
        words=_(
            "Cities that have refused, as they stand on that day, each once; the kind is the reason that they gave."
        ),
        sentence=ngettext_lazy("{value} city refused.", "{value} cities refused.", "count"),
    ),
    _of_a_state(
        "cities-without-answer",
        no_answer_rows,
        name=_("Cities that did not answer"),
        words=_(
            "Cities that were invited and never answered, as noted by staff and as they stand on that day, each once."
        ),
        sentence=ngettext_lazy("{value} city did not answer.", "{value} cities did not answer.", "count"),
    ),
    _of_actions(
        "mobilisations",
        MOBILISATIONS,
        name=_("Actions of mobilisation"),
        words=_(
            "What was done so that shops come: letters, visits, press and so on, each action once, by its day. The links and posters "
            "that a city has at all times count once something was noted of them."
        ),
        sentence=ngettext_lazy(
            "{value} action was taken to mobilise shops.", "{value} actions were taken to mobilise shops.", "count"
        ),
    ),
    _of_actions(
        "mobilisation-hours",
        HOURS,
        name=_("Hours of mobilisation"),
        words=_(
            "Hours of work of these actions, of everybody together, where they were noted; n says for how many actions."
        ),
        sentence=ngettext_lazy(
            "{value} hour of work went into mobilising shops.",
            "{value} hours of work went into mobilising shops.",
            "count",
        ),
    ),
    _of_actions(
        "shops-visited",
        VISITED,
        accepts=OF_AN_ACTION - {"kind"},
        breakdowns=("month", "quarter", "campaign", "city", "grouping"),
        kinds=(),
        name=_("Shops visited by stewards"),
        words=_(
            "Shops on the rounds of stewards, those found closed included; one visited on two rounds counts twice."
        ),
        sentence=ngettext_lazy(
            "Stewards paid {value} visit to shops.", "Stewards paid {value} visits to shops.", "count"
        ),
    ),
)
