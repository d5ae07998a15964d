"""What is done to seats while the row of their session is locked: the verbs of registering.py and scheduling.py are made of it.

Whoever calls these holds `locked(session)`, and hands on the `place` that it returned: its numbers are those in the database.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from django.utils import timezone

from accounts.models import User
from asking.statements import Given, Statement
from trainings import telling, vouchers
from trainings.models import Registration, SeatEvent, Session
from trainings.seats import Entry, offered_until, promotions

State = Registration.State
Event = SeatEvent.Kind

OF_PERSON = Statement(
    lambda: Registration.objects.live().filter(session=Given("session"), person=Given("person")).order_by()[:1]
)
# How long a seat waits for the button in the mail.
HOLD = timedelta(hours=2)
HELPER_COMES, HELPER_STAYS = "a helper comes along", "the helper does not come"


def locked(session: Session) -> Session:
    """The session as it is now; nobody else changes its seats before this transaction ends. Rows that refer to it may come.

    Without a join: after a wait PostgreSQL would join the new row of the session to what the old one referred to.
    """
    return Session.objects.select_for_update(no_key=True).get(pk=session.pk)


def locked_both(one: Session, other: Session) -> tuple[Session, Session]:
    """Locked in one order, so that two who move people in opposite directions don't wait for each other."""
    first, second = sorted((one, other), key=lambda session: session.pk)
    places = {session.pk: locked(session) for session in (first, second)}
    return places[one.pk], places[other.pk]


def current(registration: Registration, place: Session) -> Registration:
    """The registration as it is under the lock."""
    row = Registration.objects.select_related("person", "business").get(pk=registration.pk)
    row.session = place
    return row


def standing(registration: Registration) -> Registration:
    """What it became by being moved, as it is under the lock of its session, which this takes."""
    moved = registration.standing
    return current(moved, locked(moved.session))


def of_person(place: Session, person_id: int) -> Registration | None:
    """What this person has here and still counts on."""
    row = OF_PERSON.first(session=place.pk, person=person_id)
    if row:
        row.session = place
    return row


def of_persons(place: Session, persons: Iterable[int]) -> dict[int, Registration]:
    """The same of several, by the keys of the persons."""
    rows = Registration.objects.live().filter(session=place, person__in=persons).select_related("person", "business")
    for row in rows:
        row.session = place
    return {row.person_id: row for row in rows}


def accept(place: Session, newcomers: Sequence[Registration], now: datetime, by: User | None = None) -> None:
    """Writes new registrations, one after the other: seats if there are as many, else the next rank.

    In a handful of statements however many they are: others wait for the lock meanwhile.
    """
    events = [event for newcomer in newcomers for event in _accepted(place, newcomer, now, by, newcomers)]
    Registration.objects.bulk_create(newcomers)
    settle(place)
    SeatEvent.objects.bulk_create(events)
    vouchers.begin(place, [each for each in newcomers if each.state == State.REGISTERED], now, by)


def _accepted(
    place: Session, newcomer: Registration, now: datetime, by: User | None, beside: Sequence[Registration]
) -> list[SeatEvent]:
    """What becomes of somebody new, and is to be kept of it; `beside`: those who are written together."""
    if newcomer.seats > place.free_seats:
        place.last_rank += 1
        newcomer.state, newcomer.rank = State.WAITING, place.last_rank
        return [_event(place, Event.QUEUED, now, registration=newcomer, by=by)]
    passed = _passed_over(place, now, beside)
    if newcomer.confirmed_at:
        take(place, newcomer, State.REGISTERED)
    else:
        take(place, newcomer, State.HELD, now + HOLD)
    return [*passed, _event(place, Event.SEATED, now, registration=newcomer, by=by)]


def take(place: Session, registration: Registration, state: str, until: datetime | None = None) -> None:
    place.seats_taken += registration.seats
    registration.state, registration.until = state, until


def give_back(place: Session, registration: Registration) -> None:
    if registration.state in Registration.SEATED:
        place.seats_taken -= registration.seats
    registration.until = None


def settle(place: Session) -> None:
    """Writes the numbers down. Seats beyond the capacity that were given back are gone: they were a right for once."""
    place.overbooked = min(place.overbooked, max(place.seats_taken - place.capacity, 0))
    place.save(update_fields=["seats_taken", "last_rank", "overbooked", "capacity"])


def confirm(place: Session, registration: Registration, now: datetime, by: User | None = None) -> None:
    """A held or offered seat is taken for good; a place in the line is confirmed."""
    registration.confirmed_at = registration.confirmed_at or now
    if registration.state in (State.HELD, State.OFFERED):
        registration.state, registration.until = State.REGISTERED, None
    registration.save(update_fields=["state", "until", "confirmed_at"])
    note(place, Event.CONFIRMED, now, registration=registration, by=by)
    _reserve(registration, now, by)


def seat_from_line(place: Session, entry: Registration, kind: str, now: datetime, by: User | None = None) -> None:
    """Who waits is seated for good, whether by rank, as the first who comes, or beyond the capacity."""
    take(place, entry, State.REGISTERED)
    entry.confirmed_at = entry.confirmed_at or now
    entry.save(update_fields=["state", "until", "confirmed_at"])
    settle(place)
    note(place, kind, now, registration=entry, by=by)
    _reserve(entry, now, by)
    telling.promoted(entry)


