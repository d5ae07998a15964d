"""The life of a session: made by copying or as a series, published, changed, held, merged into another, cancelled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from trainings import attending, registering, seating, telling
from trainings.models import Registration, RegistrationQuerySet, SeatEvent, Session, SessionDate

State = Session.State
Span = tuple[datetime, datetime]

# What a copy takes over; the rest is its own.
COPIED = (
    "programme",
    "campaign",
    "kind",
    "topic",
    "module",
    "titles",
    "host",
    "venue",
    "address",
    "link",
    "languages",
    "level",
    "bring",
    "capacity",
    "minimum",
)
# Which changes people are told of, and as what.
TOLD_AS = {
    "venue": "place",
    "address": "place",
    "host": "place",
    "link": "link",
    "trainers": "trainers",
    "titles": "other",
    "bring": "other",
    "languages": "other",
}
MANY = ("cities", "trainers")


class NotReady(Exception):
    """Something is missing before people can register; `missing` names what: dates, languages, place."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(", ".join(missing))


class WrongState(Exception):
    """It is over, cancelled, or published already: this can't be done to it any more, or not yet."""


class TooEarly(Exception):
    """It has not begun."""


@dataclass(frozen=True, slots=True)
class Told:
    """What of a change people would be told, and who."""

    changes: tuple[str, ...]
    registrations: RegistrationQuerySet


@transaction.atomic
def copy(*, session: Session, starts: Sequence[datetime], by: User | None = None) -> Session:
    """A draft like this session whose dates begin at these times, and are as long as its own."""
    new = Session.objects.create(**{name: getattr(session, name) for name in COPIED})
    for name in MANY:
        getattr(new, name).set(getattr(session, name).all())
    lengths = [each.ends_at - each.starts_at for each in session.dates.all()]
    begins = [start.astimezone(UTC) for start in starts]  # an hour lasts an hour, also while the clocks change
    _set_dates(new, [(start, start + lengths[min(place, len(lengths) - 1)]) for place, start in enumerate(begins)])
    new.campaign = (new.programme.campaign_at(timezone.localdate(min(starts))) if starts else None) or new.campaign
    new.save(update_fields=["campaign"])
    seating.note(new, SeatEvent.Kind.STATE, timezone.now(), by=by, reason=f"{State.DRAFT} ← {session.uid}")
    return new


@transaction.atomic
def series(*, session: Session, days: Sequence[date], by: User | None = None) -> list[Session]:
    """A draft for each of these days, at the session's own hours by the clock on the wall, whatever the season."""
    begins = [timezone.localtime(each.starts_at) for each in session.dates.all()]
    return [copy(session=session, starts=[_on(day, start, begins[0]) for start in begins], by=by) for day in days]


def _on(day: date, start: datetime, first: datetime) -> datetime:
    later = start.date() - first.date()
    return timezone.make_aware(datetime.combine(day + later, start.time()))


@transaction.atomic
def publish(*, session: Session, by: User | None, at: datetime | None = None) -> Session:
    """From now on people see it and register, and those who wait for its topic are told. Raises NotReady, WrongState."""
    place = seating.locked(session)
    if place.state != State.DRAFT:
        raise WrongState
    if missing := _missing(place):
        raise NotReady(missing)
    place.cities.add(place.host)
    place.published_at = at or timezone.now()
    _turn(place, State.OPEN, by, place.published_at)
    telling.session_opened(place)
    return place


def _missing(session: Session) -> list[str]:
    there = {
        "dates": session.dates.exists(),
        "languages": bool(session.languages),
        "place": bool(session.venue or session.address or session.link),
    }
    return [name for name, is_there in there.items() if not is_there]


@transaction.atomic
def close(*, session: Session, by: User | None, at: datetime | None = None) -> Session:
    """Nobody registers by themselves any more; who waits may still be promoted. Raises WrongState."""
    return _turn_from(session, State.OPEN, State.CLOSED, by, at)


@transaction.atomic
def reopen(*, session: Session, by: User | None, at: datetime | None = None) -> Session:
    """Raises WrongState."""
    return _turn_from(session, State.CLOSED, State.OPEN, by, at)


@transaction.atomic
def hold(*, session: Session, by: User | None, head_count: int | None = None, at: datetime | None = None) -> Session:
    """It took place: vouchers of those who did not come are released. Late paper may still be marked.

    Raises TooEarly, WrongState.
    """
    now = at or timezone.now()
    place = seating.locked(session)
    if place.state not in (State.OPEN, State.CLOSED):
        raise WrongState
    if place.starts_at is None or now < place.starts_at:
        raise TooEarly
    place.head_count = head_count
    _turn(place, State.HELD, by, now)
    for registration in _of(place, Registration.objects.registered()) if place.module_id else ():
        attending.settle(registration=registration, at=now, by=by)
    return place


@transaction.atomic
def cancel_session(*, session: Session, by: User | None, reason: str, at: datetime | None = None) -> Session:
    """Everybody is told once, vouchers are released, nobody is promoted. Twice does no harm. Raises WrongState once held."""
    now = at or timezone.now()
    place = seating.locked(session)
    if place.state == State.CANCELLED:
        return place
    if place.state == State.HELD:
        raise WrongState
    place.cancelled_at, place.cancel_reason = now, reason
    place.sequence += 1
    _turn(place, State.CANCELLED, by, now, reason)
    registrations = _of(place, Registration.objects.live())
    for registration in registrations:
        seating.cancel(place, registration, reason, now, by)
    telling.session_cancelled(place, registrations)
    return place


