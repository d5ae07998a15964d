"""What people wait for and ask to be told of."""

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from figures.counting import number_of
from figures.definition import Definition, Filters, Protection, Unit, Value
from programmes.placing import by_grouping
from trainings.figures.participants import placed
from trainings.figures.sessions import taking_place
from trainings.models import Interest, Registration, SeatEvent, Session

Event = SeatEvent.Kind
# What says whether somebody waits: joining the line, and whatever leads out of it. Who is passed over waits on.
LEADS_OUT = (Event.SEATED, Event.CANCELLED, Event.PROMOTED, Event.OFFERED, Event.OVERBOOKED, Event.MOVED, Event.EXPIRED)


def waiting_rows(filters: Filters) -> QuerySet[Registration]:
    """In the line of a session that had not begun, by the last thing that had happened to their seat."""
    events = SeatEvent.objects.filter(
        registration=OuterRef("pk"), at__lte=filters.as_of, kind__in=[Event.QUEUED, *LEADS_OUT]
    )
    last = Subquery(events.order_by("-at", "-pk").values("kind")[:1])
    coming = taking_place(filters, "session__") & Q(session__starts_at__gt=filters.as_of)
    found = Registration.objects.filter(coming, filters.known("recorded_at")).annotate(last=last)
    return placed(found.filter(last=Event.QUEUED), filters)


def interest_rows(filters: Filters) -> QuerySet[Interest]:
    stands = Q(withdrawn_at=None) | Q(withdrawn_at__gt=filters.as_of)
    found = Interest.objects.filter(stands, filters.happened("confirmed_at"), topic__programme=filters.programme)
    return found if filters.cities is None else found.filter(city__in=filters.cities)


WAITING = number_of(
    waiting_rows,
    paths={
        "topic": "session__topic",
        "city": "place",
        "grouping": by_grouping("place"),
        "campaign": "session__campaign",
        "kind": "session__kind",
    },
)
INTERESTS = number_of(interest_rows, paths={"topic": "topic", "city": "city", "grouping": by_grouping()})


def waiting(filters: Filters) -> Value:
    """Registrations in waiting lists, from 0; n is the same. Source: SeatEvent, Registration."""
    return WAITING.whole(filters)


def interests(filters: Filters) -> Value:
    """Wishes to be told of a topic in a city that stood on that day, from 0; n is the same. Source: Interest."""
    return INTERESTS.whole(filters)


def _define(code: str, **said: Any) -> Definition:
    return Definition(code=code, unit=Unit.COUNT, protection=Protection.FEW, **said)


FIGURES: Sequence[Definition] = (
    _define(
        "waiting",
        compute=waiting,
        split=WAITING.parts,
        rows=waiting_rows,
        accepts=frozenset({"campaign", "cities", "sub_sector", "kind", "since", "until"}),
        breakdowns=("topic", "city", "grouping", "campaign", "kind"),
        kinds=Session.Kind.choices,
        name=_("Waiting for a seat"),
        words=_(
            "Registrations in the waiting list of a session that has not begun; the period is that of the session."
        ),
        sentence=ngettext_lazy(
            "{value} registration is waiting for a seat.", "{value} registrations are waiting for a seat.", "count"
        ),
    ),
    _define(
        "interests",
        compute=interests,
        split=INTERESTS.parts,
        rows=interest_rows,
        accepts=frozenset({"cities", "since", "until"}),
        breakdowns=("topic", "city", "grouping"),
        name=_("Wishes to be told of a date"),
        words=_(
            "“Tell me when a session on this topic opens near me”, confirmed and not taken back; the same person may wish for several topics."
        ),
        sentence=ngettext_lazy(
            "{value} wish to be told of a date was noted.", "{value} wishes to be told of a date were noted.", "count"
        ),
    ),
)
