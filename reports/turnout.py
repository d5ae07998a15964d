"""How many came through what was done in the cities: action by action, and summed by kind."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programmes.models import Campaign, City, Mobilisation
from rendering.workbooks import Column, Kind, Sheet
from reports.downloads import table_file
from trainings import channels
from trainings.channels import Turnout


@dataclass(frozen=True, slots=True)
class OfAKind:
    """All actions of one kind together; `hours` of those of which they were noted."""

    name: str
    actions: int
    hours: Decimal
    asked: int
    registered: int
    present: int


def by_kind(turnouts: Sequence[Turnout]) -> list[OfAKind]:
    """Kinds of which there is an action, in their usual order."""
    groups = [(kind, [each for each in turnouts if each.mobilisation.kind == kind]) for kind in Mobilisation.Kind]
    return [_together(str(kind.label), group) for kind, group in groups if group]


def _together(name: str, group: Sequence[Turnout]) -> OfAKind:
    return OfAKind(
        name=capfirst(name),
        actions=len(group),
        hours=sum((each.mobilisation.hours or Decimal() for each in group), Decimal()),
        asked=sum(each.asked for each in group),
        registered=sum(each.registered for each in group),
        present=sum(each.present for each in group),
    )


def of_cities(campaign: Campaign | None, cities: Iterable[City]) -> list[Turnout]:
    """What was done in these, the latest first."""
    own = {city.pk for city in cities}
    return [each for each in channels.turnout(campaign) if each.mobilisation.city_id in own] if campaign else []


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
        Column(_("Asked for a seat"), Kind.WHOLE, 10, is_summed=True),
        Column(_("Registered"), Kind.WHOLE, 10, is_summed=True),
        Column(_("Present"), Kind.WHOLE, 10, is_summed=True),
    ]


def _lines(campaign: Campaign) -> Iterator[tuple[object, ...]]:
    for each in channels.turnout(campaign):
        action = each.mobilisation
        what = (action.on, action.city.name, action.get_kind_display(), action.about, action.hours, action.pieces)
        yield *what, action.code, each.asked, each.registered, each.present
