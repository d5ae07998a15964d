"""Seats: one function registers, one cancels, one promotes; every path calls them.

Each locks the session's row first, and then counts: whoever comes meanwhile waits for the end of the transaction. Behind it stand the
constraints of the tables.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from businesses.models import Business, Person
from programmes.models import Mobilisation
from programmes.naming import tidied
from trainings import seating, telling
from trainings.models import Registration, SeatEvent, Session

State = Registration.State
Channel = Registration.Channel
Event = SeatEvent.Kind
HOLD = seating.HOLD


class NotOpen(Exception):
    """Registration is not open, or not any more; staff may still register somebody."""


class TooLate(Exception):
    """The registration was cancelled, or the session is over, or has begun."""


class BelowTaken(ValueError):
    """The capacity can't go below the seats that are taken; `taken` says how many."""

    def __init__(self, taken: int) -> None:
        self.taken = taken
        super().__init__(str(taken))


class MayNotOverbook(Exception):
    """Seats beyond the capacity are a right of its own."""


class NoPlace(Exception):
    """There are not enough free seats."""


class Beside(TypedDict, total=False):
    """What may be said of a registration beside who comes, and when; as its fields are called."""

    business: Business | None
    channel: str
    via: Mobilisation | None
    names_told_at: datetime | None
    uid: UUID


def enter(
    *,
    session: Session,
    person: Person,
    language: str,
    with_helper: bool = False,
    helper_name: str = "",
    by: User | None = None,
    is_confirmed: bool = False,
    is_told: bool = True,
    at: datetime | None = None,
    **beside: Unpack[Beside],
) -> Registration:
    """A seat, held until confirmed unless it is confirmed already; or a place in the waiting list. Asking twice gives one.

    Staff (`by`) and the door register also when registration is closed or from late paper, and confirm at once. Raises NotOpen.
    Stands in a transaction of the caller's: `register` is the same with one of its own.
    """
    now = at or timezone.now()
    place = seating.locked(session)
    is_by_hand = by is not None or beside.get("channel") == Channel.DOOR
    confirmed_at = now if is_confirmed or is_by_hand else None
    if known := seating.of_person(place, person.pk):
        return confirm(registration=known, at=now) if confirmed_at and not known.confirmed_at else known
    if not (place.takes_place if is_by_hand else place.is_open_at(now)):
        raise NotOpen
    registration = Registration(
        session=place,
        person=person,
        seats=2 if with_helper else 1,
        helper_name=tidied(helper_name) if with_helper else "",
        language=language,
        asked_at=now,
        confirmed_at=confirmed_at,
        **beside,
    )
    seating.accept(place, [registration], now, by)
    if is_told:
        telling.accepted(registration)
    return registration


register = transaction.atomic(enter)


def enter_all(
    *, session: Session, newcomers: Sequence[Registration], by: User | None, is_told: bool = True, at: datetime
) -> list[Registration]:
    """As `enter` for each of another person, by hand and in this order; what is theirs, which for some may be what they had.

    The lock is held for a handful of statements and the mails. Stands in a transaction of the caller's. Raises NotOpen.
    """
    place = seating.locked(session)
    if not place.takes_place:
        raise NotOpen
    live = seating.of_persons(place, [each.person_id for each in newcomers])
    new = [each for each in newcomers if each.person_id not in live]
    for registration in new:
        registration.session, registration.asked_at, registration.confirmed_at = place, at, at
    seating.accept(place, new, at, by)
    for registration in new if is_told else ():
        telling.accepted(registration)
    return [live.get(each.person_id, each) for each in newcomers]


