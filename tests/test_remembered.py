"""Rows that are put back are those that were made, and only where all stands as it stood then."""

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.applying import apply_roles
from programmes.models import City
from tests.programmes.makers import make_city, make_programme
from tests.remembered import remembered


@pytest.fixture
def programme(db):
    found = make_programme()
    make_city(found)
    make_city(found, "91034", "Dinant", ["5500"])
    return found


def test_what_was_there_already_is_not_taken_for_made(db):
    here = transaction.savepoint_create()
    apply_roles()
    remembered("roles that are there", apply_roles)
    transaction.savepoint_rollback(here)
    remembered("roles that are there", apply_roles)
    assert Group.objects.filter(permissions__isnull=False).exists()


class Settling:
    """Changes a city, takes one out, and makes one."""

    def __init__(self, programme):
        self.programme, self.times = programme, 0

    def __call__(self):
        self.times += 1
        City.objects.filter(code="92094").update(shops=400)
        City.objects.filter(code="91034").delete()
        return make_city(self.programme, "91030", "Ciney\t(\u00e9)", ["5590"])


def rows():
    return [*City.objects.order_by("pk").values()]


def test_what_was_made_is_put_back_as_it_was(programme):
    settling, here = Settling(programme), transaction.savepoint_create()
    made = remembered("settled", settling)
    then = rows()
    transaction.savepoint_rollback(here)
    assert rows() != then
    again = remembered("settled", settling)
    assert (rows(), again, again is made, settling.times) == (then, made, False, 1)


def test_where_rows_stand_otherwise_all_is_made_again(programme):
    settling, here = Settling(programme), transaction.savepoint_create()
    remembered("settled elsewhere", settling)
    transaction.savepoint_rollback(here)
    make_city(programme, "25112", "Wavre", ["1300"])
    remembered("settled elsewhere", settling)
    assert (settling.times, {row["code"] for row in rows()}) == (2, {"92094", "91030", "25112"})


def test_a_row_that_was_changed_before_makes_another_beginning(programme):
    settling, here = Settling(programme), transaction.savepoint_create()
    remembered("settled after a change", settling)
    transaction.savepoint_rollback(here)
    City.objects.filter(code="92094").update(province="liege")
    remembered("settled after a change", settling)
    assert (settling.times, City.objects.get(code="92094").province) == (2, "liege")
