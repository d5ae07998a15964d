"""Paper: sheets taken in beside the name, typed without it; slips written down; what staff and trainers see."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.applying import apply_roles
from accounts.roles import Role
from diagnostics import rooms
from surveys import answering, closing, counting, inviting, signing
from surveys.inviting import heads_of
from surveys.models import Slip
from surveys.sheets import grid
from tests.surveys.evenings import GIVEN, make_day, make_evening
from tests.trainings.sessions import make_session
from tests.trainings.staff import user_as
from trainings import doors

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def evening(commerce):
    return make_evening(commerce, heads=8)


@pytest.fixture
def today(commerce):
    return make_day(commerce, heads=3)


def page(name, session, *args):
    return reverse(f"surveys:{name}", args=[session.uid, *args])


def tap(browser, session, head, **extra):
    data = {"head": inviting.token_of(head), **extra}
    return browser.post(page("sheets", session), data, headers=ENGLISH, follow=True).content.decode()


def take_in(session, count):
    for head in heads_of(session)[:count]:
        answering.take_sheet(head=head)
    return answering.box_of(session)


def type_in(browser, session, typed_before=0, **cells):
    data = {"typed": typed_before, **{name.replace("_", "-"): value for name, value in cells.items()}}
    return browser.post(page("typing", session), data, headers=ENGLISH)


def test_one_tap_takes_a_sheet_in_and_another_gives_it_back(staff, evening):
    head = heads_of(evening)[0]
    assert "sheet taken in" in tap(staff, evening, head)
    assert "has answered already" in tap(staff, evening, head)
    assert answering.box_of(evening).sheets_taken == 1
    assert "sheet taken in" not in tap(staff, evening, head, back="1")
    assert "was not taken in, or some are typed" in tap(staff, evening, head, back="1")
    assert (answering.box_of(evening).sheets_taken, answering.box_of(evening).used_count) == (0, 0)


def test_no_sheet_is_offered_back_once_one_is_typed_until_all_are(staff, evening):
    take_in(evening, 2)
    seen = []
    for typed in range(3):
        html = staff.get(page("sheets", evening), headers=ENGLISH).content.decode()
        seen.append((html.count("Take back"), "none can be taken back" in html, html.count(">sheet taken in<")))
        if typed < 2:
            answering.type_sheets(session=evening, sheets=[GIVEN], typed_before=typed)
    assert seen == [(2, False, 2), (0, True, 2), (0, False, 0)]


def test_sheets_are_typed_by_their_numbers_and_what_is_kept_stays(staff, evening):
    take_in(evening, 3)
    assert (
        type_in(
            staff,
            evening,
            **{"1_useful": "2", "1_relevant": "70", "1_tools": "1 3", "1_training": "1", "1_topics": "7, 8"},
        ).status_code
        == 302
    )
    box = answering.box_of(evening)
    assert answering._unsealed(box) == [
        {
            "useful": "useful",
            "relevant": 70,
            "tools": ["business-profile", "reviews"],
            "training": "yes",
            "topics": ["photos", "video"],
        }
    ]
    html = staff.get(page("typing", evening), headers=ENGLISH).content.decode()
    assert ("2 sheets are left." in html, 'name="2-useful"' in html, 'name="3-useful"' in html) == (True, True, False)


def test_sheet_without_any_tick_is_typed_as_a_hyphen(staff, evening):
    take_in(evening, 1)
    type_in(staff, evening, **{"1_useful": "-"})
    assert (answering.box_of(evening).sheets_left, answering._unsealed(answering.box_of(evening))) == (0, [{}])


@pytest.mark.parametrize(
    ("cell", "typed", "words"),
    [
        ("1_useful", "6", "One number from 1 to 5"),
        ("1_useful", "1 2", "One number from 1 to 5"),
        ("1_relevant", "75", "From 0 to 100, in steps of 10"),
        ("1_tools", "1 6", "“none” stands alone"),
        ("1_tools", "x", "Numbers from 1 to 6"),
    ],
)
def test_numbers_that_do_not_fit_are_told_in_the_cell_and_nothing_is_kept(cell, typed, words, staff, evening):
    take_in(evening, 2)
    sent = type_in(staff, evening, **{cell: typed, "2_useful": "1"})
    html = sent.content.decode()
    assert (sent.status_code, words in html, f'value="{typed}"' in html) == (422, True, True)
    assert (html.count('scope="row"'), f'href="#i-{cell.replace("_", "-")}"' in html) == (2, True)
    assert answering.box_of(evening).sheets_typed == 0


def test_more_rows_than_sheets_are_refused(staff, evening):
    take_in(evening, 1)
    sent = type_in(staff, evening, **{"1_useful": "1", "2_useful": "1"})
    assert (sent.status_code, answering.box_of(evening).sheets_typed) == (409, 0)


def test_sheets_kept_by_a_second_click_are_not_kept_twice(staff, evening):
    take_in(evening, 4)
    sent = [type_in(staff, evening, **{"1_useful": "1"}).status_code for _click in range(2)]
    assert (sent, answering.box_of(evening).sheets_typed) == ([302, 409], 1)


def test_grid_has_a_row_for_each_sheet_and_five_at_most(evening):
    questions = take_in(evening, 7).survey.questions
    assert [len(grid(questions, left).rows) for left in (0, 2, 5, 7)] == [0, 2, 5, 5]


def test_typing_where_nothing_was_taken_in_or_all_is_over_says_so(staff, evening):
    assert "take them in first" in staff.get(page("typing", evening), headers=ENGLISH).content.decode()
    closing.close(pk=take_in(evening, 1).pk, at=timezone.now())
    closed = staff.get(page("typing", evening), headers=ENGLISH)
    assert (closed.status_code, "nothing can be added" in closed.content.decode()) == (410, True)
    assert "who answered is no longer known" in staff.get(page("sheets", evening), headers=ENGLISH).content.decode()


def test_slip_is_written_down_at_the_desk(staff, evening):
    head = heads_of(evening)[0]
    address = page("slip", evening, inviting.token_of(head))
    assert staff.post(address, {"name": head.name, "wants_help": "on"}).status_code == 302
    assert (Slip.objects.get().written_by.name, Slip.objects.get().language) == ("Dana", "en")
    assert "help on the spot" in staff.get(address, headers=ENGLISH).content.decode()


def test_slip_that_was_signed_on_the_phone_meanwhile_stays(staff, evening):
    head = heads_of(evening)[0]
    signing.sign(head=head, name=head.name, language="fr", wants_call=True)
    sent = staff.post(page("slip", evening, inviting.token_of(head)), {"name": head.name, "wants_help": "on"})
    assert (sent.status_code, sent.url) == (302, page("slip", evening, inviting.token_of(head)))
    assert (Slip.objects.get().wants_call, Slip.objects.get().wants_help) == (True, False)


def test_results_are_shown_from_five_open_answers_on(staff, evening):
    for head in heads_of(evening)[:4]:
        answering.answer(head=head, given={**GIVEN, "comment": "Merci"})
    html = staff.get(page("results", evening), headers=ENGLISH).content.decode()
    assert ("4 of 8 who were there" in html, "Too few answers" in html, "Merci" in html) == (True, True, False)
    for head in heads_of(evening)[4:]:
        answering.answer(head=head, given=GIVEN)
    closing.close(pk=answering.box_of(evening).pk, at=timezone.now())
    html = staff.get(page("results", evening), headers=ENGLISH).content.decode()
    assert ("80% on average, over 8 answers" in html, html.count("Merci")) == (True, 4)


def test_results_say_what_the_figure_says(staff, evening):
    for number, head in enumerate(heads_of(evening)):
        answering.answer(head=head, given={"useful": "so-so" if number else "useful", "relevant": 70 if number else 10})
    closing.close(pk=answering.box_of(evening).pk, at=timezone.now())
    html = staff.get(page("results", evening), headers=ENGLISH).content.decode()
    assert [words in html for words in (">12.5%<", ">87.5%<", "62.5% on average, over 8 answers")] == [True] * 3


def test_question_that_too_few_answered_is_not_shown(staff, evening):
    for number, head in enumerate(heads_of(evening)):
        answering.answer(head=head, given={"useful": "useful", **({"strategy": "yes"} if number < 4 else {})})
    closing.close(pk=answering.box_of(evening).pk, at=timezone.now())
    assert "Too few answered this to show it." in staff.get(page("results", evening), headers=ENGLISH).content.decode()


@pytest.mark.parametrize("sessions", [1, 3])
def test_overview_asks_as_much_of_the_database_for_one_session_as_for_three(
    sessions, staff, commerce, django_assert_num_queries
):
    for _number in range(sessions):
        take_in(make_evening(commerce, heads=2), 1)
    with django_assert_num_queries(12):
        html = staff.get(reverse("surveys:overview"), headers=ENGLISH).content.decode()
    assert html.count(">Type</a>") == sessions


def test_overview_shows_all_sessions_page_by_page(staff, commerce, monkeypatch):
    monkeypatch.setattr("surveys.views.staff.A_PAGE", 2)
    for _number in range(3):
        make_evening(commerce, heads=1)
    pages = [
        staff.get(f"{reverse('surveys:overview')}?page={page}", headers=ENGLISH).content.decode() for page in (1, 2)
    ]
    assert [html.count(">Type</a>") for html in pages] == [2, 1]
    assert ["Next page" in html for html in pages] == [True, False]


@pytest.mark.parametrize(
    ("answers", "words"),
    [(0, "closed: nobody answered"), (4, "Fewer than five answers were sent or typed"), (5, "5 answers are open")],
)
def test_closed_session_promises_nothing_and_offers_no_typing(answers, words, staff, evening):
    heads = heads_of(evening)
    box = answering.take_sheet(head=heads[7])
    if not answers:
        answering.give_back_sheet(head=heads[7])
    for head in heads[:answers]:
        answering.answer(head=head, given=GIVEN)
    closing.close(pk=box.pk, at=timezone.now())
    results, sheets = (
        staff.get(page(name, evening), headers=ENGLISH).content.decode() for name in ("results", "sheets")
    )
    assert (words in results, "come open" in results, "yet" in results) == (True, False, False)
    assert ("One tap for each" in sheets, page("typing", evening) in sheets) == (False, False)
    assert ">Type</a>" not in staff.get(reverse("surveys:overview"), headers=ENGLISH).content.decode()


def test_turnout_is_over_those_present_on_paper_and_online_together(evening):
    take_in(evening, 2)
    answering.answer(head=heads_of(evening)[5], given=GIVEN)
    found = counting.turnout_of(evening)
    assert (found.present, found.answered, found.sheets_left) == (8, 3, 2)
    assert counting.turnout_of(make_session(evening.programme)).present == 0


def test_screen_says_how_many_and_never_who(client, evening):
    answering.answer(head=heads_of(evening)[0], given=GIVEN)
    client.post(reverse("trainings:door", args=[doors.token_of(evening)]), {"pin": doors.door_pin(evening)})
    html = client.get(page("screen", evening), headers=ENGLISH).content.decode()
    assert ("<dd>1</dd>" in html, "<dd>8</dd>" in html) == (True, True)
    assert [head.name for head in heads_of(evening) if head.name in html] == []


def test_screen_says_the_address_and_the_code_to_who_scans_no_qr(client, today):
    client.post(reverse("trainings:door", args=[doors.token_of(today)]), {"pin": doors.door_pin(today)})
    html = client.get(page("screen", today), headers=ENGLISH).content.decode()
    code = rooms.shown(rooms.code_of(today))
    assert ('class="qr"' in html, "localhost:8000/survey/join<" in html, f">{code}<" in html) == (True, True, True)
    sent = client.get(reverse("surveys:join"), {"code": code.lower()})
    assert (sent.status_code, sent.url) == (302, page("enter", today))


def test_screen_of_another_day_gives_no_code(staff, commerce):
    html = staff.get(page("screen", make_day(commerce, days=-1)), headers=ENGLISH).content.decode()
    assert ('class="qr"' in html, "room-code" in html) == (False, False)
    assert "who has no mail asks the team" in html


def test_code_of_no_screen_is_told_and_kept_in_its_field(client, evening):
    sent = client.get(reverse("surveys:join"), {"code": "AAA AAA"}, headers=ENGLISH)
    html = sent.content.decode()
    assert (sent.status_code, 'value="AAA AAA"' in html) == (404, True)
    assert "has the code “AAA AAA”. Compare it with the screen.</p>" in html


def test_codes_are_shown_at_the_door(client, today):
    head = heads_of(today)[0]
    assert client.get(page("codes", today)).status_code == 302
    client.post(reverse("trainings:door", args=[doors.token_of(today)]), {"pin": doors.door_pin(today)})
    assert f"<b>{inviting.code_of(head.registration)}</b>" in client.get(page("codes", today)).content.decode()


@pytest.mark.parametrize("days", [-20, -1, 1])
def test_codes_are_shown_on_the_day_only_also_to_who_gives_the_session(days, client, commerce):
    session, trainer = make_day(commerce, days=days), user_as(Role.TRAINER, "tom@trainer.example")
    session.trainers.add(trainer)
    client.force_login(trainer)
    shown = client.get(page("codes", session), headers=ENGLISH)
    assert (shown.status_code, "everybody answers by the link in our mail" in shown.text) == (200, True)
    heads = heads_of(session)
    assert [
        head for head in heads if head.name in shown.text or inviting.code_of(head.registration) in shown.text
    ] == []


def test_head_of_another_session_is_nobody_here(staff, evening, commerce):
    other = heads_of(make_evening(commerce, heads=1))[0]
    sent = staff.post(page("sheets", evening), {"head": inviting.token_of(other)})
    assert (sent.status_code, answering.box_of(other.session)) == (404, None)


@pytest.mark.parametrize("name", ["sheets", "typing", "results"])
def test_adviser_reads_no_answer_and_types_none(name, client, evening, monkeypatch):
    apply_roles()
    client.force_login(
        user_as(Role.ADVISER, "ann@programme.example"), "allauth.account.auth_backends.AuthenticationBackend"
    )
    monkeypatch.setattr("accounts.access.has_second_factor", lambda request: True)
    assert client.get(page(name, evening)).status_code == 403
