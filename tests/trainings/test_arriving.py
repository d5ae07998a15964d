from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from businesses.models import Business, Membership, Person
from tests.programmes.makers import make_city, make_member
from tests.trainings.sessions import IN_TEN_DAYS, NOW, make_person, make_session, register
from trainings import arriving, registering
from trainings.models import Registration
from trainings.registering import NotOpen

pytestmark = pytest.mark.django_db
ALICE = {"name": "Alice Dupont", "shop": "Fleurs Dupont", "postal_code": "5000", "email": "alice@fleurs.example"}


@pytest.fixture
def programme(programme):
    make_city(programme)
    return programme


def come(programme, **fields):
    return arriving.person_of(programme=programme, **{**ALICE, **fields})


def test_somebody_new_brings_a_shop(programme):
    person, shop = come(programme, phone="0470/12.34.56")
    assert (person.name, person.email, person.phone, person.channel, person.user) == (
        "Alice Dupont",
        "alice@fleurs.example",
        "0470123456",
        "mail",
        None,
    )
    assert (shop.name, shop.postal_code, shop.city.code) == ("Fleurs Dupont", "5000", "92094")
    assert Membership.objects.get().state == "approved"


def test_same_person_is_found_again_however_it_is_typed(programme):
    first = come(programme)
    assert come(programme, name=" alice DUPONT", email="Alice@Fleurs.example ", shop="FLEURS DUPONT SRL") == first
    assert (Person.objects.count(), Business.objects.count(), Membership.objects.count()) == (1, 1, 1)


def test_couple_shares_an_address_and_is_two(programme):
    one, other = come(programme)[0], come(programme, name="Bob Dupont")[0]
    assert (one == other, other.name) == (False, "Bob Dupont")


def test_same_name_at_another_address_is_another_person(programme):
    assert come(programme)[0] != come(programme, email="alice@elsewhere.example")[0]


def test_by_phone_alone_it_takes_phone_and_name(programme):
    first, _shop = come(programme, email="", phone="+32 470 12 34 56")
    assert (first.channel, come(programme, email="", phone="+32470123456")[0]) == ("phone", first)
    assert come(programme, email="", phone="+32470123456", name="Bob")[0] != first


def test_login_is_found_and_takes_over_what_its_address_did_before(programme, alice):
    before, _shop = come(programme, email=alice.email)
    person, _shop = come(programme, user=alice, email=alice.email)
    assert (person, person.user) == (before, alice)
    assert come(programme, user=alice)[0] == person


def test_known_person_of_a_login_without_an_address_gets_that_of_the_login(programme, alice):
    known = make_person("Alice Dupont", "", user=alice)
    person, _shop = come(programme, user=alice, email=alice.email)
    assert (person, person.email) == (known, alice.email)


def test_login_takes_over_nobody_of_another_login(programme, alice, bob):
    theirs = make_person("Alice Dupont", alice.email, user=bob)
    assert come(programme, user=alice, email=alice.email)[0] != theirs


def test_shop_of_somebody_else_is_another_until_staff_says_so(programme):
    assert come(programme)[1] != come(programme, name="Charlie", email="charlie@elsewhere.example")[1]


def test_shop_of_that_number_and_address_is_the_same_and_joining_it_is_a_request(programme, alice):
    known = Business.objects.create(
        programme=programme,
        name="Chez Alice",
        enterprise_number="0403170701",
        street="Rue de Fer 1",
        postal_code="5000",
    )
    make_member(known, alice)
    person, shop = come(programme, number="BE 0403.170.701", street="1, r. de Fer")
    assert (shop, Membership.objects.get(person=person).state) == (known, "requested")


def test_own_shop_is_known_without_its_name_and_no_shop_is_none(programme):
    _person, shop = come(programme)
    assert come(programme, shop="")[1] == shop
    assert come(programme, name="Bob", shop="")[1] is None


def test_postal_code_of_two_cities_says_neither(programme):
    make_city(programme, "1", "Jambes", ("5100", "5101"))
    shops = [come(programme, name=code, postal_code=code)[1] for code in ("5000", "5100", "9999")]
    assert [shop.city and shop.city.code for shop in shops] == ["92094", None, None]


@pytest.mark.parametrize("others", [1, 3])
def test_finding_and_making_cost_the_same_whoever_is_there(programme, others):
    for number in range(others):
        come(programme, name=f"Somebody {number}")
    with CaptureQueriesContext(connection) as making:
        come(programme)
    with CaptureQueriesContext(connection) as finding:
        come(programme)
    assert (len(making), len(finding)) == (8, 5)


def walk(session, *, key=None, at=IN_TEN_DAYS, **fields):
    return arriving.walk_in(session=session, key=key or uuid4(), name="Walk In", language="fr", at=at, **fields)


def test_walk_in_is_seated_on_the_day_however_full_it_is():
    session = make_session(capacity=1)
    rows = [walk(session), walk(session, with_helper=True, helper_name="Bob")]
    session.refresh_from_db()
    assert [(row.state, row.channel) for row in rows] == [("registered", "door")] * 2
    assert (session.seats_taken, session.overbooked) == (3, 2)


def test_walk_in_sent_twice_is_one():
    session, key = make_session(), uuid4()
    assert walk(session, key=key) == walk(session, key=key)
    assert (Registration.objects.count(), Person.objects.count()) == (1, 1)


def test_walk_in_who_waited_or_was_held_is_seated():
    session = make_session(capacity=1)
    held = register(session, is_confirmed=False, person=make_person("Walk In", "a@example.org"))
    waiting = register(session, person=make_person("Walk In", "b@example.org"))
    rows = [walk(session, email=row.person.email) for row in (held, waiting)]
    assert rows == [held, waiting]
    assert [row.state for row in rows] == ["registered", "registered"]


def test_walk_in_before_the_day_waits_like_everybody():
    session = make_session(capacity=1)
    register(session)
    assert walk(session, at=NOW).state == "waiting"


def test_walk_in_sent_after_the_end_counts_and_into_what_is_cancelled_does_not(dana):
    assert walk(make_session(state="held"), at=IN_TEN_DAYS + timedelta(days=1)).state == "registered"
    session = make_session()
    registering.change_capacity(session=session, capacity=4, by=dana)
    with pytest.raises(NotOpen):
        walk(make_session(state="cancelled", cancelled_at=NOW))


@pytest.mark.parametrize("others", [1, 3])
def test_asking_for_a_seat_is_fifteen_statements_whoever_came_before(others):
    session = make_session(capacity=2)
    for number in range(others - 1):
        arriving.come(session=session, language="fr", at=NOW, **ALICE | {"name": f"Somebody {number}"})
    with CaptureQueriesContext(connection) as queries:
        registration = arriving.come(session=session, language="fr", at=NOW, **ALICE)
    assert (registration.state, registration.business.name) == ("held" if others == 1 else "waiting", "Fleurs Dupont")
    assert len(queries) == 15, [query["sql"][:90] for query in queries]