@transaction.atomic
def confirm(*, registration: Registration, at: datetime | None = None) -> Registration:
    """The button in the mail: the held or offered seat is taken, the place in the line confirmed. Twice does no harm.

    A seat is one's own until it is taken back; from then on one asks anew, behind those who wait: that is another
    registration, and returned. Raises TooLate.
    """
    now = at or timezone.now()
    current = seating.standing(registration)
    place = current.session
    if current.confirmed_at and current.state in (State.REGISTERED, State.WAITING):
        return current
    if current.state == State.CANCELLED or not place.is_coming_at(now):
        raise TooLate
    if current.state == State.EXPIRED:
        return _ask_again(current, now)
    seating.confirm(place, current, now)
    telling.accepted(current)
    return current


def _ask_again(expired: Registration, now: datetime) -> Registration:
    try:
        return register(
            session=expired.session,
            person=expired.person,
            business=expired.business,
            with_helper=expired.has_helper,
            helper_name=expired.helper_name,
            language=expired.language,
            channel=expired.channel,
            via=expired.via,
            names_told_at=expired.names_told_at,
            is_confirmed=True,
            at=now,
        )
    except NotOpen as error:
        raise TooLate from error


@transaction.atomic
def take(*, registration: Registration, at: datetime | None = None) -> Registration:
    """In the last 24 hours a free seat goes to the first of those who wait that comes for it. Raises TooLate, NoPlace."""
    now = at or timezone.now()
    place = seating.locked(registration.session)
    current = seating.current(registration, place)
    if current.state == State.REGISTERED:
        return current
    if current.state != State.WAITING or not place.is_coming_at(now):
        raise TooLate
    if not place.is_in_last_call(now) or current.seats > place.free_seats:
        raise NoPlace
    seating.seat_from_line(place, current, Event.SEATED, now)
    return current


@transaction.atomic
def cancel(
    *, registration: Registration, by: User | None = None, reason: str = "", at: datetime | None = None
) -> Registration:
    """Gives the seats back, and to who waits. Twice does no harm. `by` is None when the person did it with the mailed link.

    By oneself until the session begins. Raises TooLate.
    """
    now = at or timezone.now()
    current = seating.standing(registration)
    place = current.session
    if not current.is_live:
        return current
    _refuse_late(place, by, now)
    seating.cancel(place, current, reason, now, by)
    telling.cancelled(current)
    seating.promote(place, now)
    return current


def _refuse_late(place: Session, by: User | None, now: datetime) -> None:
    """By oneself until the session begins, by staff ever after."""
    if by is None and place.cancellable_until and now >= place.cancellable_until:
        raise TooLate


@transaction.atomic
def promote(*, session: Session, at: datetime | None = None) -> None:
    """Gives free seats to who waits, in the order of the ranks, where one fits."""
    seating.promote(seating.locked(session), at or timezone.now())


@transaction.atomic
def expire(*, session: Session, at: datetime | None = None) -> int:
    """Takes back the seats of this session that were held or offered too long; returns how many registrations."""
    now = at or timezone.now()
    place = seating.locked(session)
    lapsed = [*Registration.objects.lapsed(now).filter(session=place).select_related("person", "business")]
    for registration in lapsed:
        registration.session = place
        seating.expire(place, registration, now)
    seating.promote(place, now)
    return len(lapsed)


def expire_lapsed(*, at: datetime | None = None) -> int:
    """The same for all sessions, each in its own transaction."""
    now = at or timezone.now()
    return sum(expire(session=session, at=now) for session in Session.objects.with_lapsed(now))


@transaction.atomic
def change_capacity(*, session: Session, capacity: int, by: User | None, at: datetime | None = None) -> Session:
    """More seats go to who waits; fewer than are taken is refused. Raises BelowTaken, ValidationError."""
    now = at or timezone.now()
    place = seating.locked(session)
    if capacity < min(place.seats_taken, place.capacity):
        raise BelowTaken(place.seats_taken)
    if capacity != place.capacity:
        reason = f"{place.capacity} → {capacity}"
        place.capacity = capacity
        place.validate_constraints()
        seating.settle(place)
        seating.note(place, Event.CAPACITY, now, by=by, reason=reason)
        seating.promote(place, now)
    return place