@transaction.atomic
def merge(*, session: Session, into: Session, by: User, at: datetime | None = None) -> list[Registration]:
    """Too few came: all go to the other session, are told, and may refuse. Those who waited queue there behind.

    Raises registering.NoPlace when those who had seats don't all fit, registering.NotOpen when it does not take place, WrongState.
    """
    now = at or timezone.now()
    place, target = seating.locked_both(session, into)
    if place.state not in (State.OPEN, State.CLOSED) or place == target:
        raise WrongState
    if not target.is_coming_at(now):
        raise registering.NotOpen
    there = Registration.objects.live().filter(session=target).values("person")
    if Registration.objects.seated().filter(session=place).exclude(person__in=there).seats() > target.free_seats:
        raise registering.NoPlace
    moved = []
    for old in _of(place, Registration.objects.live()):
        moved.append(seating.move(old, target, now, by))
        telling.moved(old=old, new=moved[-1])
    place.cancelled_at, place.cancel_reason = now, f"→ {target}"[:250]
    place.sequence += 1
    _turn(place, State.CANCELLED, by, now, place.cancel_reason)
    return moved


@transaction.atomic
def change(
    *,
    session: Session,
    values: Mapping[str, Any],
    by: User | None,
    dates: Sequence[Span] | None = None,
    at: datetime | None = None,
) -> Session:
    """New values of its fields, and new dates; whoever is concerned is told of what `changes_told` says.

    Raises registering.BelowTaken, ValidationError, and ValueError for fewer dates than were attended already.
    """
    now = at or timezone.now()
    place = seating.locked(session)
    told = changes_told(place, values, dates)
    dates_before = place.dates.count()
    if "capacity" in values:
        place = registering.change_capacity(session=place, capacity=values["capacity"], by=by, at=now)
    _write(place, values)
    if dates is not None:
        _set_dates(place, dates)
    if told.changes:
        place.sequence += 1
        place.save(update_fields=["sequence"])
        telling.session_changed(place, changes=told.changes, dates_before=dates_before)
    seating.promote(place, now)  # a date put off may end the last 24 hours
    return place


def changes_told(session: Session, values: Mapping[str, Any], dates: Sequence[Span] | None = None) -> Told:
    """What would be told to whom; nothing is written. Nobody is told of a draft, nor of what is over."""
    found = [TOLD_AS[name] for name in values if name in TOLD_AS and _differs(session, name, values[name])]
    if dates is not None and sorted(dates) != [(each.starts_at, each.ends_at) for each in session.dates.all()]:
        found.append("dates")
    changes = tuple(dict.fromkeys(found)) if session.state in (State.OPEN, State.CLOSED) else ()
    whom = telling.whom_to_tell(session)
    return Told(changes, whom if changes else whom.none())


def _differs(session: Session, name: str, value: Any) -> bool:
    if name in MANY:
        return {row.pk for row in value} != set(getattr(session, name).values_list("pk", flat=True))
    return bool(getattr(session, name) != value)


def _write(place: Session, values: Mapping[str, Any]) -> None:
    plain = [name for name in values if name not in (*MANY, "capacity")]
    for name in plain:
        setattr(place, name, values[name])
    if plain:
        place.validate_constraints()
        place.save(update_fields=plain)
    for name in (name for name in MANY if name in values):
        getattr(place, name).set(values[name])


def _set_dates(place: Session, spans: Iterable[Span]) -> None:
    """Existing rows are moved rather than made anew: attendance hangs on them."""
    rows, wanted = [*place.dates.all()], sorted(spans)
    for row, (start, end) in zip(rows, wanted, strict=False):
        row.starts_at, row.ends_at = start, end
        row.save(update_fields=["starts_at", "ends_at"])
    SessionDate.objects.bulk_create(
        SessionDate(session=place, starts_at=start, ends_at=end) for start, end in wanted[len(rows) :]
    )
    surplus = SessionDate.objects.filter(pk__in=[row.pk for row in rows[len(wanted) :]])
    if surplus.filter(attendances__isnull=False).exists():
        raise ValueError("a date that was attended can't go")
    surplus.delete()
    place.settle_dates()


def _of(place: Session, registrations: RegistrationQuerySet) -> list[Registration]:
    """Those who have seats first, then those who wait by rank; a session's own rows under its lock."""
    rows = [*registrations.filter(session=place).select_related("person", "business")]
    for row in rows:
        row.session = place
    return sorted(rows, key=lambda row: (row.state == Registration.State.WAITING, row.rank or 0, row.asked_at, row.pk))


def _turn_from(session: Session, before: str, after: str, by: User | None, at: datetime | None) -> Session:
    place = seating.locked(session)
    if place.state == after:
        return place
    if place.state != before:
        raise WrongState
    _turn(place, after, by, at or timezone.now())
    return place


def _turn(place: Session, state: str, by: User | None, now: datetime, reason: str = "") -> None:
    place.state = state
    place.save(update_fields=["state", "published_at", "cancelled_at", "cancel_reason", "head_count", "sequence"])
    seating.note(place, SeatEvent.Kind.STATE, now, by=by, reason=" ".join(filter(None, (state, reason))))
