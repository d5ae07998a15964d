"""What brought people: the figures of those who came, kind by kind, and action by action."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from figures.counting import Counting
from figures.definition import Definition, Filters, Unit, Value
from figures.saying import short
from programmes.figures import HOURS, MOBILISATIONS
from programmes.models import Campaign, City, Mobilisation
from rendering.workbooks import Column, Kind, Sheet
from reports.downloads import table_file
from reports.registry import defined
from trainings.figures.participants import PARTICIPANTS, TURNOUT
from trainings.figures.registrations import REGISTRATIONS

# As the columns stand, each with what leads from its rows to their registration.
COUNTED = ((REGISTRATIONS, ""), (TURNOUT.all, ""), (TURNOUT.chosen, ""), (PARTICIPANTS, "registration__"))
OF_PEOPLE = ("registrations", "turnout", "participants")
OF_ACTIONS = ("mobilisations", "mobilisation-hours")


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
    """All actions of one kind together, as the figures say it."""

    name: str
    actions: str
    hours: str
    brought: Brought


def by_kind(campaign: Campaign) -> list[OfAKind]:
    """Kinds of which there is an action, or through which somebody came, in their usual order."""
    filters = _filters(campaign)
    actions, hours = MOBILISATIONS.parts(filters, "kind") or {}, HOURS.parts(filters, "kind") or {}
    brought = _brought(filters, "channel")
    return [
        OfAKind(
            name=capfirst(str(kind.label)),
            actions=_said(actions.get(kind)),
            hours=_said(hours.get(kind)),
            brought=brought.get(kind, Brought()),
        )
        for kind in Mobilisation.Kind
        if kind in actions or kind in brought
    ]


def _said(found: Value | None) -> str:
    return short(found.value if found else None, Unit.COUNT)


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


def download(campaign: Campaign, form: str) -> HttpResponse:
    sheet = Sheet(_("Turnout"), _columns(), _lines(campaign))
    name = f"{campaign.programme.code}-{campaign.code}-turnout-{timezone.localdate()}"
    return table_file(sheet, title=_("What brought people, and how many"), name=name, form=form)


def _columns() -> list[Column]:
    return [
        Column(_("Day"), Kind.DAY, 12),
        Column(_("City"), width=22),
        Column(_("Kind"), width=26),
        Column(_("What was done"), Kind.WORDS, 40),
        Column(_("Hours"), Kind.WHOLE, 8, shown="0.0"),
        Column(_("Pieces"), Kind.WHOLE, 8),
        Column(_("Code"), width=12),
        Column(_("Registrations"), Kind.WHOLE, 10, is_summed=True),
        Column(_("Registered, session held"), Kind.WHOLE, 10, is_summed=True),
        Column(_("Of them came"), Kind.WHOLE, 10, is_summed=True),
        Column(_("Participants"), Kind.WHOLE, 10, is_summed=True),
    ]


def _lines(campaign: Campaign) -> Iterator[tuple[object, ...]]:
    for each in by_action(campaign):
        action, brought = each.mobilisation, each.brought
        what = (action.on, action.city.name, action.get_kind_display(), action.about, action.hours, action.pieces)
        yield *what, action.code, brought.registrations, brought.registered, brought.came, brought.participants