@transaction.atomic
def overbook(*, registration: Registration, by: User, at: datetime | None = None) -> Registration:
    """Seats somebody who waits beyond the capacity, by the named right, and logs it. Raises MayNotOverbook."""
    now = at or timezone.now()
    place = seating.locked(registration.session)
    if not may_overbook(by, place, now):
        raise MayNotOverbook
    return overbook_here(place, seating.current(registration, place), now, by)


def overbook_here(place: Session, entry: Registration, now: datetime, by: User | None) -> Registration:
    """For callers that hold the lock, and have asked who may."""
    if entry.state == State.WAITING:
        _allow(place, entry.seats)
        seating.seat_from_line(place, entry, Event.OVERBOOKED, now, by)
    return entry


def _allow(place: Session, seats: int) -> None:
    place.overbooked = max(place.overbooked, place.seats_taken + seats - place.capacity)


def may_overbook(user: User, session: Session, at: datetime) -> bool:
    """Staff by the named right; on the day itself also the session's trainer."""
    if user.has_perm("trainings.overbook_session"):
        return True
    return session.is_on_the_day(at) and session.trainers.filter(pk=user.pk).exists()


@transaction.atomic
def move(*, registration: Registration, to: Session, by: User, at: datetime | None = None) -> Registration:
    """The same people in another session, told once. Raises NoPlace, and NotOpen when that session does not take place."""
    now = at or timezone.now()
    place, target = seating.locked_both(registration.session, to)
    old = seating.current(registration, place)
    if not old.is_live or place == target:
        return old.standing
    if not target.is_coming_at(now):
        raise NotOpen
    if target.free_seats < old.seats and not seating.of_person(target, old.person_id):
        raise NoPlace
    new = seating.move(old, target, now, by)
    telling.moved(old=old, new=new)
    seating.promote(place, now)
    return new


@transaction.atomic
def bring_helper(
    *,
    registration: Registration,
    helper_name: str = "",
    is_at_door: bool = False,
    by: User | None = None,
    at: datetime | None = None,
) -> Registration:
    """A second seat for the helper, or only the name of one who has it. Who waits then waits for two, and keeps the rank.

    A seat by oneself until the session begins; on the day the door may go beyond the capacity. Raises NoPlace, TooLate.
    """
    now = at or timezone.now()
    current = seating.standing(registration)
    if not current.is_live or not current.session.takes_place:
        raise TooLate
    current.helper_name = tidied(helper_name) or current.helper_name
    if current.has_helper:
        current.save(update_fields=["helper_name"])
        return current
    if not is_at_door:
        _refuse_late(current.session, by, now)
    _seat_helper(current.session, current, now, by, is_at_door=is_at_door)
    if not is_at_door:
        telling.helper_changed(current, now)
    return current


def _seat_helper(place: Session, current: Registration, now: datetime, by: User | None, *, is_at_door: bool) -> None:
    if current.state == State.WAITING:
        seating.bring_helper(place, current, Event.QUEUED, now, by)
    elif place.free_seats:
        seating.bring_helper(place, current, Event.SEATED, now, by)
    elif is_at_door and place.is_on_the_day(now):
        _allow(place, 1)
        seating.bring_helper(place, current, Event.OVERBOOKED, now, by)
    else:
        raise NoPlace


@transaction.atomic
def leave_helper(*, registration: Registration, by: User | None = None, at: datetime | None = None) -> Registration:
    """The helper does not come: the second seat goes to who waits, the first stays. Twice does no harm.

    By oneself until the session begins. Raises TooLate.
    """
    now = at or timezone.now()
    current = seating.standing(registration)
    place = current.session
    if not current.is_live or not current.has_helper:
        return current
    _refuse_late(place, by, now)
    seating.leave_helper(place, current, now, by)
    telling.helper_changed(current, now)
    seating.promote(place, now)
    return seating.current(current, place)
