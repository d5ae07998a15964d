"""The page at the door on a phone: with a network, without one, across reloads, with two phones, and by keyboard alone."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import get_random_string
from playwright.sync_api import expect

from accounts.roles import Role
from tests.browser.visitor import DESKTOP
from tests.conftest import user
from tests.trainings.evenings import make_evening, make_person, seat
from trainings import doors
from trainings.models import Attendance, AttendanceMark, Registration

SHOTS = os.environ.get("TREMPLIN_SHOTS", "")
# All that a phone could have kept: storage, caches, workers.
KEPT = """async () => {
  const caches_ = await Promise.all((await caches.keys()).map(async (name) => {
    const cache = await caches.open(name);
    return Promise.all((await cache.keys()).map(async (key) => (await cache.match(key)).text()));
  }));
  const workers = await navigator.serviceWorker.getRegistrations();
  return { stored: JSON.stringify(localStorage), cached: caches_.flat().join(" "), workers: workers.length };
}"""


def at_six():
    """An evening of today, whatever the time is now."""
    return timezone.localtime().replace(hour=18, minute=0, second=0, microsecond=0)


@pytest.fixture
def evening(namur):
    session = make_evening(namur, starts=[at_six()], titles={"fr": "Être trouvé", "en": "Being found"}, capacity=4)
    names = ("Zoé Lambert", "Élodie Noël", "alain Dupuis")
    for number, name in enumerate(names):
        seat(session, make_person(name, f"p{number}@shop.example"), with_helper=number == 1, helper_name="")
    return session


@pytest.fixture
def at_door(visitor, evening):
    """at_door() is somebody with a phone who has typed the PIN; the page works without a network from then on."""

    def come(**device):
        one = visitor(**device)
        one.goes(doors.url(evening))
        one.page.fill("#id_pin", doors.door_pin(evening))
        one.submits()
        if one.script:
            one.page.wait_for_selector("#door[data-offline]")
            saved(one)
        return one

    return come


def row(one, name):
    return one.page.locator(".head").filter(has=one.page.locator(".name", has_text=name))


def tap(one, name, what):
    """A finger, after the pause that keeps one that bounces from taking back what it has just marked."""
    expect(row(one, name)).not_to_have_attribute("data-fresh", "")
    row(one, name).locator(f".{what}").click()


def net(one, words):
    expect(one.page.locator("#net")).to_have_text(words)


def saved(one):
    net(one, "Everything is saved.")


def counts(one, present, expected):
    expect(one.page.locator(".count")).to_have_text(f"{present} present of {expected} expected")


def names(one):
    return one.page.locator(".head .name").all_inner_texts()


def attended(session):
    rows = Attendance.objects.filter(registration__session=session).order_by("registration__person__name", "is_helper")
    return [(row.registration.person.name, row.is_helper, row.is_present) for row in rows]


def shot(one, name):
    if SHOTS:
        for width in (360, 1280):
            one.page.set_viewport_size({"width": width, "height": 800})
            one.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


def walks_in(one, name, shop="Poissonnerie", contact=""):
    one.page.fill("#name", name)
    one.page.fill("#shop", shop)
    one.page.fill("#postal_code", "5000")
    one.page.fill("#contact", contact)
    one.presses("Add as present")


@pytest.mark.parametrize("script", [True, False])
def test_from_the_pin_to_who_was_there(at_door, evening, script):
    one = at_door(script=script)
    assert names(one) == ["alain Dupuis", "Élodie Noël", "somebody who comes along", "Zoé Lambert"]
    counts(one, 0, 4)
    tap(one, "Zoé", "here")
    counts(one, 1, 4)
    tap(one, "alain", "away")
    expect(row(one, "alain").locator(".is-away")).to_be_visible()
    tap(one, "alain", "back")
    expect(row(one, "alain").locator(".away")).to_be_visible()
    row(one, "Élodie").locator("summary").click()
    row(one, "Élodie").get_by_label("Their name").fill("Bob Petit")
    row(one, "Élodie").get_by_role("button", name="Note it").click()
    expect(row(one, "Bob Petit")).to_be_visible()
    walks_in(one, "Max Poisson", contact="0470 12 34 56")
    counts(one, 2, 5)
    if script:
        saved(one)
    assert attended(evening) == [("Max Poisson", False, True), ("Zoé Lambert", False, True)]
    assert Registration.objects.get(person__name="Élodie Noël").helper_name == "Bob Petit"
    assert AttendanceMark.objects.exclude(withdrawn_at=None).count() == 1


def test_without_a_network_nothing_is_lost_across_a_reload_and_nothing_counts_twice(at_door, evening):
    one = at_door()
    one.context.set_offline(True)
    tap(one, "Zoé", "here")
    net(one, "1 mark waits for the network.")
    walks_in(one, "Max Poisson", contact="max@poisson.example")
    net(one, "2 marks wait for the network.")
    one.page.reload()
    assert names(one) == ["alain Dupuis", "Élodie Noël", "somebody who comes along", "Max Poisson", "Zoé Lambert"]
    counts(one, 2, 5)
    tap(one, "alain", "away")
    net(one, "3 marks wait for the network.")
    shot(one, "offline")
    one.context.set_offline(False)
    saved(one)
    one.page.reload()
    saved(one)
    counts(one, 2, 5)
    assert attended(evening) == [
        ("Max Poisson", False, True),
        ("Zoé Lambert", False, True),
        ("alain Dupuis", False, False),
    ]
    assert (AttendanceMark.objects.count(), evening.registrations.count()) == (3, 4)


def kept(one):
    return one.page.evaluate(KEPT)


def test_two_phones_at_one_door_see_each_other_and_come_to_the_same(at_door, evening):
    one, other = at_door(), at_door()
    other.context.set_offline(True)
    tap(one, "Zoé", "here")
    saved(one)
    tap(other, "Zoé", "away")
    tap(other, "alain", "here")
    other.context.set_offline(False)
    saved(other)
    counts(other, 2, 4)
    tap(one, "Élodie", "away")
    counts(one, 2, 4)
    saved(one)
    assert set(attended(evening)) == {
        ("Zoé Lambert", False, True),
        ("alain Dupuis", False, True),
        ("Élodie Noël", False, False),
    }
    assert AttendanceMark.objects.count() == 4


def test_after_the_sign_out_no_name_is_left_on_the_phone(at_door, evening):
    one = at_door()
    tap(one, "Zoé", "here")
    saved(one)
    assert "Zoé" in kept(one)["stored"]
    assert ("Zoé" in kept(one)["cached"], kept(one)["workers"]) == (False, 1)
    one.presses("Sign out, and wipe the names from this phone")
    one.reads("The names are wiped from this phone.")
    assert (kept(one)["stored"].count("door/3"), kept(one)["cached"], kept(one)["workers"]) == (0, "", 0)
    assert "Zoé" not in one.words + kept(one)["stored"]
    one.presses("Open the door page")
    one.page.wait_for_selector("#id_pin")


def test_sign_out_with_marks_that_wait_asks_first(at_door, evening):
    one = at_door()
    one.context.set_offline(True)
    tap(one, "Zoé", "here")
    one.presses("Sign out, and wipe the names from this phone")
    expect(one.page.locator("dialog")).to_contain_text("Some marks are not sent yet")
    one.presses("Stay and wait")
    counts(one, 1, 4)
    one.presses("Sign out, and wipe the names from this phone")
    one.presses("Sign out all the same")
    one.reads("You are signed out")
    assert "Zoé" not in kept(one)["stored"]
    one.context.set_offline(False)
    one.goes(doors.url(evening))
    one.reads("You are signed out")  # now the portal has heard of it too
    one.page.wait_for_function("!Object.keys(localStorage).some(key => key.endsWith('/left'))")
    one.goes(doors.url(evening))
    one.page.wait_for_selector("#id_pin")


def test_a_day_after_the_end_names_are_wiped_and_marks_still_wait(at_door, evening):
    one = at_door()
    one.context.set_offline(True)
    tap(one, "Zoé", "here")
    walks_in(one, "Max Poisson")
    assert "Max" in kept(one)["stored"]
    later = (doors.window(evening).closes_at - timezone.now() - timedelta(minutes=5)).total_seconds() * 1000
    one.page.evaluate("later => localStorage.setItem('door/clock', String(Math.round(later)))", later)
    one.page.reload()
    net(one, "1 mark waits for the network.")
    assert (names(one), "Max" in kept(one)["stored"], "Zoé" in kept(one)["stored"]) == ([], False, False)
    one.page.evaluate("later => localStorage.setItem('door/clock', String(Math.round(later)))", later + 600_000)
    one.page.evaluate("window.dispatchEvent(new Event('online'))")
    one.reads("The names are wiped from this phone.")
    assert "/tap/" not in kept(one)["stored"]


def test_when_the_pin_is_asked_for_again_marks_stay_on_the_phone(at_door, evening):
    one = at_door()
    one.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    with one.refused(403):
        tap(one, "Zoé", "here")
        expect(one.page.locator("#locked")).to_be_visible()
    assert (names(one), attended(evening)) == ([], [])
    one.page.locator("#locked a").click()
    one.page.fill("#id_pin", doors.door_pin(evening))
    one.submits()
    saved(one)
    counts(one, 1, 4)
    assert attended(evening) == [("Zoé Lambert", False, True)]


def test_sign_in_meanwhile_changes_the_token_and_nothing_is_lost(at_door, evening, alice, signed_in):
    one = at_door()
    one.context.set_offline(True)  # or else the page might just have asked again, and have the new token
    tap(one, "Zoé", "here")
    another = {"name": settings.CSRF_COOKIE_NAME, "value": get_random_string(32), "url": one.address}
    one.context.add_cookies([another])
    with one.refused(403), one.page.expect_response(lambda answer: answer.status == 403):
        one.context.set_offline(False)
    saved(one)
    assert attended(evening) == [("Zoé Lambert", False, True)]


def test_what_the_portal_refuses_comes_back_to_be_corrected(at_door, evening):
    one = at_door()
    walks_in(one, "Max Poisson", contact="max@")
    counts(one, 0, 4)
    walks_in(one, "Max Poisson", contact="frühling@fleurs.example")
    expect(one.page.locator("#refused")).to_be_visible()
    counts(one, 0, 4)
    one.presses("Correct it")
    assert one.page.input_value("#contact") == "frühling@fleurs.example"
    one.page.fill("#contact", "")
    one.presses("Add as present")
    counts(one, 1, 5)
    expect(one.page.locator("#refused")).to_be_hidden()
    saved(one)


def test_where_a_browser_is_old_or_the_address_has_no_https_taps_have_keys_all_the_same(visitor, evening):
    one = visitor()
    one.context.add_init_script(
        "delete Crypto.prototype.randomUUID; delete Navigator.prototype.serviceWorker; delete window.caches"
    )
    one.goes(doors.url(evening))
    one.page.fill("#id_pin", doors.door_pin(evening))
    one.submits()
    tap(one, "Zoé", "here")
    saved(one)
    assert (AttendanceMark.objects.get().key.version, attended(evening)) == (4, [("Zoé Lambert", False, True)])


def test_with_the_keyboard_alone_the_paper_sheet_is_typed(at_door, evening):
    one = at_door(device=DESKTOP)
    one.page.emulate_media(reduced_motion="reduce")  # what has the focus is there at once
    one.page.locator("#find").focus()
    for letters in ("lamb", "dup"):
        one.page.keyboard.type(letters)
        one.page.keyboard.press("Enter")
    counts(one, 2, 4)
    one.page.keyboard.type("elo")
    expect(row(one, "Élodie")).to_be_visible()
    expect(row(one, "Zoé")).to_be_hidden()
    one.tabs_to("button.away")
    one.page.keyboard.press("Enter")
    expect(row(one, "Élodie").locator(".is-away")).to_be_visible()
    one.page.fill("#find", "")
    one.tabs_to("#name")
    for typed in ("Max Poisson", "Poissonnerie", "5000", "0470 12 34 56"):
        one.page.keyboard.type(typed)
        one.page.keyboard.press("Tab")
    one.page.keyboard.press("Enter")
    counts(one, 3, 5)
    expect(one.page.locator("#name")).to_be_focused()
    saved(one)
    assert len(attended(evening)) == 4


def test_course_has_a_choice_of_dates_also_without_a_network(visitor, namur):
    course = make_evening(namur, starts=[at_six() + timedelta(days=days) for days in (-1, 0, 1)])
    seat(course, make_person("Zoé Lambert", "zoe@shop.example"), at=timezone.now() - timedelta(days=5))
    one = visitor()
    one.goes(doors.url(course))
    one.page.fill("#id_pin", doors.door_pin(course))
    one.submits()
    one.page.wait_for_selector("#door[data-offline]")
    one.context.set_offline(True)
    tap(one, "Zoé", "here")
    one.page.locator(".dates a").first.click()
    counts(one, 0, 1)
    tap(one, "Zoé", "away")
    one.page.locator(".dates a").last.click()
    one.reads("This day has not come yet")
    expect(row(one, "Zoé").locator(".here")).to_be_hidden()
    one.page.locator(".dates a").nth(1).click()
    counts(one, 1, 1)
    one.context.set_offline(False)
    saved(one)
    assert [row.is_present for row in Attendance.objects.order_by("date__starts_at")] == [False, True]


def test_pages_of_the_door_and_of_who_gives_sessions(visitor, evening, namur, signed_in):
    tom = user("tom@training.example", Role.TRAINER, name="Tom")
    far = make_evening(namur, starts=[at_six() + timedelta(days=9), at_six() + timedelta(days=16)])
    past = make_evening(namur, starts=[at_six() - timedelta(days=9)])
    for session in (evening, far, past):
        session.trainers.add(tom)
    one = visitor()
    one.goes(doors.url(evening)).inspect()
    shot(one, "pin")
    with one.refused(422):
        one.submits()
    one.inspect()
    for session, status in ((far, 403), (past, 410)):
        with one.refused(status):
            one.goes(doors.url(session)).inspect()
    shot(one, "closed")
    cookie = signed_in(tom).cookies[settings.SESSION_COOKIE_NAME].value
    one.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": one.address}])
    one.goes(doors.url(evening))
    tap(one, "Zoé", "here")
    tap(one, "alain", "away")
    row(one, "Élodie").locator("summary").click()
    one.inspect()
    shot(one, "door")
    one.goes("/trainings/teaching/").inspect()
    shot(one, "teaching")
    for session in (evening, far, past):
        one.goes(f"/trainings/teaching/{session.uid}/").inspect()
    one.goes(f"/trainings/teaching/{evening.uid}/")
    shot(one, "teaching_session")


def test_who_signs_out_of_the_portal_leaves_no_name_on_the_phone(visitor, evening, signed_in):
    tom = user("tom@training.example", Role.TRAINER, name="Tom")
    evening.trainers.add(tom)
    one = visitor()
    cookie = signed_in(tom).cookies[settings.SESSION_COOKIE_NAME].value
    one.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": one.address}])
    one.goes(doors.url(evening))
    saved(one)
    one.goes("/accounts/sign-out/").submits()
    assert "Zoé" not in kept(one)["stored"] + kept(one)["cached"]
