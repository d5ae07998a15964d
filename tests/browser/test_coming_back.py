"""Interrupted, resumed on another device, kept, shared, done again, and forgotten by a shared tablet."""

import re
import time

import pytest
from django.conf import settings
from django.core import signing
from playwright.sync_api import expect

from diagnostics.links import LINK_AGE_DAYS, secret_path
from diagnostics.models import Diagnostic
from tests.browser.visitor import DESKTOP
from tests.workers import wait_until

AT_A_DESK = {"device": DESKTOP}


def link_in(message):
    return re.search(r"https?://\S+", message.get_body(("plain",)).get_content())[0]


def code_on(one):
    return one.page.locator(".code").first.text_content()


@pytest.fixture
def old_link(diagnostic, monkeypatch):
    """A secret link made so long ago that it has expired."""
    then = time.time() - (LINK_AGE_DAYS + 1) * 86400
    with monkeypatch.context() as patched:
        patched.setattr(signing.time, "time", lambda: then)
        return secret_path(diagnostic)


def test_interrupted_and_resumed(visitor, worker, smtp):
    alice = visitor()
    alice.starts()
    alice.kept_at_once(lambda: alice.chooses("found-name", "right"))
    here, code = alice.path, code_on(alice)

    again = visitor(storage=alice.context.storage_state())
    alice.close()
    again.goes("/").presses("Pick up where you left off")
    again.submits()
    assert (again.path, again.checked("found-name")) == (here, ["right"])

    desk = visitor(**AT_A_DESK)
    desk.goes("/diagnostic/resume/")
    desk.page.fill("#id_code", "AAAA-AAAA")
    with desk.refused(422):
        desk.presses("Open with this code")
        desk.page.wait_for_selector("#errors")
    assert desk.page.input_value("#id_code") == "AAAA-AAAA"
    desk.page.fill("#id_code", code.lower().replace("-", " "))
    desk.presses("Open with this code")
    desk.page.wait_for_selector("#questions")
    assert (desk.path, desk.checked("found-name")) == (here, ["right"])

    desk.goes(here.replace("/found/", "/keep/"))
    desk.page.fill("#id_email", "alice@fleurs.example")
    desk.presses("Send me the link")
    desk.reads("The mail is on its way")
    wait_until(lambda: smtp.messages)
    tablet = visitor().opens(link_in(smtp.messages[0]))
    assert (tablet.path, tablet.checked("found-name")) == (here, ["right"])


def test_link_changed_or_expired_says_so_and_loses_nothing(visitor, diagnostic, old_link):
    alice, path = visitor(), secret_path(diagnostic)
    with alice.refused(404):
        alice.goes(path[:-2] + ("A" if path[-2] != "A" else "B") + "/")
    assert alice.title == "This link is not complete"
    with alice.refused(410):
        alice.goes(old_link)
    assert alice.title == "This link is too old"
    alice.presses("Type my code")
    assert alice.title == "Pick up where you left off"
    assert alice.opens(path).path.endswith("/found/")


def test_done_again_shows_what_moved(visitor, completed):
    alice = visitor()
    alice.opens(secret_path(completed))
    assert not alice.page.locator("#changes").count()
    alice.presses("Do it again or correct it")
    alice.page.wait_for_selector("#questions")
    assert alice.checked("found-name") == ["nothing"]
    alice.chooses("found-name", "cared-for")
    while alice.page.locator("#questions").count():
        alice.submits()
    alice.reads("What moved")
    expect(alice.page.locator(".chart-rows:has(.c-gain)")).to_be_visible()
    assert [done.is_completed for done in Diagnostic.objects.all()] == [True, True]


def test_shared_and_closed_again(visitor, completed, live_server):
    alice, accountant = visitor(), visitor(**AT_A_DESK)
    alice.opens(secret_path(completed))
    alice.presses("Make a link to share")
    shared = alice.page.locator("#keep a[href*='/shared/']").get_attribute("href")
    accountant.goes(shared)
    assert (accountant.title, accountant.page.locator("main button").count()) == (alice.title, 0)
    with accountant.refused(404):
        accountant.goes(f"/diagnostic/{completed.public_id}/result/")
    alice.presses("Close this link")
    alice.reads("The link no longer opens anything.")
    with accountant.refused(404):
        accountant.goes(shared)


def test_not_your_diagnostic_is_not_there(visitor, completed, dana, charlie, signed_in):
    for person in (dana, charlie):
        one = visitor()
        session = signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value
        one.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": one.address}])
        for page in ("result/", "found/", "keep/", "report/file/"):
            with one.refused(404):
                one.goes(f"/diagnostic/{completed.public_id}/{page}")
            assert one.title == "There is nothing at this address"


def test_shared_tablet_forgets(visitor, completed):
    tablet = visitor(**AT_A_DESK)
    tablet.opens(secret_path(completed))
    code = code_on(tablet)
    tablet.presses("Start again for another shop")
    assert tablet.title == "First, your shop"
    with tablet.refused(404):
        tablet.page.go_back()
        tablet.page.wait_for_selector("h1:has-text('There is nothing')")
    assert code not in tablet.page.content()
    tablet.goes("/diagnostic/resume/")
    assert not tablet.page.locator("main .card").count()


def test_kept_in_ones_own_space(visitor, completed, worker, smtp):
    alice = visitor()
    alice.opens(secret_path(completed))
    alice.presses("Keep my result")
    alice.submits()
    alice.page.fill("input[name=email]", "alice@fleurs.example")
    alice.submits()
    wait_until(lambda: smtp.messages)
    alice.page.fill("input[name=code]", re.search(r"\b\d{6}\b", smtp.messages[0].get_body(("plain",)).get_content())[0])
    alice.submits()
    assert alice.title == "Whose result is it?"
    alice.page.fill("#id_person_name", "Alice Dupont")
    alice.page.fill("#id_name", "Fleurs Dupont")
    alice.page.fill("#id_postal_code", "5000")
    alice.page.fill("#id_number", "0123 456 789")
    with alice.refused(422):
        alice.submits()
    assert alice.page.input_value("#id_name") == "Fleurs Dupont"
    alice.page.fill("#id_number", "")
    alice.submits()
    alice.reads("Your result is kept in your space.")
    alice.page.locator("main a[href$='/result/']").first.click()
    assert alice.downloads().suggested_filename.startswith("diagnostic-fleurs-dupont-")
