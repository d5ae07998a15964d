"""A shopkeeper finds a session, takes a seat with the helper and gives it back, with and without JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from diagnostics.links import secret_path
from programmes.models import City
from tests.browser.visitor import DESKTOP, PHONE
from tests.trainings.evenings import make_evening, make_person, seat
from trainings import links
from trainings.models import Registration, Topic


@pytest.fixture
def photos(commerce):
    return Topic.objects.get(programme=commerce, code="photos")


@pytest.fixture
def evening(commerce, namur, photos):
    return make_evening(namur, photos, capacity=2, bring={"fr": "Votre téléphone", "en": "Your phone"})


@pytest.fixture
def far(commerce):
    tournai = City.objects.get(programme=commerce, code="57081")
    return make_evening(tournai, starts=[timezone.now() + timedelta(days=2)])


def link_to(registration):
    return links.registration_url(registration)


@pytest.mark.parametrize("script", [True, False])
def test_from_the_catalogue_to_a_seat_and_back(visitor, address, evening, far, script):
    one = visitor(script=script)
    one.goes("/p/commerce-connecte/").presses("Sessions")
    one.page.wait_for_selector("h1:has-text('Sessions to come')")
    one.page.wait_for_load_state()
    one.page.fill("#id_near", "Namur")
    if script:
        with one.page.expect_response(lambda answer: "near=Namur" in answer.url):
            one.page.select_option("#id_within", "20")
    else:
        one.page.select_option("#id_within", "20")
        one.submits()
    expect(one.page.locator(".sessions > li")).to_have_count(1)
    assert "near=Namur" in one.page.url
    one.page.locator(".sessions .btn").first.click()
    one.reads("Your phone")
    one.submits()
    one.page.fill("#id_name", "Zoé Lambert")
    one.page.fill("#id_shop", "Fleurs Lambert")
    one.page.fill("#id_postal_code", "5000")
    with one.refused(422):
        one.submits()
    one.reads("Leave an e-mail or a phone number")
    assert one.page.input_value("#id_shop") == "Fleurs Lambert"
    one.page.fill("#id_email", "zoe@fleurs.example")
    one.page.locator(".choice:has(#id_with_helper)").click()
    one.page.fill("#id_helper_name", "Bob")
    one.submits()
    assert one.title == "One more step: look in your mail"
    one.goes(link_to(Registration.objects.get())).submits()
    assert one.title == "Your seat is booked"
    one.presses("I can't come: give my seat back")
    one.reads("Changed your mind?")
    evening.refresh_from_db()
    assert evening.seats_taken == 0


def test_pages_of_sessions(visitor, address, commerce, namur, photos, evening, far):
    """Nothing scrolls sideways, every target is large enough, axe finds nothing."""
    cancelled = make_evening(
        namur, photos, state="cancelled", cancelled_at=timezone.now(), cancel_reason="Too much snow"
    )
    held = seat(evening, make_person("Ann", "ann@shop.example"), is_confirmed=False)
    booked = seat(evening, make_person("Max", "max@shop.example"))
    waiting = seat(evening, make_person("Zoé", "zoe@shop.example"))
    one = visitor(device=PHONE)
    for path in (
        "/trainings/commerce-connecte/sessions/",
        "/trainings/commerce-connecte/sessions/?near=Namur&kind=visit",
        "/trainings/commerce-connecte/sessions/?near=Atlantis",
        "/trainings/commerce-connecte/topics/",
        "/trainings/commerce-connecte/topics/photos/",
        f"/trainings/sessions/{evening.uid}/",
        f"/trainings/sessions/{far.uid}/",
        f"/trainings/sessions/{cancelled.uid}/",
        f"/trainings/sessions/{far.uid}/register/",
        *(link_to(registration) for registration in (held, booked, waiting)),
    ):
        one.goes(path).inspect()
        assert one.page.locator(".btn-primary").count() == 1, path
    with one.refused(404):
        one.goes(link_to(held)[:-3] + "/")
    one.inspect()


def test_result_leads_to_a_seat_nearby(visitor, address, completed, namur):
    code = completed.handed_over["topics"][0]["code"]
    session = make_evening(namur, Topic.objects.get(programme=completed.programme, code=code))
    one = visitor(device=DESKTOP)
    one.opens(secret_path(completed))
    one.page.locator(f"#topic-{code}").get_by_role("link").first.click()
    assert one.path == f"/trainings/sessions/{session.uid}/"
    one.submits()
    assert one.page.input_value("#id_postal_code") == namur.postal_codes[0]
