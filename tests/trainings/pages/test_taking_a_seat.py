"""The form for a seat, and what comes of it."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.applying import apply_roles
from accounts.roles import Role
from businesses.models import Person
from outbox.models import Mail
from programmes.entrusting import entrust, relieve
from tests.programmes.makers import make_business, make_member
from tests.trainings.evenings import fill, make_evening, seat
from tests.trainings.pages.browsing import State, asks, heading, url_of, words
from trainings import finding
from trainings.models import Registration, Session


def test_looking_at_the_form_changes_nothing(client, evening):
    assert heading(client.get(url_of(evening, "register"))) == "Book my seat"
    assert [Registration.objects.count(), Mail.objects.count()] == [0, 0]


def test_seat_is_held_until_the_mail_is_answered(client, evening):
    response = asks(client, evening, with_helper="on", helper_name="Bob")
    registration = Registration.objects.get()
    assert (registration.state, registration.seats, registration.helper_name) == (State.HELD, 2, "Bob")
    assert heading(response) == "One more step: look in your mail"
    assert "Your seat is held until" in words(response)
    assert [mail.to for mail in Mail.objects.all()] == ["zoe@fleurs.example"]


def test_naming_a_helper_is_bringing_one(client, evening):
    asks(client, evening, helper_name="Bob")
    assert Registration.objects.get().seats == 2


def test_whoever_waits_learns_the_place_in_the_line(client, namur, photos):
    session = make_evening(namur, photos, capacity=1)
    fill(session, 3)
    response = asks(client, session)
    assert heading(response) == "One more step: look in your mail"
    assert "You are number 3 on the waiting list." in words(response)


def test_phone_alone_is_enough_and_takes_the_seat(client, evening):
    response = asks(client, evening, email="", phone="081 12 34 56")
    assert heading(response) == "Your seat is booked"
    assert "We call you if something changes" in words(response)
    assert Registration.objects.get().state == State.REGISTERED


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"email": ""}, "Leave an e-mail or a phone number"),
        ({"email": "zoe@"}, "This e-mail is not complete."),
        ({"email": "", "phone": "12"}, "This phone number is too short."),
        ({"name": " "}, "Write your name: it will be on the list at the door."),
    ],
)
def test_mistakes_are_told_and_what_was_typed_stays(client, evening, typed, told):
    response = asks(client, evening, **typed)
    assert response.status_code == 422
    assert told in words(response)
    assert 'value="Fleurs Dupont"' in words(response)
    assert Registration.objects.count() == 0


def test_who_is_signed_in_is_registered_at_once(hers, alice, programme, evening):
    membership = make_member(make_business(programme, postal_code="5000"), alice, "Alice Dupont")
    Person.objects.filter(pk=membership.person_id).update(email=alice.email)
    form = words(hers.get(url_of(evening, "register")))
    assert 'value="Alice Dupont"' in form
    assert 'value="Fleurs Dupont"' in form
    assert 'name="email"' not in form
    response = asks(hers, evening, name="Alice Dupont", email="stranger@elsewhere.example")
    registration = Registration.objects.get()
    assert (registration.state, registration.person.user) == (State.REGISTERED, alice)
    assert [mail.to for mail in Mail.objects.all()] == [alice.email]
    assert heading(response) == "Your seat is booked"
    assert "See my registration" in words(hers.get(url_of(evening)))


def test_staff_register_somebody_at_once_without_an_address_even_when_closed(staff, namur, photos):
    session = make_evening(namur, photos, state="closed")
    asks(staff, session, email="", phone="")
    registration = Registration.objects.get()
    assert (registration.state, registration.channel) == (State.REGISTERED, Registration.Channel.STAFF)
    assert registration.person.user is None


def test_staff_without_the_right_register_like_anybody(staff, evening):
    Group.objects.get(name=Role.PROGRAMME_STAFF).permissions.clear()
    asks(staff, evening)
    assert Registration.objects.get().channel == Registration.Channel.PAGE


def test_city_registers_somebody_on_the_phone_for_its_own_session_while_that_is_open(namur, liege, photos, client):
    apply_roles()
    omar = entrust(email="omar@namur.example", city=namur, by=None, name="Omar").user
    client.force_login(omar, backend="allauth.account.auth_backends.AuthenticationBackend")
    ours, theirs, closed = (make_evening(namur, photos) for _number in range(3))
    theirs.cities.set([liege])
    Session.objects.filter(pk=closed.pk).update(state="closed")
    for session in (ours, theirs, closed):
        asks(client, session, name="Zoé", email="", phone="081 22 33 44")
    phoned, own = Registration.objects.select_related("person").order_by("pk")
    assert (phoned.session, phoned.state, phoned.channel) == (ours, State.REGISTERED, Registration.Channel.STAFF)
    assert (phoned.person.user, phoned.seat_events.get().by) == (None, omar)
    assert (own.session, own.channel, own.person.user) == (theirs, Registration.Channel.PAGE, omar)


def test_who_spoke_for_the_city_once_registers_nobody_by_hand(namur, photos, client):
    apply_roles()
    official = entrust(email="omar@namur.example", city=namur, by=None)
    relieve(official=official, by=None)
    client.force_login(official.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    asks(client, make_evening(namur, photos), email="", phone="081 22 33 44")
    assert Registration.objects.get().channel == Registration.Channel.PAGE


def test_closed_session_registers_nobody(client, namur, photos):
    session = make_evening(namur, photos, state="closed")
    assert asks(client, session).redirect_chain == [(url_of(session), 302)]
    assert Registration.objects.count() == 0


def test_pressing_twice_gives_one_seat(client, evening):
    asks(client, evening)
    response = asks(client, evening)
    evening.refresh_from_db()
    assert (Registration.objects.count(), evening.seats_taken) == (1, 1)
    assert "Your seat is held until" in words(response)


def test_stranger_who_types_a_name_learns_nothing_of_it(client, evening):
    seat(evening)
    response = asks(client, evening)
    assert heading(response) == "One more step: look in your mail"
    assert "held until" not in words(response)
    assert Registration.objects.count() == 1


def test_one_connection_gets_so_many_seats_and_no_more(client, evening, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "registration": "2/h/ip"}
    for number in range(2):
        asks(client, evening, email=f"p{number}@shop.example")
    response = asks(client, evening, email="p3@shop.example")
    assert "Many seats were asked for from here." in words(response)
    assert Registration.objects.count() == 2


def test_place_of_the_diagnostic_is_filled_in(client, evening, namur, rf):
    session = client.session
    session[finding.PLACE] = {"name": "Namur", "postal_code": "5000"}
    session.save()
    assert 'value="5000"' in words(client.get(url_of(evening, "register")))


def test_page_after_asking_is_of_this_browser_only(client, evening):
    asks(client, evening)
    assert Client().get(url_of(evening, "asked")).status_code == 302
