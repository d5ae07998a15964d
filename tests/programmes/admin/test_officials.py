"""Who speaks for which city: given, taken back, told once."""

from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.applying import apply_roles
from accounts.inviting import MayNotGiveRole
from accounts.models import User
from accounts.roles import Role
from outbox.models import Mail
from programmes import entrusting
from programmes.models import City, Official
from tests.programmes.engagements import make_territory
from tests.trainings.staff import told

OFFICIALS = "/admin/programmes/official/"
OMAR = "omar@namur.example"


@pytest.fixture
def cities(db):
    apply_roles()
    return make_territory()[1]


def entrust(city, by=None):
    return entrusting.entrust(email=OMAR, city=city, by=by, name="Omar")


def test_official_speaks_for_the_city_and_is_told_once(cities):
    first, second, again = entrust(cities["Namur"]), entrust(cities["Mons"]), entrust(cities["Namur"])
    assert (again, first == second, first.user.roles) == (first, False, (Role.CITY_OFFICIAL,))
    assert {str(city) for city in City.objects.of_official(first.user)} == {"Namur", "Mons"}
    assert Mail.objects.filter(to=OMAR).count() == 1


def test_who_has_no_city_left_is_no_official_any_more(cities, dana):
    both = [entrust(cities[name]) for name in ("Namur", "Mons")]
    entrusting.relieve(official=both[0], by=dana)
    omar = User.objects.get(email=OMAR)
    assert ([str(city) for city in City.objects.of_official(omar)], omar.roles) == (["Mons"], (Role.CITY_OFFICIAL,))
    entrusting.relieve(official=both[1], by=dana)
    omar = User.objects.get(email=OMAR)
    assert ([*City.objects.of_official(omar)], omar.roles) == ([], ())
    both[0].refresh_from_db()
    assert (both[0].withdrawn_by, entrust(cities["Namur"]) == both[0]) == (dana, False)


def test_city_is_given_once_at_a_time(cities):
    given = entrust(cities["Namur"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Official.objects.create(user=given.user, city=given.city)


def test_only_who_gives_the_role_gives_and_takes_a_city(cities, alice):
    given, other = entrust(cities["Namur"]), entrust(cities["Mons"])
    for act in (lambda: entrust(cities["Liège"], by=alice), lambda: entrusting.relieve(official=given, by=alice)):
        with pytest.raises(MayNotGiveRole):
            act()
    assert {*Official.objects.in_force()} == {given, other}


@pytest.mark.django_db(transaction=True)
def test_two_cities_taken_back_at_once_leave_no_official():
    apply_roles()
    _campaign, cities = make_territory()
    first, second = entrust(cities["Namur"]), entrust(cities["Mons"])

    def take():
        try:
            entrusting.relieve(official=second, by=None)
        finally:
            connection.close()

    other = Thread(target=take)
    with transaction.atomic():
        entrusting.relieve(official=first, by=None)
        other.start()
        other.join(1)  # it waits for the end of this transaction
    other.join()
    assert User.objects.get(email=OMAR).roles == ()


def test_staff_entrust_and_take_back_in_the_admin(cities, staff):
    page = staff.post(f"{OFFICIALS}add/", {"email": OMAR, "name": "Omar", "city": cities["Namur"].pk}, follow=True)
    given = Official.objects.get()
    assert (told(page), given.given_by.email) == (["Omar speaks for Namur."], "dana@programme.example")
    staff.post(OFFICIALS, {"action": "relieve", "_selected_action": [given.pk]})
    given.refresh_from_db()
    assert given.withdrawn_by.email == "dana@programme.example"
    assert [staff.get(f"{OFFICIALS}?in_force={each}").context["cl"].result_count for each in ("yes", "no")] == [0, 1]


def test_what_is_missing_is_told(cities, staff):
    assert "correct what is marked" in staff.post(f"{OFFICIALS}add/", {"email": "omar", "city": ""}).content.decode()
    assert not Official.objects.exists()


def test_adviser_entrusts_nobody(cities, adviser):
    given = entrust(cities["Namur"])
    assert adviser.get(f"{OFFICIALS}add/").status_code == 403
    adviser.post(OFFICIALS, {"action": "relieve", "_selected_action": [given.pk]})
    given.refresh_from_db()
    assert given.withdrawn_at is None
