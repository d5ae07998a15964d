"""Sessions held and planned, the cities they group, how full they were."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from figures.counting import Among, Counting, Path, Split, by_time, number_of
from figures.definition import Definition, Filters, Unit, Value
from programmes.placing import by_grouping, groupings_of_cities
from trainings.models import Session, SessionQuerySet

OF_SESSIONS = frozenset({"campaign", "cities", "kind", "since", "until"})


def groupings_of_sessions(filters: Filters) -> Mapping[int, set[int]]:
    """By the key of each session: the groupings of those of its cities that were asked for."""
    groupings = groupings_of_cities(filters)
    links = Session.cities.through.objects.filter(session__programme=filters.programme, city__in=groupings.keys())
    found: dict[int, set[int]] = defaultdict(set)
    for session, city in links.values_list("session", "city"):
        found[session].update(groupings[city])
    return found


PATHS: Mapping[str, Path] = {
    **by_time("starts_at"),
    "campaign": "campaign",
    "city": "cities",
    "grouping": Among("pk", groupings_of_sessions),
    "kind": "kind",
}


def taking_place(filters: Filters, to: str = "") -> Q:
    """Published, and not called off by then; `to` leads from a row to its session."""
    called_off = Q((f"{to}state", Session.State.CANCELLED), (f"{to}cancelled_at__lte", filters.as_of))
    wanted = Q((f"{to}programme", filters.programme)) & ~called_off & ~Q((f"{to}state", Session.State.DRAFT))
    if filters.campaign is not None:
        wanted &= Q((f"{to}campaign", filters.campaign))
    if filters.kind:
        wanted &= Q((f"{to}kind", filters.kind))
    return wanted & filters.known(f"{to}recorded_at") & filters.in_period(f"{to}starts_at")


def held(filters: Filters, to: str = "") -> Q:
    """Over by then; in a period by its first day."""
    return taking_place(filters, to) & Q((f"{to}ends_at__lte", filters.as_of))


def in_cities(filters: Filters, to: str = "pk") -> Q:
    """Of the cities asked for at least one; `to` leads from a row to its session."""
    if filters.cities is None:
        return Q()
    return Q(Exists(Session.cities.through.objects.filter(session=OuterRef(to), city__in=filters.cities)))


def held_rows(filters: Filters) -> SessionQuerySet:
    return Session.objects.filter(held(filters), in_cities(filters))


def planned_rows(filters: Filters) -> SessionQuerySet:
    """Announced by then, and not over."""
    announced = Q(published_at=None) | Q(published_at__lte=filters.as_of)
    return Session.objects.filter(taking_place(filters), announced, in_cities(filters), ends_at__gt=filters.as_of)


def first_training(filters: Filters) -> date | None:
    """The day on which the first training, workshop or small group began or will begin, as announced by then; None without any.
    Source: Session."""
    trainings = Q(kind__in=Session.BY_OFFER)
    found = [rows(filters).filter(trainings).order_by("starts_at").first() for rows in (held_rows, planned_rows)]
    return min((timezone.localdate(one.starts_at) for one in found if one and one.starts_at), default=None)


def links_to_cities(rows: Callable[[Filters], SessionQuerySet], filters: Filters) -> QuerySet[Any]:
    """A row for each session and city of it."""
    found = Session.cities.through.objects.filter(session__in=rows(filters).order_by().values("pk"))
    return found if filters.cities is None else found.filter(city__in=filters.cities)


def _cities_of(rows: Callable[[Filters], SessionQuerySet]) -> Counting:
    paths: Mapping[str, Path] = {
        **by_time("session__starts_at"),
        "campaign": "session__campaign",
        "city": "city",
        "grouping": by_grouping(),
        "kind": "session__kind",
    }
    return number_of(partial(links_to_cities, rows), "city", paths)


def _heads_counted(row: Mapping[str, Any]) -> Value:
    """Over `n` sessions at which somebody counted."""
    return Value(Fraction(row["heads"] or 0), row["n"])


HELD = number_of(held_rows, paths=PATHS)
PLANNED = number_of(planned_rows, paths=PATHS)
CITIES_HELD, CITIES_PLANNED = _cities_of(held_rows), _cities_of(planned_rows)
HEAD_COUNTS = Counting(held_rows, {"heads": Sum("head_count"), "n": Count("head_count")}, _heads_counted, PATHS)


def sessions_held(filters: Filters) -> Value:
    """Sessions that are over, from 0; n is the same. Source: Session."""
    return HELD.whole(filters)


def sessions_planned(filters: Filters) -> Value:
    """Sessions announced and not over, from 0; n is the same. Source: Session."""
    return PLANNED.whole(filters)


def cities_with_sessions(filters: Filters) -> Value:
    """Cities of the sessions held, each once, from 0; n is the same. Source: Session.cities."""
    return CITIES_HELD.whole(filters)


def cities_with_sessions_planned(filters: Filters) -> Value:
    """Cities of the sessions planned, each once, from 0; n is the same. Source: Session.cities."""
    return CITIES_PLANNED.whole(filters)


def head_counts(filters: Filters) -> Value:
    """Heads that somebody counted, from 0; n is the number of sessions at which it was done. Source: Session.head_count."""
    return HEAD_COUNTS.whole(filters)


def define(code: str, counting: Split, **said: Any) -> Definition:
    """A figure of the sessions held, unless `said` has other rows."""
    return Definition(
        code=code,
        split=counting.parts,
        accepts=OF_SESSIONS,
        breakdowns=("month", "quarter", "campaign", "city", "grouping", "kind"),
        kinds=Session.Kind.choices,
        **{"unit": Unit.COUNT, "rows": held_rows, **said},
    )


FIGURES: Sequence[Definition] = (
    define(
        "sessions-held",
        HELD,
        compute=sessions_held,
        name=_("Sessions held"),
        words=_(
            "Sessions that are over, each once, in the period of their first day. A city has those that it takes part in; a session "
            "of several cities counts in each of them, and once in the whole. Those called off do not count."
        ),
        sentence=ngettext_lazy("{value} session was held.", "{value} sessions were held.", "count"),
    ),
    define(
        "sessions-planned",
        PLANNED,
        compute=sessions_planned,
        rows=planned_rows,
        name=_("Sessions planned"),
        words=_(
            "Sessions that were announced by that day and are not over, each once, in the period of their first day."
        ),
        sentence=ngettext_lazy("{value} further session is planned.", "{value} further sessions are planned.", "count"),
    ),
    define(
        "cities-with-sessions",
        CITIES_HELD,
        compute=cities_with_sessions,
        name=_("Cities with a session held"),
        words=_("Cities that took part in a session that is over, alone or with others, each once."),
        sentence=ngettext_lazy(
            "The sessions held grouped {value} city.", "The sessions held grouped {value} cities.", "count"
        ),
    ),
    define(
        "cities-with-sessions-planned",
        CITIES_PLANNED,
        compute=cities_with_sessions_planned,
        rows=planned_rows,
        name=_("Cities with a session planned"),
        words=_("Cities that take part in a session that is planned, alone or with others, each once."),
        sentence=ngettext_lazy(
            "The sessions planned group {value} city.", "The sessions planned group {value} cities.", "count"
        ),
    ),
    define(
        "heads-counted",
        HEAD_COUNTS,
        compute=head_counts,
        name=_("Heads counted"),
        words=_(
            "Heads that somebody counted in the room, as at a conference: people without a name, who are not among the "
            "participants. n is the number of sessions at which heads were counted."
        ),
        sentence=ngettext_lazy(
            "{value} head was counted in the room, beside the participants who are known by name.",
            "{value} heads were counted in the room, beside the participants who are known by name.",
            "count",
        ),
    ),
)
