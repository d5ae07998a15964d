"""Seats, certificates and mails, for who is signed in."""

from django.urls import reverse
from django.utils import timezone

from tests.trainings.evenings import make_evening, make_person, seat
from tests.trainings.pages.browsing import SOON, State, link_to, words
from tests.trainings.sessions import make_training
from trainings import certifying, registering
from trainings.models import Attendance, Registration


def test_my_space_shows_seats_and_mails(hers, alice, namur, photos, payments):
    past = make_evening(namur, payments, starts=[timezone.now() - SOON])
    person = make_person("Alice", alice.email, user=alice)
    Registration.objects.create(
        session=past, person=person, state=State.REGISTERED, language="en", confirmed_at=timezone.now()
    )
    seat(make_evening(namur, photos), person)
    response = hers.get(reverse("portal:my_space"))
    assert [one.registration.session.topic for one in response.context["coming"]] == [photos]
    assert [one.registration.session.topic for one in response.context["past"]] == [payments]
    assert "The seat is booked · Des photos qui vendent" in words(response)
    assert "on its way" in words(response)


def attended(session, person, *, is_helper=False, **fields):
    """A seat in a session that is over, and its certificate earned."""
    registration = Registration.objects.create(
        **{"session": session, "person": person, "state": State.REGISTERED, "language": "en", **fields},
        confirmed_at=session.starts_at,
    )
    Attendance.objects.create(registration=registration, date=session.dates.get(), is_present=True, is_helper=is_helper)
    return registration


def test_my_space_shows_the_certificates_that_are_earned(hers, alice, namur, photos, payments):
    person = make_person("Alice", alice.email, user=alice)
    attended(make_evening(namur, photos, starts=[timezone.now() - SOON]), person)
    by_address = make_person("Alain", alice.email)
    attended(
        make_evening(namur, payments, starts=[timezone.now() - 2 * SOON]),
        by_address,
        is_helper=True,
        seats=2,
        helper_name="Bob",
    )
    attended(make_evening(namur, photos, starts=[timezone.now() - SOON]), make_person("Zoé", "zoe@shop.example"))

    found = hers.get(reverse("portal:my_space")).context["certificates"]

    assert [(one.name, one.title, one.is_helper) for one in found] == [
        ("Bob", "Encaisser sans espèces", True),
        ("Alice", "Des photos qui vendent", False),
    ]
    assert [hers.get(one.path).status_code for one in found] == [200, 200]


def test_registration_shows_the_certificate_once_it_is_earned(client, alice, namur, photos):
    session = make_evening(namur, photos, starts=[timezone.now() - SOON])
    registration = attended(session, make_person())
    page = client.get(link_to(registration))
    [earned] = page.context["certificates"]
    assert (earned.is_helper, earned.path in page.content.decode()) == (False, True)
    assert client.get(earned.path).status_code == 200
    certifying.issue(registration=registration)
    certifying.revoke(certificate=registration.certificates.get(), by=alice, reason="Not there")
    assert client.get(link_to(registration)).context["certificates"] == []


def test_my_space_says_what_a_seat_costs(hers, alice, programme, namur):
    training = make_training(programme, cities=[namur])
    registration = seat(training, make_person("Alice", alice.email, user=alice))
    [mine] = hers.get(reverse("portal:my_space")).context["coming"]
    assert mine.cost == "€90 for you, €90 paid by the voucher"
    registering.cancel(registration=registration)
    [mine] = hers.get(reverse("portal:my_space")).context["past"]
    assert mine.cost == ""


def test_my_space_is_the_same_few_queries_for_one_seat_and_three(hers, alice, namur, photos, django_assert_num_queries):
    person = make_person("Alice", alice.email, user=alice)
    for _ in range(2):
        attended(make_evening(namur, photos, starts=[timezone.now() - SOON]), person)
        seat(make_evening(namur, photos), person)
        with django_assert_num_queries(14):
            hers.get(reverse("portal:my_space"))
        attended(make_evening(namur, photos, starts=[timezone.now() - SOON]), person)
        seat(make_evening(namur, photos), person)
