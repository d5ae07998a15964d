"""From wishes to trainings: the funnel over signed slips alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from diagnostics.models import Diagnostic
from figures.counting import Among, by_time, number_of
from figures.definition import Definition, Filters, Protection, Unit, Value, share
from figures.once import once
from surveys.models import Slip
from trainings.figures.per_session import OF_A_SESSION, PerSession
from trainings.figures.sessions import groupings_of_sessions, in_cities
from trainings.models import Attendance, Registration, Session

type Rows = Callable[[Filters], QuerySet[Slip]]

BREAKDOWNS = ("month", "quarter", "campaign", "city", "grouping")
PATHS = {
    **by_time("signed_at"),
    "campaign": "registration__session__campaign",
    "city": "registration__session__cities",
    "grouping": Among("registration__session", groupings_of_sessions),
}


def slip_rows(filters: Filters) -> QuerySet[Slip]:
    found = Slip.objects.filter(
        filters.happened("signed_at"),
        filters.known("recorded_at"),
        in_cities(filters, "registration__session"),
        registration__session__programme=filters.programme,
    )
    if filters.campaign is not None:
        found = found.filter(registration__session__campaign=filters.campaign)
    return found


def wanting_rows(filters: Filters) -> QuerySet[Slip]:
    """Those that want a training: a topic, or a small group. What becomes of a helper's wish nobody could count."""
    topics = Slip.topics.through.objects.filter(slip=OuterRef("pk"))
    return slip_rows(filters).filter(Exists(topics) | Q(wants_small_group=True), is_helper=False)


def declining_rows(filters: Filters) -> QuerySet[Slip]:
    """Those that want nothing, for the reason of `kind` or for any."""
    found = slip_rows(filters).filter(wants_nothing=True)
    return found.filter(reason=filters.kind) if filters.kind else found


def stopped_rows(filters: Filters) -> QuerySet[Slip]:
    """Those that wanted a training and said six weeks later that nothing came of it."""
    found = wanting_rows(filters).filter(outcome=Slip.Outcome.NOT, outcome_at__lte=filters.as_of)
    return found.filter(outcome_reason=filters.kind) if filters.kind else found


def booked_rows(filters: Filters) -> QuerySet[Slip]:
    """Whose person asked for a training after signing; a seat that was given back later counts."""
    trained = Registration.objects.filter(session__kind__in=Session.BY_OFFER, person=OuterRef("person"))
    booked = trained.filter(asked_at__gte=OuterRef("signed_at"), asked_at__lte=filters.as_of)
    return wanting_rows(filters).filter(Exists(booked))


def attended_rows(filters: Filters) -> QuerySet[Slip]:
    """Whose person was present at a training after signing."""
    seen = Attendance.objects.filter(
        is_present=True,
        registration__session__kind__in=Session.BY_OFFER,
        registration__person=OuterRef("person"),
        date__starts_at__gt=OuterRef("signed_at"),
        date__starts_at__lte=filters.as_of,
    )
    return wanting_rows(filters).filter(Exists(seen))


def better_rows(filters: Filters) -> QuerySet[Slip]:
    """Whose person completed a self-diagnostic after signing with more points than in the last one before."""
    own = Diagnostic.objects.scored().filter(person=OuterRef("person"), completed_at__lte=filters.as_of)
    before = own.filter(completed_at__lt=OuterRef("signed_at")).order_by("-completed_at")
    after = own.filter(completed_at__gte=OuterRef("signed_at")).order_by("-completed_at")
    scored = wanting_rows(filters).annotate(
        was=Subquery(before.values("score")[:1]), now=Subquery(after.values("score")[:1])
    )
    return scored.filter(now__gt=F("was"))


@dataclass(frozen=True, slots=True)
class Signed:
    """Of the slips of one session: how many want a training, and of how many of these something came."""

    n: int
    led: int
    campaign: int
    session: int
    kind: str
    starts_at: datetime | None


@once
def _at_sessions(rows: Rows, filters: Filters) -> dict[tuple[Any, ...], int]:
    """How many of the slips belong to each session."""
    where = [f"registration__session__{path}" for path in OF_A_SESSION]
    counted = rows(filters).order_by().values_list(*where).annotate(n=Count("pk"))
    return {tuple(session): n for *session, n in counted}


def _signed(came_of: Rows, filters: Filters) -> list[Signed]:
    """Counted by two statements: PostgreSQL joins to choose, where it would look up each slip to count those chosen beside all."""
    led = _at_sessions(came_of, filters)
    return [Signed(n, led.get(session, 0), *session) for session, n in _at_sessions(wanting_rows, filters).items()]


def _led(found: Sequence[Signed]) -> Value:
    return share(sum(each.led for each in found), sum(each.n for each in found))


WANTING, DECLINING, STOPPED = (number_of(rows, paths=PATHS) for rows in (wanting_rows, declining_rows, stopped_rows))
BOOKED, ATTENDED, BETTER = (
    PerSession(partial(_signed, rows), _led) for rows in (booked_rows, attended_rows, better_rows)
)


def slips_wanting(filters: Filters) -> Value:
    """Slips that want a topic or a small group, from 0; n is the same. Source: Slip."""
    return WANTING.whole(filters)


