"""The sessions that somebody gives, each with its numbers and the way to its door."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from trainings import doors, heads, moments
from trainings.models import Attendance, Registration, Session, SessionDate
from trainings.presenting import SessionView, Standing

MOST_PAST = 50


@dataclass(frozen=True, slots=True)
class Taught:
    """One of them: how many wait for a seat, how many heads came on at least one date, and its door."""

    view: SessionView
    waiting: int
    came: int

    @property
    def session(self) -> Session:
        return self.view.session

    @property
    def is_over(self) -> bool:
        return self.view.standing in (Standing.OVER, Standing.CANCELLED)

    @property
    def door(self) -> doors.Standing:
        return doors.standing(self.session, self.view.at)

    @property
    def door_url(self) -> str:
        return doors.url(self.session)

    @property
    def opens(self) -> str:
        span = doors.window(self.session)
        return moments.day(span.opens_at) if span else ""

    @property
    def closes(self) -> str:
        span = doors.window(self.session)
        return moments.day_and_clock(span.closes_at) if span else ""


@dataclass(frozen=True, slots=True)
class Evening:
    """How many were there on one date, of those who were expected."""

    when: str
    present: int
    expected: int


def sessions_of(user: User, at: datetime) -> tuple[list[Taught], list[Taught]]:
    """Those to come, the next first, and those that are over, the latest first. Few queries, however many they are."""
    given = Session.objects.taught_by(user).with_names()
    coming = [*given.not_over(at).order_by("starts_at", "pk")]
    past = [*given.over(at).order_by("-starts_at", "-pk")[:MOST_PAST]]
    waiting, came = _waiting(coming), _came([*coming, *past])

    def listed(sessions: list[Session]) -> list[Taught]:
        return [Taught(SessionView(session, at), waiting[session.pk], came[session.pk]) for session in sessions]

    return listed(coming), listed(past)


def taught(session: Session, at: datetime) -> Taught:
    return Taught(SessionView(session, at), _waiting([session])[session.pk], _came([session])[session.pk])


def evenings(session: Session) -> list[Evening]:
    here = heads.at_door(session)
    return [_evening(here, date) for date in session.dates.all()]


def _evening(here: heads.AtDoor, date: SessionDate) -> Evening:
    rows = here.rows(date)
    present = sum(row.mark == "present" for row in rows)
    return Evening(moments.span(date), present, sum(row.head.is_expected for row in rows))


def _waiting(sessions: Iterable[Session]) -> Counter[int]:
    return Counter(Registration.objects.waiting().filter(session__in=sessions).values_list("session", flat=True))


def _came(sessions: Iterable[Session]) -> Counter[int]:
    present = Attendance.objects.filter(registration__session__in=sessions, is_present=True).order_by()
    came = present.values_list("registration__session", "registration", "is_helper").distinct()
    return Counter(session for session, _registration, _is_helper in came)
