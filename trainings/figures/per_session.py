"""Figures of which a session is the unit: what was counted at each is read once, and put together as a whole and in parts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from figures.counting import Histogram, mean_of, median_of
from figures.definition import Definition, Filters, Unit, Value
from figures.months import first_day
from figures.once import once
from trainings.figures.heads import HEAD, present
from trainings.figures.sessions import define, groupings_of_sessions, held, in_cities
from trainings.models import Session


class AtSession(Protocol):
    """What was counted at one session held; without a session it belongs to the whole of its campaign alone."""

    @property
    def session(self) -> int | None: ...
    @property
    def campaign(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def starts_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class PerSession[Counted: AtSession]:
    """`read` says what was counted at each session, `value` makes the figure of any of them."""

    read: Callable[[Filters], Sequence[Counted]]
    value: Callable[[Sequence[Counted]], Value]

    def whole(self, filters: Filters) -> Value:
        return self.value(self.read(filters))

    def parts(self, filters: Filters, by: str) -> dict[Any, Value] | None:
        """A session counts in each of its cities, and once in a grouping of some of them; in time by its first day."""
        if by not in PLACES and by not in KEYS:
            return None
        found: dict[Any, list[Counted]] = defaultdict(list)
        keys = _keys(by, filters)
        for each in self.read(filters):
            for key in keys(each):
                found[key].append(each)
        return {key: self.value(those) for key, those in found.items()}


def _keys(by: str, filters: Filters) -> Callable[[AtSession], set[Any]]:
    """The parts to which each belongs."""
    if by in PLACES:
        places = PLACES[by](filters)
        return lambda each: places.get(each.session or 0, set())
    return lambda each: {key} if (key := KEYS[by](each)) else set()


def _cities_of_sessions(filters: Filters) -> Mapping[int, set[int]]:
    links = Session.cities.through.objects.filter(session__programme=filters.programme)
    if filters.cities is not None:
        links = links.filter(city__in=filters.cities)
    found: dict[int, set[int]] = defaultdict(set)
    for session, city in links.values_list("session", "city"):
        found[session].add(city)
    return found


def _begins(by: str) -> Callable[[AtSession], date | None]:
    return lambda each: first_day(timezone.localdate(each.starts_at), by) if each.starts_at else None


PLACES: Mapping[str, Callable[[Filters], Mapping[int, set[int]]]] = {
    "city": _cities_of_sessions,
    "grouping": groupings_of_sessions,
}
KEYS: Mapping[str, Callable[[AtSession], Any]] = {
    "month": _begins("month"),
    "quarter": _begins("quarter"),
    "year": _begins("year"),
    "campaign": lambda each: each.campaign,
    "kind": lambda each: each.kind,
}


@dataclass(frozen=True, slots=True)
class Heads:
    """How many were there at least once, wherever their shops lie."""

    heads: int
    campaign: int
    session: int
    kind: str
    starts_at: datetime | None


@once
def heads_of_sessions(filters: Filters) -> dict[int, int]:
    """By the key of each session held to which somebody came."""
    here = "registration__session"
    heads = present(filters).filter(held(filters, f"{here}__"), in_cities(filters, here)).order_by().values_list(here)
    return dict(heads.annotate(n=Count(HEAD, distinct=True)))


def _heads(filters: Filters) -> list[Heads]:
    there = heads_of_sessions(filters)
    sessions = Session.objects.filter(held(filters), in_cities(filters)).order_by()
    return [
        Heads(there.get(pk, 0), campaign, pk, kind, at)
        for campaign, pk, kind, at in sessions.values_list(*OF_A_SESSION)
    ]


OF_A_SESSION = ("campaign", "pk", "kind", "starts_at")


def _histogram(found: Sequence[Heads]) -> Histogram:
    return sorted(Counter(each.heads for each in found).items())


MEAN = PerSession(_heads, lambda found: mean_of(_histogram(found)))
MEDIAN = PerSession(_heads, lambda found: median_of(_histogram(found)))


def per_session_mean(filters: Filters) -> Value:
    """Heads present over sessions held, exact; n counts the sessions, None without any. Source: Attendance, Session."""
    return MEAN.whole(filters)


def per_session_median(filters: Filters) -> Value:
    """Heads present at the session in the middle, or between two; n counts the sessions, None without any. Source: as the mean."""
    return MEDIAN.whole(filters)


FIGURES: Sequence[Definition] = (
    define(
        "participants-per-session",
        MEAN,
        compute=per_session_mean,
        unit=Unit.MEAN,
        name=_("Participants per session, mean"),
        words=_(
            "Participants present, helpers included, over the sessions held. Sessions to which nobody came are among them; of the "
            "sessions of a city all participants count, wherever their shop is."
        ),
        sentence=ngettext_lazy(
            "At {n} session, the average number of participants was {value}.",
            "At {n} sessions, the average number of participants was {value}.",
            "count",
        ),
    ),
    define(
        "participants-per-session-median",
        MEDIAN,
        compute=per_session_median,
        unit=Unit.MEAN,
        name=_("Participants per session, median"),
        words=_(
            "Half of the sessions held had so many participants or fewer, half so many or more; counted as for the mean."
        ),
        sentence=ngettext_lazy(
            "At {n} session, the median number of participants was {value}.",
            "At half of {n} sessions, the number of participants was {value} or more.",
            "count",
        ),
    ),
)
