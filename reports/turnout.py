"""What brought people: the figures of those who came, kind by kind, and action by action."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from typing import Any

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from figures.counting import Counting
from figures.definition import Definition, Filters, Unit, Value
from figures.saying import cell
from programmes.figures import HOURS, MOBILISATIONS
from programmes.models import Campaign, City, Mobilisation
from rendering.workbooks import Kind
from reports.ordering import Column, Ordered
from reports.registry import defined
from trainings.figures.participants import PARTICIPANTS, TURNOUT
from trainings.figures.registrations import REGISTRATIONS

# As the columns stand, each with what leads from its rows to their registration.
COUNTED = ((REGISTRATIONS, ""), (TURNOUT.all, ""), (TURNOUT.chosen, ""), (PARTICIPANTS, "registration__"))
OF_PEOPLE = ("registrations", "turnout", "participants")
OF_ACTIONS = ("mobilisations", "mobilisation-hours")
KINDS, ACTIONS = "kinds", "actions"


@dataclass(frozen=True, slots=True)
class Brought:
    """Registrations of any session; of the sessions held those that stood, and those of which somebody came; participants."""

    registrations: int = 0
    registered: int = 0
    came: int = 0
    participants: int = 0


@dataclass(frozen=True, slots=True)
class Turnout:
    """What one action brought to the sessions of a campaign."""

    mobilisation: Mobilisation
    brought: Brought


@dataclass(frozen=True, slots=True)
class OfAKind:
    """All actions of one kind together, as the figures have it; None where nothing was noted."""

    name: str
    actions: Decimal | None
    hours: Decimal | None
    brought: Brought


def by_kind(campaign: Campaign) -> list[OfAKind]:
    """Kinds of which there is an action, or through which somebody came, in their usual order."""
    filters = _filters(campaign)
    actions, hours = MOBILISATIONS.parts(filters, "kind") or {}, HOURS.parts(filters, "kind") or {}
    brought = _brought(filters, "channel")
    return [
        OfAKind(
            name=capfirst(str(kind.label)),
            actions=_counted(actions.get(kind)),
            hours=_counted(hours.get(kind)),
            brought=brought.get(kind, Brought()),
        )
        for kind in Mobilisation.Kind
        if kind in actions or kind in brought
    ]


def _counted(found: Value | None) -> Decimal | None:
    return cell(found.value if found else None, Unit.COUNT)


def by_action(campaign: Campaign, cities: Collection[City] | None = None) -> list[Turnout]:
    """Of these cities, or all: the actions of the campaign, and earlier ones by which somebody came to it; the latest first."""
    brought = _brought(_filters(campaign), "via", cities)
    actions = Mobilisation.objects.filter(Q(campaign=campaign) | Q(pk__in=brought)).with_names()
    if cities is not None:
        actions = actions.filter(city__in=cities)
    return [Turnout(action, brought.get(action.pk, Brought())) for action in actions]


def definitions(*, of_actions: bool) -> list[Definition]:
    """What the columns count."""
    return defined([*OF_ACTIONS, *OF_PEOPLE] if of_actions else OF_PEOPLE)


def _filters(campaign: Campaign) -> Filters:
    return Filters(programme=campaign.programme_id, campaign=campaign.pk)


def _brought(filters: Filters, by: str, cities: Collection[City] | None = None) -> dict[Any, Brought]:
    columns = [_through(counting, to, cities).parts(filters, by) or {} for counting, to in COUNTED]
    return {part: Brought(*(_number(column, part) for column in columns)) for part in {*chain(*columns)}}


def _number(column: Mapping[Any, Value], part: Any) -> int:
    return column[part].n if part in column else 0


def _through(counting: Counting, to: str, cities: Collection[City] | None) -> Counting:
    """The same count, of those alone who came by an action in these cities."""
    if cities is None:
        return counting
    return replace(counting, rows=lambda filters: counting.rows(filters).filter(**{f"{to}via__city__in": cities}))


def table_of_kinds(campaign: Campaign, order: str = "") -> Ordered[OfAKind]:
    return Ordered(KINDS, _("By kind"), _columns_of_kinds(), by_kind(campaign), order)


def table_of_actions(campaign: Campaign, order: str = "", cities: Collection[City] | None = None) -> Ordered[Turnout]:
    return Ordered(ACTIONS, _("Action by action"), _columns_of_actions(cities), by_action(campaign, cities), order)


def _columns_of_kinds() -> list[Column[OfAKind]]:
    return [
        Column("kind", _("Kind"), lambda each: each.name, width=26),
        Column("done", _("Actions"), lambda each: each.actions, Kind.WHOLE, 10, is_summed=True),
        Column("hours", _("Hours"), lambda each: each.hours, Kind.WHOLE, 10, "0.0", is_summed=True),
        *_columns_of_people(),
    ]


def _columns_of_actions(cities: Collection[City] | None) -> list[Column[Turnout]]:
    """Pieces have no sum: letters, posters and visits are different things. To one city its name need not be said."""
    of = attrgetter("mobilisation")
    return [
        Column("kind", _("Kind"), lambda each: capfirst(of(each).get_kind_display()), width=26, note=_about),
        Column("what", _("What was done"), _about, Kind.WORDS, 40, on_page=False),
        Column("city", _("City"), lambda each: str(of(each).city), width=22, on_page=cities is None or len(cities) > 1),
        Column("day", _("Day"), lambda each: of(each).on, Kind.DAY),
        Column("hours", _("Hours"), lambda each: of(each).hours, Kind.WHOLE, 8, "0.0", is_summed=True, on_page=False),
        Column("pieces", _("Pieces"), lambda each: of(each).pieces, Kind.WHOLE, 8, on_page=False),
        Column("code", _("Code"), lambda each: of(each).code),
        *_columns_of_people(),
    ]


def _about(each: Turnout) -> str:
    return each.mobilisation.about


def _columns_of_people() -> list[Column[Any]]:
    """They add up: a registration came through one action, and counts there alone."""
    heads = {
        "registrations": _("Registrations"),
        "registered": _("Registered, session held"),
        "came": _("Of them came"),
        "participants": _("Participants"),
    }
    return [
        Column(code, head, attrgetter(f"brought.{code}"), Kind.WHOLE, 12, is_summed=True)
        for code, head in heads.items()
    ]
