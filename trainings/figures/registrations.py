"""Seats that people asked for, long before it is known who comes."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from figures.counting import by_time, number_of
from figures.definition import Definition, Filters, Unit, Value
from trainings.figures.participants import BY_CHANNEL, OF_PARTICIPANTS, paths_from, placed
from trainings.models import Registration, Session


def rows(filters: Filters) -> QuerySet[Registration]:
    """Confirmed by then, whatever became of them; one that was moved stands where it went."""
    found = Registration.objects.filter(moved_to=None, session__programme=filters.programme)
    found = found.exclude(channel=Registration.Channel.DOOR).filter(filters.happened("confirmed_at"))
    if filters.campaign is not None:
        found = found.filter(session__campaign=filters.campaign)
    if filters.kind:
        found = found.filter(session__kind=filters.kind)
    return placed(found.filter(filters.known("recorded_at")), filters)


REGISTRATIONS = number_of(rows, paths={**paths_from(""), **by_time("confirmed_at")})


def registrations(filters: Filters) -> Value:
    """Registrations that were confirmed, from 0; n is the same. Source: Registration."""
    return REGISTRATIONS.whole(filters)


FIGURES: Sequence[Definition] = (
    Definition(
        code="registrations",
        name=_("Registrations"),
        words=_(
            "Seats that people asked for beforehand and confirmed, those on the waiting list and those that were given back later "
            "included, by the day of the confirmation. A shopkeeper and a helper are one registration; one that was moved to another "
            "session counts there alone. Those who came in unannounced are not among them."
        ),
        unit=Unit.COUNT,
        compute=registrations,
        split=REGISTRATIONS.parts,
        rows=rows,
        accepts=OF_PARTICIPANTS,
        breakdowns=BY_CHANNEL,
        kinds=Session.Kind.choices,
        sentence=ngettext_lazy(
            "{value} registration was made beforehand.", "{value} registrations were made beforehand.", "count"
        ),
    ),
)
