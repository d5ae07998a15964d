"""Seats: one function registers, one cancels, one promotes; every path calls them.

Each locks the session's row first, and then counts: whoever comes meanwhile waits for the end of the transaction. Behind it stand the
constraints of the tables.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from businesses.models import Business, Person
from trainings import telling, vouchers
from trainings.models import Registration, SeatEvent, Session
from trainings.seats import Entry, offered_until, promotions

State = Registration.State
Channel = Registration.Channel
Event = SeatEvent.Kind

# How long a seat waits for the button in the mail.
HOLD = timedelta(hours=2)


class NotOpen(Exception):
    """Registration is not open, or not any more; staff may still register somebody."""


class TooLate(Exception):
    """The seat was not taken in time, the registration was cancelled, or the session is over."""


class BelowTaken(ValueError):
    """The capacity can't go below the seats that are taken; `taken` says how many."""

    def __init__(self, taken: int) -> None:
        self.taken = taken
        super().__init__(str(taken))


class MayNotOverbook(Exception):
    """Seats beyond the capacity are a right of its own."""


class NoPlace(Exception):
    """The other session has not enough free seats."""


def locked(session: Session) -> Session:
    """The session as it is now; nobody else changes its seats before this transaction ends."""
    return Session.objects.select_for_update(of=("self",)).select_related("programme").get(pk=session.pk)


@transaction.atomic
def register(
    *,
    session: Session,
    person: Person,
    business: Business | None = None,
    with_helper: bool = False,
    helper_name: str = "",
    language: str,
    channel: str = Channel.PAGE,
    by: User | None = None,
    is_confirmed: bool = False,
    at: datetime | None = None,
) -> Registration:
    """A seat, held until confirmed unless it is confirmed already; or a place in the waiting list. Asking twice gives one.

    `by` is staff, or the trainer at the door: they register also when registration is closed. Raises NotOpen.
    """
    now = at or timezone.now()
    place = locked(session)
    known = Registration.objects.live().filter(session=place, person=person).first()
    if known:
        return known
    if by is None and not place.is_open_at(now) or place.state in (Session.State.CANCELLED, Session.State.DRAFT):
        raise NotOpen
    registration = Registration(
        session=place,
        person=person,
        business=business,
        seats=2 if with_helper else 1,
        helper_name=helper_name if with_helper else "",
        language=language,
        channel=channel,
        asked_at=now,
        confirmed_at=now if is_confirmed or by else None,
    )
    _seat_or_queue(place, registration, now)
    registration.save(force_insert=True)
    _settle(place)
    telling.accepted(registration)
    if registration.state == State.REGISTERED:
        vouchers.reserve(registration=registration, at=now)
    return registration


def _seat_or_queue(place: Session, registration: Registration, now: datetime) -> None:
    if registration.seats <= place.free_seats:
        place.seats_taken += registration.seats
        registration.state = State.REGISTERED if registration.confirmed_at else State.HELD
        registration.until = None if registration.confirmed_at else now + HOLD
    else:
        place.last_rank += 1
        registration.state, registration.rank = State.WAITING, place.last_rank


def _settle(place: Session) -> None:
    place.save(update_fields=["seats_taken", "last_rank", "overbooked", "capacity"])


@transaction.atomic
def confirm(*, registration: Registration, at: datetime | None = None) -> Registration:
    """The button in the mail: the held seat is taken, the offer accepted, the place in the line kept. Twice does no harm.

    A seat that was held too long is asked for again, behind those who wait. Raises TooLate.
    """
    now = at or timezone.now()
    place = locked(registration.session)
    current = _current(registration, place)
    if current.state in (State.REGISTERED, State.WAITING) and current.confirmed_at:
        return current
    if current.state == State.CANCELLED or not _is_coming(place, now):
        raise TooLate
    current.confirmed_at = current.confirmed_at or now
    if current.state in (State.HELD, State.OFFERED) and current.until and current.until > now:
        current.state, current.until = State.REGISTERED, None
    elif current.state != State.WAITING:
        if current.state in Registration.SEATED:
            place.seats_taken -= current.seats
        if current.state == State.OFFERED:
            raise TooLate
        current.until, current.rank = None, None
        _seat_or_queue(place, current, now)
    current.save(update_fields=["state", "until", "rank", "confirmed_at"])
    _settle(place)
    if current.state == State.WAITING:
        _promote(place, now)
        current.refresh_from_db(fields=["state", "until"])
    if current.state == State.REGISTERED:
        vouchers.reserve(registration=current, at=now)
    telling.accepted(current)
    return current


def _current(registration: Registration, place: Session) -> Registration:
    current = Registration.objects.select_related("person", "business").get(pk=registration.pk)
    current.session = place
    return current


def _is_coming(place: Session, now: datetime) -> bool:
    is_on = place.state in (Session.State.OPEN, Session.State.CLOSED)
    return is_on and (place.ends_at is None or now < place.ends_at)


@transaction.atomic
def cancel(
    *, registration: Registration, by: User | None = None, reason: str = "", at: datetime | None = None
) -> Registration:
    """Gives the seats back, and to who waits. Twice does no harm. `by` is None when the person did it with the mailed link."""
    now = at or timezone.now()
    place = locked(registration.session)
    current = _current(registration, place)
    if not current.is_live:
        return current
    if current.state in Registration.SEATED:
        place.seats_taken -= current.seats
    current.state, current.until = State.CANCELLED, None
    current.cancelled_at, current.cancelled_by, current.cancel_reason = now, by, reason
    current.save(update_fields=["state", "until", "cancelled_at", "cancelled_by", "cancel_reason"])
    vouchers.release(registration=current, at=now)
    _settle(place)
    telling.cancelled(current)
    _promote(place, now)
    return current


