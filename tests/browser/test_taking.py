"""The self-diagnostic from the home page to the report, as people do it."""

import re

import pytest
from playwright.sync_api import expect

from diagnostics.models import Diagnostic
from tests.browser.visitor import DESKTOP, PHONE

BY_PHONE = {"device": PHONE}
AT_A_DESK = {"device": DESKTOP}
NO_SCRIPT = {"script": False}


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(BY_PHONE, id="phone"),
        pytest.param(AT_A_DESK | NO_SCRIPT, id="desktop, no script", marks=pytest.mark.long),
        pytest.param(BY_PHONE | NO_SCRIPT, id="phone, no script", marks=pytest.mark.long),
        pytest.param(AT_A_DESK, id="desktop", marks=pytest.mark.long),
    ],
)
def test_from_home_to_the_report(how, visitor, worker):
    alice = visitor(**how)
    alice.starts()
    alice.answers_all(nth=1)

    page = alice.page
    assert page.locator(".chart-gauge text").first.text_content() == str(Diagnostic.objects.get().score)
    assert page.locator(".nextsteps > li").count() == 3
    assert page.locator(".topics > li").count() == 5
    assert all(reason.inner_text() for reason in page.locator(".topics .why > p").all())

    report = alice.downloads()
    assert report.path().read_bytes()[:7] == b"%PDF-1."
    assert re.fullmatch(r"diagnostic-florist-\d{4}-\d\d-\d\d\.pdf", report.suggested_filename)


def test_in_french_and_then_in_english(visitor):
    alice = visitor(language="fr-BE")
    alice.starts(trade="fleurs", place="Namur")
    assert (alice.page.locator("html").get_attribute("lang"), alice.title) == ("fr", "Être trouvé")
    expect(alice.page.locator("legend").first).to_contain_text("Quand un client cherche le nom de votre commerce")
    alice.kept_at_once(lambda: alice.chooses("found-name", "wrong"))
    here = alice.path

    alice.presses("English")
    assert (alice.page.locator("html").get_attribute("lang"), alice.title) == ("en", "Being found")
    assert (alice.path, alice.checked("found-name")) == (here, ["wrong"])

    alice.answers_all()
    alice.reads("Your next three steps")
    alice.presses("Français")
    assert Diagnostic.objects.get().sub_sector.name in alice.words


def test_keyboard_alone_completes_it(visitor):
    alice = visitor(**AT_A_DESK)
    page, press = alice.page, alice.page.keyboard.press
    alice.goes("/")
    alice.tabs_to("main .btn-primary")
    alice.enters()
    alice.tabs_to("#q")
    page.keyboard.type("flow")
    page.wait_for_selector("#trades .choice")
    alice.tabs_to("#id_place")
    page.keyboard.type("5000")
    alice.tabs_to("#size input")
    press("Space")
    alice.tabs_to("main .btn-primary")
    alice.enters()

    while page.locator("#questions").count():
        for fieldset in page.locator("#questions fieldset").all():
            if fieldset.is_visible():
                alice.tabs_to(f"#{fieldset.get_attribute('id')} input")
                press("Space")
                if page.evaluate("document.activeElement.type") == "radio":
                    press("ArrowDown")
        alice.tabs_to("main .btn-primary")
        alice.enters()
    assert alice.path.endswith("/result/")
    alice.tabs_to("main .btn-primary")
    assert Diagnostic.objects.get().is_completed


def test_questions_that_open_and_answers_that_stand_alone(visitor):
    alice = visitor()
    alice.starts()
    alice.chooses("found-places", "profile")
    alice.kept_at_once(lambda: alice.chooses("found-places", "maps"))
    alice.kept_at_once(lambda: alice.chooses("found-places", "dont-know"))
    assert alice.checked("found-places") == ["dont-know"]
    alice.kept_at_once(lambda: alice.chooses("found-places", "maps"))
    assert alice.checked("found-places") == ["maps"]
    alice.answers(0)
    alice.submits()

    phone = alice.page.locator("#q-site-phone")
    expect(phone).to_be_hidden()
    alice.kept_at_once(lambda: alice.chooses("site-kind", "page"))
    expect(phone).to_be_visible()
    alice.chooses("site-kind", "nothing")
    expect(phone).to_be_hidden()
    expect(alice.page.locator("details.tonight")).to_be_visible()


def test_without_script_the_server_refuses_what_excludes_itself(visitor):
    alice = visitor(**NO_SCRIPT)
    alice.starts()
    alice.chooses("found-name", "wrong")
    for value in ("profile", "maps", "dont-know"):
        alice.chooses("found-places", value)
    with alice.refused(422):
        alice.submits()
    assert alice.page.locator("#errors li").count() == 1
    assert alice.checked("found-places") == ["profile", "maps", "dont-know"]
    assert alice.checked("found-name") == ["wrong"]
    alice.page.locator("#errors a").click()
    assert alice.path.endswith("#q-found-places")
    assert Diagnostic.objects.get().answers == {"found-name": "wrong"}


def test_what_was_left_out_is_asked_for(visitor):
    alice = visitor()
    alice.starts()
    for _ in range(6):
        if alice.path.endswith("/sell/"):
            alice.answers(0)
        alice.submits()
    assert alice.path.endswith("/finish/")
    questions = alice.page.locator("main .links a")
    first = questions.first.inner_text()
    questions.first.click()
    expect(alice.page.locator("legend").first).to_have_text(first)
    alice.kept_at_once(lambda: alice.chooses("found-name", "wrong"))
    alice.page.go_back()
    alice.page.reload()
    assert first not in alice.words
    alice.presses("See my result now")
    alice.page.wait_for_selector(".score")
    assert alice.page.locator(".score summary").is_visible()


def test_two_tabs_and_a_double_click_lose_nothing(visitor):
    alice = visitor()
    alice.starts()
    other = alice.context.new_page()
    other.goto(alice.page.url)
    other.locator("#q-found-trade .choice").nth(1).click()
    expect(other.locator("#kept")).not_to_be_empty()
    alice.kept_at_once(lambda: alice.chooses("found-name", "wrong"))
    other.locator("main .btn-primary").click()
    other.wait_for_url("**/site/")
    alice.submits()
    assert set(Diagnostic.objects.get().answers) == {"found-name", "found-trade"}

    other.close()
    alice.goes(alice.path.replace("/site/", "/found/"))
    while not alice.path.endswith("/safe/"):
        alice.answers()
        alice.submits()
    alice.answers()
    alice.page.locator("main .btn-primary").dblclick()
    alice.page.wait_for_selector(".score")
    assert Diagnostic.objects.get().is_completed


def test_poor_connection_is_told_and_loses_nothing(visitor):
    alice = visitor()
    alice.starts()
    alice.page.route("**/keep-answer/", lambda route: route.abort())
    alice.chooses("found-name", "wrong")
    expect(alice.page.locator("#kept.trouble")).to_contain_text("Not kept yet")
    alice.troubles.clear()  # the browser says the same
    alice.submits()
    assert Diagnostic.objects.get().answers == {"found-name": "wrong"}
