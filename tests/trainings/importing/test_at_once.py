"""Lists that are brought and applied at once, and beside those who register."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from businesses.models import Person
from tests.trainings.importing.conftest import apply, outcomes
from tests.trainings.importing.files import HEADS, ZOE, csv_of
from tests.trainings.sessions import make_session, register
from tests.trainings.test_seats_at_once import waiting_for_a_lock
from tests.workers import wait_until
from trainings import seating
from trainings.importing import bringing
from trainings.models import ImportRow, Registration, Session

pytestmark = pytest.mark.django_db(transaction=True)


def test_same_file_brought_by_two_at_once_is_one_list():
    session = make_session()

    def bring(_number):
        try:
            return bringing.bring(session=session, name="x.csv", content=csv_of(ZOE), by=None).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        assert len({*threads.map(bring, range(3))}) == 1
    assert ImportRow.objects.count() == 2


@pytest.mark.parametrize("is_whole", [False, True])
def test_same_list_applied_by_three_at_once_registers_once(is_whole, brought):
    session = make_session(capacity=3)
    file = brought(session, *[[f"P{n}", "Chez P", "5000", f"p{n}@x.example" if n % 2 else ""] for n in range(6)])
    file.rows.update(choice="new")

    def run(_number):
        try:
            apply(file, is_whole=is_whole)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        [*threads.map(run, range(3))]
    assert (Registration.objects.count(), Person.objects.count()) == (6, 6)
    assert (Session.objects.get().seats_taken, {*outcomes(file)}) == (3, {"registered", "waiting"})


def test_list_waits_for_the_lock_of_the_session(brought):
    session = make_session(capacity=1)
    file = brought(session, ZOE)

    def run():
        try:
            return apply(file, is_whole=True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            seating.locked(session)
            applied = thread.submit(run)
            wait_until(lambda: waiting_for_a_lock() == 1)
            register(session)
        assert applied.result() == ["waiting"]
    assert Session.objects.get().seats_taken == 1


def test_two_lists_that_name_the_same_people_at_once_register_them_once(brought):
    session = make_session(capacity=50)
    people = [[f"P{n}", f"Chez {n}", "5000", f"p{n}@x.example" if n % 2 else ""] for n in range(8)]
    files = [
        brought(session, *people),
        brought(session, *[[*person, "x"] for person in people], heads=[*HEADS, "Note"]),
    ]

    def run(file):
        try:
            apply(file)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        [*threads.map(run, files)]
    assert (Registration.objects.count(), Person.objects.count()) == (8, 8)