def cancel(place: Session, registration: Registration, reason: str, now: datetime, by: User | None) -> None:
    """Gives back seats and voucher; telling and promoting is the caller's."""
    give_back(place, registration)
    registration.state = State.CANCELLED
    registration.cancelled_at, registration.cancelled_by, registration.cancel_reason = now, by, reason
    fields = ["state", "until", "cancelled_at", "cancelled_by", "cancel_reason", "moved_to"]
    registration.save(update_fields=fields)
    settle(place)
    note(place, Event.CANCELLED, now, registration=registration, by=by, reason=reason)
    vouchers.release(registration=registration, at=now, by=by)


def bring_helper(place: Session, registration: Registration, kind: str, now: datetime, by: User | None) -> None:
    """A second seat beside the first, or in the line a second one to wait for."""
    if kind == Event.SEATED:
        SeatEvent.objects.bulk_create(_passed_over(place, now))
    _resize(place, registration, 2)
    note(place, kind, now, registration=registration, by=by, reason=HELPER_COMES)


def leave_helper(place: Session, registration: Registration, now: datetime, by: User | None) -> None:
    """Gives the second seat back; telling and promoting is the caller's."""
    registration.helper_name = ""
    _resize(place, registration, 1)
    note(place, Event.CANCELLED, now, registration=registration, by=by, reason=HELPER_STAYS)


def _resize(place: Session, registration: Registration, seats: int) -> None:
    if registration.state in Registration.SEATED:
        place.seats_taken += seats - registration.seats
    registration.seats = seats
    registration.save(update_fields=["seats", "helper_name"])
    settle(place)


def move(old: Registration, target: Session, now: datetime, by: User) -> Registration:
    """The same people in another session, whose row is locked too; there they may be already."""
    new = of_person(target, old.person_id)
    if new is None:
        new = Registration(
            session=target,
            person=old.person,
            business=old.business,
            seats=old.seats,
            helper_name=old.helper_name,
            language=old.language,
            channel=old.channel,
            via=old.via,
            names_told_at=old.names_told_at,
            asked_at=now,
            confirmed_at=old.confirmed_at,
        )
        accept(target, [new], now, by)
        old.moved_to = new
    cancel(old.session, old, f"→ {target}", now, by)
    note(target, Event.MOVED, now, registration=new, by=by, reason=str(old.session))
    return new


def expire(place: Session, registration: Registration, now: datetime) -> None:
    was_offered = registration.state == State.OFFERED
    give_back(place, registration)
    registration.state = State.EXPIRED
    registration.save(update_fields=["state", "until"])
    settle(place)
    note(place, Event.EXPIRED, now, registration=registration)
    telling.expired(registration, was_offered=was_offered)


def promote(place: Session, now: datetime) -> None:
    """Gives free seats to who waits, by rank, where one fits. In the last 24 hours all who wait are told instead."""
    if not place.free_seats or not place.last_rank or not place.is_coming_at(now):
        return
    waiting = {entry.pk: entry for entry in in_line(place)}
    if place.is_in_last_call(now):
        if place.starts_at and now < place.starts_at and waiting:
            telling.seats_for_the_first(place, [*waiting.values()])
        return
    found = promotions((Entry(entry.pk, entry.rank or 0, entry.seats) for entry in waiting.values()), place.free_seats)
    for key in found.skipped:
        note(place, Event.SKIPPED, now, registration=waiting[key])
    for key in found.seated:
        _promote(place, waiting[key], now)


def in_line(place: Session) -> list[Registration]:
    rows = [*Registration.objects.waiting().filter(session=place).select_related("person", "business")]
    for row in rows:
        row.session = place
    return rows


def _promote(place: Session, entry: Registration, now: datetime) -> None:
    """At once and told, or by an offer: as the kind of session says, and always to whom we don't know yet to be real."""
    if not place.promotes_by_offer and entry.confirmed_at:
        seat_from_line(place, entry, Event.PROMOTED, now)
        return
    starts_at = timezone.localtime(place.starts_at) if place.starts_at else None
    take(place, entry, State.OFFERED, offered_until(timezone.localtime(now), starts_at))
    entry.save(update_fields=["state", "until"])
    settle(place)
    note(place, Event.OFFERED, now, registration=entry)
    telling.promoted(entry)


def _passed_over(place: Session, now: datetime, beside: Iterable[Registration] = ()) -> list[SeatEvent]:
    """Somebody who comes takes a seat that was too few for those who wait, among them those of `beside` who are about to."""
    if not place.last_rank or place.is_in_last_call(now):
        return []
    waiting = [*in_line(place), *(each for each in beside if each.state == State.WAITING)]
    return [_event(place, Event.SKIPPED, now, registration=entry) for entry in waiting]


def _reserve(registration: Registration, now: datetime, by: User | None) -> None:
    if registration.state == State.REGISTERED:
        vouchers.reserve(registration=registration, at=now, by=by)


class Noted(TypedDict, total=False):
    """Whose seat it was, who did it, and what was said."""

    registration: Registration
    by: User | None
    reason: str


def note(place: Session, kind: str, at: datetime, **noted: Unpack[Noted]) -> None:
    """Keeps what happened, why, and how many seats were taken after it."""
    _event(place, kind, at, **noted).save(force_insert=True)


def _event(place: Session, kind: str, at: datetime, **noted: Unpack[Noted]) -> SeatEvent:
    reason = noted.pop("reason", "")[:250]
    return SeatEvent(
        session=place,
        kind=kind,
        reason=reason,
        seats_taken=place.seats_taken,
        capacity=place.capacity,
        at=at,
        **noted,
    )
