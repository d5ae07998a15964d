"""After a session: the minute of who was there, without script; sheets typed by keyboard alone; every page of it looked at."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts.applying import apply_roles
from surveys import answering, closing, inviting, signing
from surveys.inviting import heads_of, path_of
from surveys.models import AnswerBox, Slip
from tests.browser.visitor import DESKTOP
from tests.surveys.evenings import GIVEN, make_day, make_evening


@pytest.fixture
def evening(commerce):
    return make_evening(commerce, heads=6)


@pytest.fixture
def typist(visitor, dana, signed_in, monkeypatch):
    """Staff at a desk, who have shown their second factor."""
    apply_roles()
    for place in ("accounts.access", "trainings.doors", "surveys.views.paper"):
        name = "is_staff_with_second_factor" if place == "trainings.doors" else "has_second_factor"
        monkeypatch.setattr(f"{place}.{name}", lambda request: request.user.is_staff)
    one = visitor(device=DESKTOP)
    cookie = signed_in(dana).cookies[settings.SESSION_COOKIE_NAME].value
    one.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": one.address}])
    return one


@pytest.mark.parametrize("script", [True, False])
def test_from_the_code_to_the_answer_and_the_slip(visitor, commerce, script):
    one, evening = visitor(script=script), make_day(commerce)
    head = heads_of(evening)[0]
    one.goes(f"/survey/{evening.uid}/")
    one.page.fill("#code", inviting.code_of(head.registration))
    one.submits()
    if script:
        one.inspect()
    with one.refused(422):
        one.submits()
    one.reads("You have not ticked anything yet.")
    one.chooses("useful", "very-useful")
    one.chooses("relevant", "80")
    one.chooses("training", "yes")
    one.page.locator("#q-topics summary").click()
    one.chooses("topics", "photos")
    one.chooses("barriers", "time")
    one.submits()
    assert one.title == "Thank you, your answer is in"
    if script:
        one.inspect()
    one.page.get_by_label("A call from the team").check()
    one.page.fill("#id_phone", "081 22")
    one.page.get_by_label("You may contact me again about this").check()
    one.submits()
    one.reads("And so is your slip")
    assert (AnswerBox.objects.get().used_count, Slip.objects.get().wants_call) == (1, True)


def test_sheets_are_taken_in_and_typed_by_keyboard_alone(typist, evening):
    one = typist
    one.goes(f"/survey/{evening.uid}/sheets/")
    for _sheet in range(2):
        one.page.get_by_role("button", name="Sheet taken in").first.focus()
        one.enters()
    one.page.get_by_role("link", name="Type 2 sheets").focus()
    one.enters()
    expect(one.page.locator("#i-1-useful")).to_be_focused()  # a moment after the page has loaded
    for typed in ("2", "70", "1 3", "1", "7", "1", "1 2", "Merci", "5", "20"):
        one.page.keyboard.type(typed)
        one.page.keyboard.press("Tab")
    one.enters()
    one.reads("2 sheets are kept.")
    box = answering.box_of(evening)
    assert (box.sheets_typed, box.waiting) == (2, 2)


def test_pages_of_staff_and_of_the_room(visitor, typist, evening):
    head = heads_of(evening)[5]
    answering.take_sheet(head=heads_of(evening)[0])
    one = visitor()
    slip = signing.sign(head=head, name=head.name, language="en", wants_call=True)
    pages = ["/survey/", f"/survey/{evening.uid}/sheets/", f"/survey/{evening.uid}/typing/"]
    pages += [f"/survey/{evening.uid}/screen/", f"/survey/{evening.uid}/codes/", f"/survey/{evening.uid}/paper/"]
    pages += [f"/survey/{evening.uid}/slip/{inviting.token_of(each)}/" for each in (head, heads_of(evening)[1])]
    for path in pages:
        seen(typist, path)
    seen(one, f"/survey/slips/{signing.token_of(slip)}/")
    for each in heads_of(evening)[1:]:
        answering.answer(head=each, given={**GIVEN, "comment": "Merci !"})
    closing.close(pk=answering.box_of(evening).pk, at=evening.ends_at)
    seen(typist, f"/survey/{evening.uid}/results/")
    one.refusals_expected |= {404, 410}
    seen(one, path_of(head))
    seen(one, "/survey/answer/1p-nothing/")


def seen(one, path):
    one.goes(path)
    one.inspect()
