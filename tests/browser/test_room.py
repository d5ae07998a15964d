"""The self-diagnostic in the room: the screen, phones that scan it, and one tablet for two people."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from diagnostics import rooms
from diagnostics.models import Diagnostic
from tests.browser.visitor import DESKTOP, PHONE
from tests.conftest import user
from tests.trainings.sessions import make_session

TABLET = {"device": {"viewport": {"width": 820, "height": 1180}, "has_touch": True}}


@pytest.fixture
def tom(db):
    return user("tom@agency.example", Role.TRAINER, name="Tom Maes")


@pytest.fixture
def session(commerce, namur, tom):
    """Tonight's, in Namur."""
    starts = timezone.now() + timedelta(hours=1)
    return make_session(commerce, starts=(starts,), cities=[namur], trainers=[tom], titles={"en": "Digital evening"})


@pytest.fixture
def trainer(visitor, tom, signed_in):
    def come(**how):
        one = visitor(**how)
        key = signed_in(tom).cookies[settings.SESSION_COOKIE_NAME].value
        one.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": one.address}])
        return one

    return come


def joins(one, session):
    """Types the code of the screen, and answers the first three questions."""
    one.goes("/diagnostic/join/")
    one.page.fill("#code", rooms.shown(rooms.code_of(session)).lower())
    one.submits()
    answers_the_first_three(one)


def answers_the_first_three(one):
    one.page.fill("#q", "flow")
    if not one.script:
        one.page.press("#q", "Enter")
    one.page.locator("#trades .choice").first.click()
    one.page.locator("#size .choice").first.click()
    one.submits()


def hands_round(one, session):
    """Makes a tablet one that goes from hand to hand."""
    one.goes(f"/diagnostic/join/{rooms.code_of(session)}/")
    one.presses("Share this device")
    one.reads("This device goes from hand to hand.")


def test_the_screen_counts_while_the_room_takes_part(trainer, visitor, session):
    screen = trainer(device=DESKTOP)
    screen.goes(f"/diagnostic/rooms/{session.uid}/").inspect()
    counts = screen.page.locator("#counts dd")
    expect(counts).to_have_text(["0", "0"])

    phone = visitor()
    joins(phone, session)
    expect(counts).to_have_text(["1", "0"])
    phone.answers_all()
    expect(counts).to_have_text(["1", "1"])
    assert [one.session for one in Diagnostic.objects.all()] == [session]


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(TABLET, id="tablet"),
        pytest.param(TABLET | {"script": False}, id="tablet, no script", marks=pytest.mark.long),
    ],
)
def test_two_people_one_after_the_other_on_one_tablet(visitor, session, how):
    tablet = visitor(**how)
    hands_round(tablet, session)
    answers_the_first_three(tablet)
    tablet.answers_all(nth=1)
    first = Diagnostic.objects.get()
    was_here = tablet.path
    tablet.presses("Take my result with me")
    tablet.reads("Take your result with you")
    expect(tablet.page.locator("svg.qr")).to_be_visible()
    code = tablet.page.locator(".code").inner_text()
    tablet.presses("Next person")
    tablet.reads("This device has forgotten the previous shop.")

    # The arrow of the browser, as far back as it goes, shows nothing of the one before.
    with tablet.refused(404):
        for _ in range(4):
            tablet.page.go_back()
            assert code not in tablet.words
            assert tablet.page.locator(".score, #questions input:checked").count() == 0
    with tablet.refused(404):
        tablet.goes(was_here)
    tablet.presses("Start for another shop")

    tablet.page.wait_for_selector("#q")
    answers_the_first_three(tablet)
    assert tablet.page.locator("#questions input:checked").count() == 0
    tablet.answers_all(nth=0)
    assert [one.session for one in Diagnostic.objects.all()] == [session, session]

    # And the first goes on at home, on a phone.
    alice = visitor(device=PHONE)
    alice.goes("/diagnostic/resume/")
    alice.page.fill("#id_code", code)
    alice.presses("Open with this code")
    alice.page.wait_for_selector(".score")
    assert str(first.public_id) in alice.path


def test_a_tablet_left_alone_forgets(visitor, session):
    tablet = visitor(**TABLET)
    tablet.page.clock.install()
    hands_round(tablet, session)
    answers_the_first_three(tablet)
    tablet.kept_at_once(lambda: tablet.chooses("found-name", "right"))

    tablet.page.clock.fast_forward("02:00")
    tablet.page.locator("h1").click()  # somebody is reading
    tablet.page.clock.fast_forward("02:00")
    assert tablet.page.locator("#questions").count() == 1
    tablet.page.clock.fast_forward("01:10")
    tablet.reads("Take your answers with you")
    begun = Diagnostic.objects.get()

    tablet.page.clock.fast_forward("02:10")
    tablet.page.wait_for_selector("#q")
    tablet.reads("This device has forgotten the previous shop.")
    with tablet.refused(404):
        tablet.goes(f"/diagnostic/{begun.public_id}/found/")
    assert begun.answers == {"found-name": "right"}


def test_pages_of_the_room(trainer, visitor, session):
    screen = trainer()
    screen.goes(f"/diagnostic/rooms/{session.uid}/").inspect()

    tablet = visitor(**TABLET)
    tablet.goes("/diagnostic/join/").inspect()
    with tablet.refused(404):
        tablet.goes("/diagnostic/join/WRONG/")
    tablet.inspect()
    tablet.goes(f"/diagnostic/join/{rooms.code_of(session)}/").inspect()
    hands_round(tablet, session)
    tablet.inspect()
    answers_the_first_three(tablet)
    tablet.inspect()
    here = re.sub(r"found/$", "keep/", tablet.path)
    tablet.goes(here).inspect()
    tablet.presses("Back")
    tablet.goes(here.replace("keep", "finish"))
    tablet.presses("See my result now")
    tablet.page.wait_for_selector(".score")
    tablet.inspect()
    with tablet.refused(422):
        tablet.goes(here)
        tablet.page.fill("#id_email", "nobody")
        tablet.presses("Send me the link")
        tablet.page.wait_for_selector("#errors")
    tablet.inspect()


def test_page_that_the_browser_kept_in_memory_is_asked_for_again(visitor, session):
    tablet = visitor(**TABLET)
    hands_round(tablet, session)
    answers_the_first_three(tablet)
    tablet.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)  # as after "Next person"

    with tablet.refused(404), tablet.page.expect_navigation():
        tablet.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    tablet.reads("There is nothing at this address")