@transaction.atomic
def promote(*, session: Session, at: datetime | None = None) -> None:
    """Gives free seats to who waits, in the order of the ranks, where one fits."""
    _promote(locked(session), at or timezone.now())


def _promote(place: Session, now: datetime) -> None:
    """At once and told, or by an offer, as the kind of session says. In the last 24 hours: all who wait are told instead."""
    if place.state not in (Session.State.OPEN, Session.State.CLOSED) or not place.free_seats:
        return
    waiting = {entry.pk: entry for entry in Registration.objects.waiting().filter(session=place).with_names()}
    if place.is_in_last_call(now):
        telling.seats_for_the_first(place, list(waiting.values()))
        return
    entries = (Entry(e.pk, e.rank or 0, e.seats, e.confirmed_at is not None) for e in waiting.values())
    found = promotions(entries, place.free_seats)
    for pk, why in found.skipped:
        note(place, Event.SKIPPED, str(why), now, registration=waiting[pk])
    for pk in found.seated:
        _seat(place, waiting[pk], now)
    if found.seated:
        _settle(place)


def _seat(place: Session, entry: Registration, now: datetime) -> None:
    entry.session = place
    place.seats_taken += entry.seats
    if place.promotes_by_offer:
        entry.state, entry.until = State.OFFERED, offered_until(timezone.localtime(now))
        note(place, Event.OFFERED, f"rank {entry.rank}", now, registration=entry)
    else:
        entry.state = State.REGISTERED
        note(place, Event.PROMOTED, f"rank {entry.rank}", now, registration=entry)
    entry.save(update_fields=["state", "until"])
    if entry.state == State.REGISTERED:
        vouchers.reserve(registration=entry, at=now)
    telling.promoted(entry)


def note(
    place: Session,
    kind: str,
    reason: str,
    at: datetime,
    *,
    registration: Registration | None = None,
    by: User | None = None,
) -> None:
    SeatEvent.objects.create(session=place, registration=registration, kind=kind, reason=reason, at=at, by=by)


@transaction.atomic
def expire(*, session: Session, at: datetime | None = None) -> int:
    """Takes back the seats of this session that were held or offered too long; returns how many registrations."""
    now = at or timezone.now()
    place = locked(session)
    lapsed = list(Registration.objects.lapsed(now).filter(session=place).with_names())
    for registration in lapsed:
        registration.session = place
        note(place, Event.EXPIRED, registration.get_state_display(), now, registration=registration)
        place.seats_taken -= registration.seats
        was_offered = registration.state == State.OFFERED
        registration.state, registration.until = State.EXPIRED, None
        registration.save(update_fields=["state", "until"])
        telling.expired(registration, was_offered=was_offered)
    if lapsed:
        _settle(place)
        _promote(place, now)
    return len(lapsed)


@transaction.atomic
def change_capacity(*, session: Session, capacity: int, by: User | None, at: datetime | None = None) -> Session:
    """More seats go to who waits; fewer than are taken is refused. Raises BelowTaken."""
    now = at or timezone.now()
    place = locked(session)
    if capacity < place.seats_taken - place.overbooked:
        raise BelowTaken(place.seats_taken)
    if capacity != place.capacity:
        note(place, Event.CAPACITY, f"{place.capacity} → {capacity}", now, by=by)
        place.overbooked = max(place.seats_taken - capacity, 0) if place.overbooked else 0
        place.capacity = capacity
        _settle(place)
        _promote(place, now)
    return place


@transaction.atomic
def overbook(*, registration: Registration, by: User, at: datetime | None = None) -> Registration:
    """Seats somebody who waits beyond the capacity, by the named right, and logs it. Raises MayNotOverbook."""
    now = at or timezone.now()
    place = locked(registration.session)
    if not may_overbook(by, place, now):
        raise MayNotOverbook
    current = _current(registration, place)
    if current.state != State.WAITING:
        return current
    place.seats_taken += current.seats
    place.overbooked = max(place.overbooked, place.seats_taken - place.capacity)
    _settle(place)
    current.state, current.confirmed_at = State.REGISTERED, current.confirmed_at or now
    current.save(update_fields=["state", "confirmed_at"])
    note(place, Event.OVERBOOKED, f"{place.seats_taken} of {place.capacity}", now, registration=current, by=by)
    vouchers.reserve(registration=current, at=now)
    telling.promoted(current)
    return current


def may_overbook(user: User, session: Session, at: datetime) -> bool:
    """Staff by the named right; on the day itself also the session's trainer."""
    if user.has_perm("trainings.overbook_session"):
        return True
    dates = {timezone.localdate(date.starts_at) for date in session.dates.all()}
    return timezone.localdate(at) in dates and session.trainers.filter(pk=user.pk).exists()


@transaction.atomic
def move(*, registration: Registration, to: Session, by: User, at: datetime | None = None) -> Registration:
    """The same people in another session: the old registration is cancelled, the new one registered. Raises NoPlace."""
    now = at or timezone.now()
    for place in sorted(
        (registration.session, to), key=lambda session: session.pk
    ):  # one order, so that two can't block
        locked(place)
    old = _current(registration, locked(registration.session))
    if not old.is_live:
        return old
    if locked(to).free_seats < old.seats:
        raise NoPlace
    new = register(
        session=to,
        person=old.person,
        business=old.business,
        with_helper=old.has_helper,
        helper_name=old.helper_name,
        language=old.language,
        channel=old.channel,
        by=by,
        at=now,
    )
    cancel(registration=old, by=by, reason=f"moved to {to}", at=now)
    note(to, Event.MOVED, str(registration.session), now, registration=new, by=by)
    return new
