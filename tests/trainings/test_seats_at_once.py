"""Many at once, each with a connection of its own: what the lock of the session's row is for."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction

from businesses.models import Business, Person
from tests.conftest import user
from tests.trainings.sessions import IN_TEN_DAYS, NOW, make_person, make_session, make_training, register
from tests.waiting import waiting_for_a_lock
from tests.workers import wait_until
from trainings import arriving, attending, registering, seating, vouchers
from trainings.models import AttendanceMark, Registration

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def at_once(jobs):
    """Runs them in threads that begin together; returns what each returned, in the order of the jobs."""
    start = Barrier(min(THREADS, len(jobs)))

    def one(place, job):
        try:
            if place < start.parties:
                start.wait()
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return [*pool.map(one, range(len(jobs)), jobs)]


def seating_of(session):
    session.refresh_from_db()
    rows = [*session.registrations.order_by("pk")]
    waiting = [row for row in rows if row.state == "waiting"]
    return session.seats_taken, sum(row.seats for row in rows if row.state in Registration.SEATED), waiting


def test_fifty_at_once_for_sixteen_seats_are_sixteen_and_a_line():
    session = make_session(capacity=16)
    people = [make_person() for _ in range(50)]
    jobs = [
        lambda person=person, pair=place % 3 == 0: register(session, person=person, with_helper=pair)
        for place, person in enumerate(people)
    ]
    at_once(jobs)
    taken, seated, waiting = seating_of(session)
    assert (taken, seated, session.registrations.count()) == (16, 16, 50)
    assert Counter(session.registrations.values_list("person", flat=True)).most_common(1)[0][1] == 1
    assert [row.rank for row in waiting] == [*range(1, len(waiting) + 1)]  # by pk, the order of the inserts


def test_one_person_ten_times_at_once_has_one_seat():
    session, person = make_session(), make_person()
    rows = at_once([lambda: register(session, person=person)] * 10)
    assert (len({row.pk for row in rows}), seating_of(session)[0]) == (1, 1)


def test_double_click_of_somebody_unknown_is_one_person_with_one_seat():
    session = make_session()

    def click():
        who = {"name": "Alice Dupont", "shop": "Fleurs Dupont", "postal_code": "5000", "email": "alice@fleurs.example"}
        return arriving.come(session=session, language="fr", at=NOW, **who).pk

    assert len(set(at_once([click] * 8))) == 1
    assert (Person.objects.count(), Business.objects.count(), seating_of(session)[0]) == (1, 1, 1)


def test_walk_in_sent_eight_times_at_once_is_one():
    session, key = make_session(), uuid4()

    def send():
        return arriving.walk_in(session=session, key=key, name="Somebody", language="fr", at=IN_TEN_DAYS).pk

    assert len(set(at_once([send] * 8))) == 1
    assert seating_of(session)[0] == 1


def test_cancelling_changing_and_registering_at_once_leaves_no_seat_unused():
    session, staff = make_session(capacity=8), user("staff@example.org")
    first = [register(session) for _ in range(12)]
    people = [make_person() for _ in range(12)]
    jobs = [lambda row=row: registering.cancel(registration=row, at=NOW) for row in first[:6]]
    jobs += [lambda person=person: register(session, person=person, with_helper=True) for person in people]
    jobs.insert(5, lambda: registering.change_capacity(session=session, capacity=11, by=staff, at=NOW))
    at_once(jobs)
    taken, seated, waiting = seating_of(session)
    assert taken == seated <= session.capacity == 11
    assert [row for row in waiting if row.seats <= session.free_seats] == []


def test_helpers_brought_at_once_get_the_seats_there_are_and_one_left_twice_frees_one():
    session = make_session(capacity=8)
    rows = [register(session) for _ in range(6)]

    def bring(row):
        with suppress(registering.NoPlace):
            return registering.bring_helper(registration=row, at=NOW)

    pairs = [row for row in at_once([lambda row=row: bring(row) for row in rows]) if row]
    assert (len(pairs), *seating_of(session)[:2]) == (2, 8, 8)
    at_once([lambda row=row: registering.leave_helper(registration=row, at=NOW) for row in pairs * 4])
    assert seating_of(session)[:2] == (6, 6)


def test_moving_to_and_fro_at_once_blocks_nobody():
    here, there, staff = make_session(), make_session(), user("staff@example.org")
    rows = [(register(session), other) for session, other in [(here, there), (there, here)] * 6]
    at_once([lambda row=row, to=to: registering.move(registration=row, to=to, by=staff, at=NOW) for row, to in rows])
    assert (seating_of(here)[:2], seating_of(there)[:2]) == ((6, 6), (6, 6))


def test_offer_taken_and_expired_at_once_is_one_of_the_two():
    session = make_training(capacity=1)
    first, second, third = (register(session) for _ in range(3))
    registering.cancel(registration=first, at=NOW)
    end = NOW + timedelta(days=1)
    at_once(
        [
            lambda: registering.confirm(registration=second, at=end),
            lambda: registering.expire(session=session, at=end),
        ]
        * 4
    )
    second.refresh_from_db()
    third.refresh_from_db()
    assert sorted((second.state, third.state)) in (["expired", "offered"], ["registered", "waiting"])
    assert seating_of(session)[:2] == (1, 1)


def test_voucher_is_earned_once_by_marks_sent_at_once():
    registration, key = register(make_training()), uuid4()
    date = registration.session.dates.get()

    def send(key):
        attending.mark(registration=registration, date=date, is_present=True, key=key, at=IN_TEN_DAYS)

    at_once([lambda key=key: send(key) for key in [key] * 4 + [uuid4() for _ in range(4)]])
    assert AttendanceMark.objects.count() == 5
    assert [*registration.voucher_entries.values_list("kind", flat=True)] == ["reserved", "earned"]
    assert vouchers.forecast(registration.session.campaign).earned == 90


def test_sheet_typed_in_by_two_waits_for_the_session_and_is_once():
    session = make_session(capacity=30)
    boxes = [(register(session), False) for _ in range(30)]
    date = session.dates.get()

    def type_in(_number):
        try:
            return attending.mark_sheet(date=date, present=boxes, at=IN_TEN_DAYS)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            seating.locked(session)
            typed = pool.map(type_in, range(2))
            wait_until(lambda: waiting_for_a_lock() == 2)
        assert sorted(typed) == [0, 30]
    assert AttendanceMark.objects.count() == 30
