"""One's registration, opened by the mailed link."""

from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from tests.trainings.evenings import fill, make_evening, make_person, seat
from tests.trainings.pages.browsing import State, heading, link_to, words
from trainings import registering
from trainings.models import Registration, Session


def test_looking_at_the_link_changes_nothing(client, evening):
    held = seat(evening, is_confirmed=False)
    assert heading(client.get(link_to(held))) == "Shall we keep your seat?"
    assert [*Registration.objects.values_list("state", flat=True)] == [State.HELD]


def test_link_confirms_and_gives_back(client, evening):
    held = seat(evening, is_confirmed=False)
    assert heading(client.post(link_to(held), {"do": "confirm"}, follow=True)) == "Your seat is booked"
    response = client.post(link_to(held), {"do": "cancel"}, follow=True)
    assert heading(response) == "You do not come"
    assert "Changed your mind? Book again" in words(response)
    evening.refresh_from_db()
    assert evening.seats_taken == 0


def test_offer_is_accepted_or_given_to_the_next(client, namur, photos):
    session = make_evening(namur, photos, kind="workshop", capacity=1)
    first, second, third = fill(session, 3)
    registering.cancel(registration=first)
    assert heading(client.get(link_to(second))) == "A seat is free for you"
    client.post(link_to(second), {"do": "refuse"})
    assert heading(client.post(link_to(third), {"do": "accept"}, follow=True)) == "Your seat is booked"


def test_waiting_list_is_left_by_the_link(client, namur, photos):
    session = make_evening(namur, photos, capacity=1)
    _, waiting = fill(session, 2)
    shown = words(client.get(link_to(waiting)))
    assert "You are first on the waiting list." in shown
    assert "Leave the waiting list" in shown
    client.post(link_to(waiting), {"do": "cancel"})
    waiting.refresh_from_db()
    assert waiting.state == State.CANCELLED


def test_seat_that_lapsed_is_asked_for_again(client, evening):
    held = seat(evening, is_confirmed=False)
    registering.expire(session=evening, at=timezone.now() + timedelta(days=1))
    assert heading(client.get(link_to(held))) == "Your seat was not confirmed in time"
    assert heading(client.post(link_to(held), {"do": "confirm"}, follow=True)) == "Your seat is booked"


def test_nothing_is_given_back_once_it_has_begun(client, evening):
    taken = seat(evening)
    Session.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    assert "give my seat back" not in words(client.get(link_to(taken)))
    response = client.post(link_to(taken), {"do": "cancel"}, follow=True)
    assert "That is no longer possible" in words(response)
    taken.refresh_from_db()
    assert taken.state == State.REGISTERED


@pytest.mark.parametrize("method", ["get", "post"])
def test_altered_link_is_told_in_plain_words(client, evening, method):
    taken = seat(evening)
    response = getattr(client, method)(link_to(taken)[:-2] + "/", {"do": "cancel"})
    assert (response.status_code, heading(response)) == (404, "This link is not complete")
    taken.refresh_from_db()
    assert taken.state == State.REGISTERED


def test_old_link_is_told_in_plain_words(client, evening, monkeypatch):
    with monkeypatch.context() as then:
        then.setattr(signing.time, "time", lambda: (timezone.now() - timedelta(days=366)).timestamp())
        url = link_to(seat(evening))
    response = client.post(url, {"do": "cancel"})
    assert (response.status_code, heading(response)) == (410, "This link is too old")
    assert Registration.objects.get().state == State.REGISTERED


def test_registration_of_somebody_else_does_not_exist(hers, client, evening):
    theirs = seat(evening)
    url = reverse("trainings:my_registration", args=[theirs.uid])
    assert [hers.get(url).status_code, hers.post(url, {"do": "cancel"}).status_code] == [404, 404]
    assert client.get(url).url.startswith("/accounts/sign-in/")
    theirs.refresh_from_db()
    assert theirs.state == State.REGISTERED


def test_what_was_asked_for_at_ones_address_is_ones_own(hers, alice, evening):
    mine = seat(evening, make_person("Alice", alice.email))
    url = reverse("trainings:my_registration", args=[mine.uid])
    assert heading(hers.post(url, {"do": "cancel"}, follow=True)) == "You do not come"
