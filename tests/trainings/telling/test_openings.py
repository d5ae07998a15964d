"""Who asked to be told when a session opens."""

import pytest
from django.test import Client
from django.utils import timezone

from businesses.models import Call, Person
from outbox.models import Mail
from tests.programmes.makers import make_city
from tests.trainings.evenings import make_evening, seat
from tests.trainings.telling.mails import first_line, sent
from trainings import interests, telling
from trainings.models import Interest

pytestmark = pytest.mark.django_db


def ask(topic, city, **fields):
    interest = interests.ask(topic=topic, city=city, language="en", **fields)
    Interest.objects.filter(pk=interest.pk).update(confirmed_at=timezone.now())
    return interest


def opened():
    return list(Mail.objects.filter(template=telling.OPENED).order_by("to").values_list("to", flat=True))


def test_opening_is_told_once_to_each_who_asked_for_topic_and_city(programme, namur, photos, payments, alice):
    liege = make_city(programme, "62063", "Liège", ("4000",))
    mons = make_city(programme, "53053", "Mons", ("7000",))
    ask(photos, namur, email="eve@shop.example")
    ask(photos, liege, email="eve@shop.example")
    ask(photos, namur, user=alice)
    ask(payments, namur, email="other-topic@shop.example")
    ask(photos, mons, email="other-city@shop.example")
    interests.ask(topic=photos, city=namur, language="en", email="unconfirmed@shop.example")
    interests.withdraw(interest=ask(photos, namur, email="withdrawn@shop.example"))
    evening = make_evening(namur, photos)
    evening.cities.add(liege)
    for _ in range(2):
        telling.session_opened(evening)

    assert opened() == [alice.email, "eve@shop.example"]


def test_opening_can_be_ended_with_one_click(namur, photos, evening, smtp, client):
    interest = ask(photos, namur, email="eve@shop.example")
    telling.session_opened(evening)
    message = sent(smtp, telling.OPENED)
    address = message["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    followed = client.get(address)
    still = Interest.objects.standing().count()
    clicked = client.post(address, {"List-Unsubscribe": "One-Click"})

    assert first_line(message) == "A session opens near you: Des photos qui vendent"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (followed.status_code, still, clicked.status_code) == (302, 1, 200)
    interest.refresh_from_db()
    assert interest.withdrawn_at


def test_one_click_needs_no_cookie_and_a_true_link(client, namur, photos):
    ask(photos, namur, email="eve@shop.example")
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/trainings/interests/forged/stop/").status_code == 404
    assert Interest.objects.standing().count() == 1


def test_opening_is_not_told_to_who_withdrew_meanwhile(namur, photos, evening, smtp):
    interest = ask(photos, namur, email="eve@shop.example")
    telling.session_opened(evening)
    interests.withdraw(interest=interest)

    assert sent(smtp, telling.OPENED) is None


def test_opening_is_a_call_for_who_prefers_the_phone(namur, photos, evening, alice):
    Person.objects.create(user=alice, name="Alice", channel="phone", phone="081")
    ask(photos, namur, user=alice)
    telling.session_opened(evening)

    assert (opened(), Call.objects.get().person.name) == ([], "Alice")


def test_mail_about_a_seat_has_no_way_to_unsubscribe(evening, smtp):
    seat(evening)

    assert sent(smtp, telling.REGISTERED)["List-Unsubscribe"] is None
