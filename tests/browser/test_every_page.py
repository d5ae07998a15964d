"""Every page that a shopkeeper can meet: axe finds nothing, nothing scrolls sideways, every target is large enough."""

import time

import pytest
from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.utils import timezone

from businesses.models import Business
from diagnostics import taking
from diagnostics.links import secret_path
from diagnostics.models import Diagnostic
from outbox.models import Job
from programmes.models import Programme
from tests.browser.visitor import DESKTOP
from tests.conftest import first_answer
from trainings import interests
from trainings.models import Topic

# As without JavaScript, where nothing unticks the others; axe itself needs JavaScript.
TICK_TWO = (
    "for (const v of ['maps', 'dont-know']) document.querySelector(`#q-found-places [value=${v}]`).checked = true"
)
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"


@pytest.fixture
def peers(florist, namur, commerce):
    """Five florists more: enough to be compared with."""
    for _ in range(5):
        begun = taking.start(programme=commerce, sub_sector=florist, city=namur, staff_size="alone", language="fr")
        questions = begun.version.diagnoser.questionnaire.questions()
        taking.keep(diagnostic=begun, answers={question.code: first_answer(question) for question in questions})
        taking.complete(diagnostic=begun)


@pytest.fixture
def half_known(peers, diagnostic):
    """A result with an open question, peers to be compared with, and advice of every kind."""
    questions = diagnostic.version.diagnoser.questionnaire.questions()
    answers = {question.code: first_answer(question) for question in questions} | {"found-name": "dont-know"}
    taking.keep(diagnostic=diagnostic, answers=answers)
    return taking.complete(diagnostic=diagnostic)


def test_pages_before_the_result(visitor, diagnostic, commerce):
    one = visitor()
    for page in ("/", f"/p/{commerce.code}/about/", "/diagnostic/resume/", f"/diagnostic/start/{commerce.code}/"):
        one.goes(page).inspect()
    for typed in ("bo", "zzz"):
        one.goes(f"/diagnostic/start/{commerce.code}/?q={typed}").inspect()
    one.page.fill("#id_place", "Atlantis")
    with one.refused(422):
        one.submits()
    one.inspect()
    with one.refused(422):
        one.goes("/diagnostic/resume/").page.fill("#id_code", "AAAA-AAAA")
        one.presses("Open with this code")
        one.page.wait_for_selector("#errors")
    one.inspect()

    one.goes(secret_path(diagnostic)).inspect()
    one.submits()
    for is_new_in_kind in (True, True, False, False, True, False):
        one.answers(3)
        one.page.evaluate(OPEN_ALL)
        if is_new_in_kind:  # with several choices, with questions that open, with a scale
            one.inspect()
        one.submits()
    one.goes("/diagnostic/resume/").inspect()


def test_pages_of_the_end(visitor, diagnostic):
    one = visitor()
    one.opens(secret_path(diagnostic))
    one.page.evaluate(TICK_TWO)
    with one.refused(422):
        one.submits()
    one.inspect()
    one.goes(f"/diagnostic/{diagnostic.public_id}/finish/").inspect()
    questions = diagnostic.version.diagnoser.questionnaire.questions()
    taking.keep(diagnostic=diagnostic, answers={question.code: first_answer(question) for question in questions})
    one.page.reload()
    one.inspect()


def test_pages_of_the_result(visitor, half_known, namur):
    one = visitor()
    one.opens(secret_path(half_known))
    one.presses("Make a link to share")
    one.page.evaluate(OPEN_ALL)
    one.inspect()
    shared = one.page.locator("#keep a[href*='/shared/']").get_attribute("href")
    visitor().goes(shared).inspect()

    result = f"/diagnostic/{half_known.public_id}/result/"
    one.page.locator(".seat button").first.click()
    one.page.fill("#id_email", "nobody")
    with one.refused(422):
        one.submits()
    one.inspect()
    one.goes(result.replace("result", "keep")).inspect()
    with one.refused(422):
        one.presses("Send me the link")
        one.page.wait_for_selector("#errors")
    one.inspect()

    one.goes(result).submits()
    one.inspect()
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(state="failed", error="No paper.", finished_at=timezone.now())
    one.goes(result.replace("result", "report")).inspect()

    one.goes(result).presses("Do it again or correct it")
    one.page.wait_for_selector("#questions")
    one.chooses("found-name", "cared-for")
    while one.page.locator("#questions").count():
        one.submits()
    one.inspect()

    nothing_applied = half_known.result | {"score": None, "range": None, "topics": []}
    Diagnostic.objects.filter(pk=half_known.pk).update(score=None, result=nothing_applied)
    one.goes(result).inspect()
    assert one.title == "No score this time"

    topic = Topic.objects.first()
    token = interests.link_token(interests.ask(topic=topic, city=namur, language="en", email="a@fleurs.example"))
    for button in ("Yes, tell me", "Tell me no more"):
        one.goes(f"/trainings/interests/{token}/").inspect()
        one.presses(button)
    one.page.wait_for_selector("h1")
    one.inspect()


def test_pages_of_ones_own_space(visitor, completed, alice, florist, commerce, signed_in):
    one = visitor()
    one.goes("/accounts/sign-in/").inspect()
    one.page.fill("input[name=email]", alice.email)
    one.submits()
    one.inspect()
    session = signed_in(alice).cookies[settings.SESSION_COOKIE_NAME].value
    one.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": one.address}])
    one.goes("/my/").inspect()
    Business.objects.create(name="Fleurs Dupont", postal_code="5000", programme=commerce, sub_sector=florist)
    one.opens(secret_path(completed)).goes(f"/diagnostic/{completed.public_id}/attach/").inspect()
    one.page.fill("#id_name", "Fleurs Dupont")
    with one.refused(422):
        one.submits()
    one.inspect()
    one.page.fill("#id_postal_code", "5000")
    one.submits()
    one.inspect()
    one.page.locator("#same .choice").last.click()
    one.submits()
    one.inspect()
    one.goes("/accounts/sign-out/").inspect()


def test_pages_of_trouble(visitor, diagnostic, commerce, monkeypatch):
    one, path = visitor(device=DESKTOP), secret_path(diagnostic)
    with one.refused(404):
        one.goes(path[:-2] + "~/").inspect()
        one.goes("/nowhere/").inspect()
    then = time.time() - 400 * 86400
    with monkeypatch.context() as patched:
        patched.setattr(signing.time, "time", lambda: then)
        old = secret_path(diagnostic)
    with one.refused(410):
        one.goes(old).inspect()
    one.goes("/")
    one.context.clear_cookies()
    with one.refused(403):
        one.presses("Français")
        one.page.wait_for_selector("ol")
        one.inspect()
    for template in ("400.html", "403.html", "429.html", "500.html"):
        show(one, template)
        one.inspect()
    Programme.objects.update(questionnaire=None)
    one.goes(f"/diagnostic/start/{commerce.code}/?q=flow")
    one.page.locator("#trades .choice").first.click()
    one.page.locator("#size .choice").first.click()
    with one.refused(503):
        one.submits()
    one.inspect()
    Programme.objects.update(withdrawn_at=timezone.now())
    one.goes("/").inspect()


def show(one, template):
    """A page that only trouble brings, as it is drawn without a request."""
    body = render_to_string(template)
    one.page.route("**/trouble", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    one.goes("/trouble")
