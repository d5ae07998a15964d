"""The page of a session, as visitors, its people and staff see it."""

import pytest
from django.utils import timezone

from tests.trainings.evenings import make_evening, make_person, seat
from tests.trainings.pages.browsing import SOON, url_of, words


def test_session_shows_all_one_must_know(client, programme, namur, liege, photos, alice):
    module = photos.modules.create(
        programme=programme, provider="Agence", price="180.00", approval="approved", approval_number="A-1"
    )
    start = timezone.now() + SOON
    session = make_evening(
        namur, photos, kind="training", module=module, bring={"fr": "Votre téléphone"}, starts=[start, start + SOON]
    )
    session.cities.add(liege)
    session.trainers.add(alice)
    shown = words(client.get(url_of(session)))
    for part in (
        "Votre téléphone", "Organised together with Liège", "€180", "€90 with a training voucher",
        "the helper who comes along: free", "16 seats left", "Alice", "Book my seat",
        "https://www.openstreetmap.org/search?query=Rue+de+Fer+1%2C+Namur",
    ):  # fmt: skip
        assert part in shown
    assert len(client.get(url_of(session)).context["view"].dates) == 2


@pytest.mark.parametrize(
    ("fields", "told", "button"),
    [
        ({"state": "cancelled", "cancelled_at": timezone.now(), "cancel_reason": "Snow"}, "Snow", "See other dates"),
        ({"state": "closed"}, "Registration is closed.", "See other dates"),
        ({"state": "held", "starts": [timezone.now() - SOON]}, "This session has taken place.", "See other dates"),
        ({"opens_at": timezone.now() + SOON}, "Registration opens on", "See other dates"),
        ({"capacity": 0}, "Full: you can join the waiting list", "Join the waiting list"),
    ],
)
def test_session_says_how_it_stands(client, namur, photos, fields, told, button):
    shown = words(client.get(url_of(make_evening(namur, photos, **fields))))
    assert told in shown
    assert shown.count("btn-primary") == 1
    assert button in shown.split("btn-primary")[1]


def test_session_shows_ones_own_registration_and_nobody_elses(hers, alice, evening):
    seat(evening)
    before = hers.get(url_of(evening)).context["mine"]
    own = seat(evening, make_person("Alice", alice.email))
    assert (before, hers.get(url_of(evening)).context["mine"]) == (None, own)


def test_draft_is_for_staff_only(client, staff, namur, photos):
    draft = make_evening(namur, photos, state="draft")
    assert [client.get(url_of(draft, page)).status_code for page in ("session", "session_calendar", "register")] == [
        404
    ] * 3
    assert "Draft: only you and the team see it" in words(staff.get(url_of(draft)))


def test_session_is_the_same_few_queries_for_one_date_and_three(client, namur, photos, django_assert_num_queries):
    for number in (1, 3):
        starts = [timezone.now() + SOON * (1 + date) for date in range(number)]
        session = make_evening(namur, photos, starts=starts)
        with django_assert_num_queries(4):
            client.get(url_of(session))


def test_calendar_has_an_entry_a_date(client, namur, photos):
    session = make_evening(namur, photos, starts=[timezone.now() + SOON, timezone.now() + 2 * SOON])
    response = client.get(url_of(session, "session_calendar"))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.content.count(b"BEGIN:VEVENT") == 2