def slips_declining(filters: Filters) -> Value:
    """Slips that want nothing, for a reason, from 0; n is the same. Source: Slip.reason."""
    return DECLINING.whole(filters)


def slips_stopped(filters: Filters) -> Value:
    """Slips that wanted a training of which nothing came, for a reason, from 0; n is the same. Source: Slip.outcome_reason."""
    return STOPPED.whole(filters)


def slips_booked(filters: Filters) -> Value:
    """Slips whose person registered for a training afterwards (numerator) among those that wanted one (denominator, n), a ratio from 0
    to 1; None without a slip. Source: Slip, Registration."""
    return BOOKED.whole(filters)


def slips_attended(filters: Filters) -> Value:
    """Slips whose person was present at a training afterwards (numerator) among those that wanted one (denominator, n), a ratio from 0
    to 1; None without a slip. Source: Slip, Attendance."""
    return ATTENDED.whole(filters)


def slips_better(filters: Filters) -> Value:
    """Slips whose person has a better self-diagnostic afterwards than before (numerator) among those that wanted a training
    (denominator, n), a ratio from 0 to 1; None without a slip. Source: Slip, Diagnostic."""
    return BETTER.whole(filters)


def _define(code: str, rows: Rows, **said: Any) -> Definition:
    return Definition(
        code=code, **{"rows": rows, "unit": Unit.SHARE, "breakdowns": ("campaign", "city", "grouping"), **said}
    )


_counted = partial(_define, unit=Unit.COUNT, protection=Protection.JOINT)
# Not split in time: filters go by the day of signing, and a session has its own.
_funnel = partial(_define, protection=Protection.JOINT)
WITH_REASONS = frozenset({"campaign", "cities", "kind", "since", "until"})

FIGURES: Sequence[Definition] = (
    _counted(
        "slips-wanting",
        wanting_rows,
        compute=slips_wanting,
        split=WANTING.parts,
        breakdowns=BREAKDOWNS,
        name=_("Want a training, by signed slip"),
        words=_(
            "Slips signed after a session that ask for a training topic or for a small group; one a participant and session. Those of "
            "helpers are left out: a helper is known by name alone, and what became of the wish could not be counted."
        ),
        sentence=ngettext_lazy(
            "{value} signed slip asks for a training.", "{value} signed slips ask for a training.", "count"
        ),
    ),
    _funnel(
        "slips-booked",
        booked_rows,
        compute=slips_booked,
        split=BOOKED.parts,
        name=_("Wishes that became a registration"),
        words=_(
            "Of the slips that ask for a training, those whose signer was registered, after signing, for a training, a workshop or a small "
            "group, whatever became of the seat. Without the slips of helpers, who are known by name alone."
        ),
        sentence=ngettext_lazy(
            "Of {n} slip that asks for a training, {value} led to a registration.",
            "Of {n} slips that ask for a training, {value} led to a registration.",
            "count",
        ),
    ),
    _funnel(
        "slips-attended",
        attended_rows,
        compute=slips_attended,
        split=ATTENDED.parts,
        name=_("Wishes that became a training"),
        words=_(
            "Of the slips that ask for a training, those whose signer was present at one on a later day. Without the slips of helpers, who "
            "are known by name alone."
        ),
        sentence=ngettext_lazy(
            "Of {n} slip that asks for a training, {value} led to one that was attended.",
            "Of {n} slips that ask for a training, {value} led to one that was attended.",
            "count",
        ),
    ),
    _funnel(
        "slips-better",
        better_rows,
        compute=slips_better,
        split=BETTER.parts,
        name=_("Wishes followed by a better self-diagnostic"),
        words=_(
            "Of the slips that ask for a training, those whose signer completed a self-diagnostic after signing with more points than the "
            "last one before. It says what came after, not what it came from. Without the slips of helpers, who are known by name alone."
        ),
        sentence=ngettext_lazy(
            "Of {n} slip that asks for a training, {value} were followed by a better self-diagnostic.",
            "Of {n} slips that ask for a training, {value} were followed by a better self-diagnostic.",
            "count",
        ),
    ),
    _counted(
        "slips-declining",
        declining_rows,
        compute=slips_declining,
        split=DECLINING.parts,
        accepts=WITH_REASONS,
        kinds=Slip.Reason.choices,
        breakdowns=("kind", "campaign"),
        name=_("Want nothing for now, by reason"),
        words=_("Slips signed after a session that ask for nothing, by the reason that was ticked."),
        sentence=ngettext_lazy(
            "{value} signed slip asks for nothing.", "{value} signed slips ask for nothing.", "count"
        ),
    ),
    _counted(
        "slips-stopped",
        stopped_rows,
        compute=slips_stopped,
        split=STOPPED.parts,
        accepts=WITH_REASONS,
        kinds=Slip.Reason.choices,
        breakdowns=("kind", "campaign"),
        name=_("Stopped, by reason"),
        words=_(
            "Slips that asked for a training, whose signer said six weeks later that nothing came of it, by the reason that was ticked. Only "
            "those who agreed to be contacted were asked. Without the slips of helpers, who are known by name alone."
        ),
        sentence=ngettext_lazy(
            "Of {value} slip that had asked for a training, the signer said later that nothing came of it.",
            "Of {value} slips that had asked for a training, the signers said later that nothing came of it.",
            "count",
        ),
    ),
)
