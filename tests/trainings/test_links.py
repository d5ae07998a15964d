from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from tests.trainings.evenings import fill, make_evening, seat
from trainings import links, registering

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening(namur, photos):
    return make_evening(namur, photos, capacity=1)


def test_link_leads_to_its_registration(evening):
    registration = seat(evening)

    assert links.registration_of(links.token_of(registration)) == registration
    assert links.registration_url(registration).endswith(f"/registrations/{links.token_of(registration)}/")


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: "x" + token, lambda token: ""])
def test_altered_link_is_refused(evening, change):
    with pytest.raises(links.BadLink):
        links.registration_of(change(links.token_of(seat(evening))))


def test_link_signed_for_something_else_is_refused(evening):
    with pytest.raises(links.BadLink):
        links.registration_of(signing.dumps(seat(evening).uid.hex, salt="trainings.interest"))


def test_link_of_an_unknown_registration_is_refused(evening):
    with pytest.raises(links.BadLink):
        links.registration_of(signing.dumps(evening.uid.hex, salt=links.SALT))


def test_link_is_good_for_a_year(evening, monkeypatch):
    token = links.token_of(seat(evening))
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 364 * 86400)
    links.registration_of(token)
    monkeypatch.setattr(signing.time, "time", lambda: now + 366 * 86400)

    with pytest.raises(links.ExpiredLink):
        links.registration_of(token)


def test_confirm_and_cancel_by_the_link(evening):
    registration = seat(evening, is_confirmed=False)

    assert links.act(registration=registration, what="confirm").state == "registered"
    assert links.act(registration=registration, what="cancel").state == "cancelled"


def test_refused_move_gives_the_seat_back_with_its_reason(evening, namur, photos, dana):
    other = make_evening(namur, photos)
    moved = registering.move(registration=seat(evening), to=other, by=dana)

    refused = links.act(registration=moved, what="refuse")

    other.refresh_from_db()
    assert (refused.state, refused.cancel_reason, other.seats_taken) == ("cancelled", links.MOVE_REFUSED, 0)


def test_free_seat_is_taken_by_who_comes_first(namur, photos):
    evening = make_evening(namur, photos, capacity=1, starts=[timezone.now() + timedelta(hours=30)])
    first, second, third = fill(evening, 3)
    registering.cancel(registration=first, at=timezone.now() + timedelta(hours=10))
    later = timezone.now() + timedelta(hours=11)

    assert links.act(registration=third, what="take", at=later).state == "registered"
    with pytest.raises(registering.NoPlace):
        links.act(registration=second, what="take", at=later)


def test_unknown_act_is_refused(evening):
    with pytest.raises(links.UnknownAct):
        links.act(registration=seat(evening), what="__class__")
