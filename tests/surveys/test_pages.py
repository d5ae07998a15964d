"""What somebody who was there meets: the link or the code, the questions, thanks, and the slip."""

import html
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from businesses.models import Call, Person
from outbox.mail import render
from outbox.models import Mail
from rendering.templatetags.dates import day
from surveys import answering, closing, inviting, signing
from surveys.inviting import heads_of, path_of
from surveys.models import AnswerBox, Slip
from tests.surveys.evenings import GIVEN, make_day, make_evening, make_present
from trainings.interests import confirm
from trainings.models import Interest

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def evening(commerce):
    return make_evening(commerce, heads=3)


@pytest.fixture
def head(evening):
    return heads_of(evening)[0]


def get(client, head):
    return client.get(path_of(head), headers=ENGLISH)


def post(client, head, **said):
    return client.post(path_of(head), said, headers=ENGLISH)


def test_answering_is_one_page_and_then_thanks_with_the_slip(client, head):
    page = get(client, head).content.decode()
    assert "<h1>What you thought of the session</h1>" in page
    assert "nothing that we keep says who answered what" in page
    assert head.name not in page
    sent = post(client, head, **GIVEN, barriers=["time", "nobody"], topics=["photos"], comment="Merci !")
    assert (sent.status_code, sent.url) == (302, path_of(head))
    thanks = get(client, head).content.decode()
    assert "<h1>Thank you, your answer is in</h1>" in thanks
    assert f'value="{head.name}"' in thanks
    assert answering.box_of(head.session).used_count == 1


def test_nothing_ticked_is_asked_again_and_uses_nothing(client, head):
    page = post(client, head)
    assert (page.status_code, AnswerBox.objects.count()) == (422, 0)
    assert "You have not ticked anything yet." in page.content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"useful": "wonderful"}, "This is not one of the answers"),
        ({"relevant": "55"}, "This is not one of the answers"),
        ({"useful": ["useful", "little"]}, "Please choose one answer only."),
        ({"tools": ["maps", "none-of-these"]}, "“None for now” does not go with another answer"),
        ({"comment": "x" * 1001}, "That is longer than 1000 characters"),
    ],
)
def test_what_does_not_fit_is_told_beside_the_question_and_nothing_is_lost(said, words, client, head):
    page = post(client, head, strategy="later", **said)
    html = page.content.decode()
    assert (page.status_code, AnswerBox.objects.count()) == (422, 0)
    assert words in html
    assert 'value="later" checked' in html


def test_topics_count_only_for_who_wants_a_training(client, head):
    post(client, head, training="no", topics=["photos"])
    assert answering._unsealed(answering.box_of(head.session)) == [{"training": "no"}]


def test_answer_sent_twice_counts_once(client, head):
    assert [post(client, head, **GIVEN).status_code for _time in range(2)] == [302, 200]
    assert answering.box_of(head.session).used_count == 1


def test_answering_leaves_no_cookie_of_a_session_behind(client, head):
    get(client, head)
    post(client, head, **GIVEN)
    assert "sessionid" not in client.cookies


def test_link_that_was_changed_and_survey_that_is_over_say_so(client, head):
    wrong = client.get(reverse("surveys:answer", args=[inviting.token_of(head)[:-1]]), headers=ENGLISH)
    assert (wrong.status_code, "This link does not work" in wrong.content.decode()) == (404, True)
    box = answering.answer(head=head, given=GIVEN)
    closing.close(pk=box.pk, at=timezone.now())
    over = get(client, head)
    assert (over.status_code, "The survey of this session is over" in over.content.decode()) == (410, True)


def test_programme_without_a_survey_says_that_it_is_over(client, head):
    head.session.programme.surveys.update(withdrawn_at=timezone.now())
    assert get(client, head).status_code == 410


def test_page_of_a_session_in_french(client, head):
    page = client.get(path_of(head), headers={"accept-language": "fr"}).content.decode()
    assert "Votre avis sur la séance" in page


# The code of the check-in


def enter(client, session, code):
    return client.post(reverse("surveys:enter", args=[session.uid]), {"code": code}, headers=ENGLISH)


@pytest.fixture
def today(commerce):
    return make_day(commerce, heads=3)


def test_code_leads_to_the_questions(client, today):
    head = heads_of(today)[0]
    assert client.get(reverse("surveys:enter", args=[today.uid])).status_code == 200
    sent = enter(client, today, inviting.code_of(head.registration).lower())
    assert (sent.status_code, sent.url) == (302, path_of(head))


def test_who_has_no_mail_answers_by_the_code_on_the_day(client, today):
    row = make_present(today, email="")
    sent = enter(client, today, inviting.code_of(row))
    assert client.post(sent.url, GIVEN).status_code == 302
    assert answering.box_of(today).used_count == 1


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "With the link in the mail that we sent you after the session"),
        (-1, "Without a mail: ask the team for the form on paper."),
        (1, "You get yours at the door."),
    ],
)
def test_code_of_another_day_opens_nothing_and_the_page_says_what_does(days, words, client, commerce):
    session = make_day(commerce, heads=1, days=days)
    code = inviting.code_of(heads_of(session)[0].registration)
    shown = client.get(reverse("surveys:enter", args=[session.uid]), headers=ENGLISH)
    assert (enter(client, session, code).status_code, shown.status_code) == (403, 403)
    assert (words in shown.text, 'name="code"' in shown.text) == (True, False)


def test_link_of_the_mail_opens_after_the_day(client, commerce):
    head = heads_of(make_day(commerce, heads=1, days=-1))[0]
    assert get(client, head).status_code == 200


def test_code_of_a_survey_that_is_over_is_not_asked_for(client, today):
    box = answering.answer(head=heads_of(today)[0], given=GIVEN)
    closing.close(pk=box.pk, at=timezone.now())
    page = client.get(reverse("surveys:enter", args=[today.uid]), headers=ENGLISH)
    assert (page.status_code, "The survey of this session is over" in page.text) == (410, True)


def test_code_of_somebody_who_was_not_there_is_unknown(client, today):
    absent = make_present(today, is_present=False)
    page = enter(client, today, inviting.code_of(absent))
    assert (page.status_code, "Nobody in this session was given the code" in page.content.decode()) == (422, True)


def test_code_that_is_unknown_is_said_as_its_box_shows_it(client, today):
    page = enter(client, today, "zzzz")
    assert (page.status_code, "the code “ZZZZ”" in page.text) == (422, True)


def test_wrong_codes_are_sixty_and_right_ones_as_many_as_they_are(client, today):
    cache.clear()
    code = inviting.code_of(heads_of(today)[0].registration)
    for _time in range(60):
        assert enter(client, today, "0000").status_code == 422
    assert enter(client, today, code).status_code == 429
    cache.clear()
    for _time in range(70):
        assert enter(client, today, code).status_code == 302


def wrongly(client, session, where, times):
    """How many wrong codes from one place are looked up, of so many."""
    client.defaults["REMOTE_ADDR"] = where
    return [enter(client, session, "0000").status_code for _time in range(times)].count(422)


def test_wrong_codes_from_elsewhere_do_not_shut_out_the_room(client, today):
    cache.clear()
    assert [wrongly(client, today, f"198.51.100.{place}", 61) for place in range(4)] == [60] * 4
    client.defaults["REMOTE_ADDR"] = "203.0.113.7"
    assert enter(client, today, inviting.code_of(heads_of(today)[0].registration)).status_code == 302


def test_one_place_tries_two_hundred_wrong_codes_a_day(client, today, monkeypatch):
    cache.clear()
    start = time.time()
    tried = []
    for wait in range(5):
        monkeypatch.setattr(time, "time", lambda wait=wait: start + 601 * wait)
        tried.append(wrongly(client, today, "198.51.100.9", 61))
    assert tried == [60, 60, 60, 20, 0]


def test_code_given_to_two_by_chance_serves_both(client, today, monkeypatch):
    first, second, _third = heads_of(today)
    monkeypatch.setattr(inviting, "_code", lambda head, secret=None: "AAAA")
    assert enter(client, today, "AAAA").url == path_of(first)
    answering.answer(head=first, given=GIVEN)
    assert enter(client, today, "AAAA").url == path_of(second)


# The slip


def slip(client, head, **said):
    answering.answer(head=head, given=GIVEN)
    return post(client, head, slip="1", **{"name": head.name, **said})


def test_slip_becomes_tasks_for_staff_and_interest_in_topics(client, head):
    sent = slip(
        client, head, topics=["photos", "video"], wants_call="on", wants_help="on", phone="081 22", may_contact="on"
    )
    assert sent.status_code == 302
    signed = Slip.objects.get()
    assert (signed.person, signed.name, signed.language) == (head.registration.person, head.name, "en")
    assert signed.contact_agreed_at == signed.signed_at
    assert sorted(Call.objects.values_list("key", flat=True)) == [f"slip/{signed.pk}/call", f"slip/{signed.pk}/help"]
    told = Call.objects.get(key__endswith="call").about
    assert (head.name in told, "081 22" in told) == (True, True)
    asked = Interest.objects.filter(email=head.registration.person.email)
    assert sorted(asked.values_list("topic__code", flat=True)) == ["photos", "video"]
    assert "And so is your slip" in get(client, head).content.decode()


def test_topic_that_waits_for_a_click_is_said_on_the_page_and_in_the_mail(client, head, in_english):
    slip(client, head, topics=["photos", "video"])
    assert "look in your mail. One click there" in get(client, head).text
    mail = render(Mail.objects.get(), {})
    facts = f"“{head.session.title}” ({head.session.host.name}, {day(head.session.starts_at)})"
    for body in (mail.body, html.unescape(mail.alternatives[0].content)):
        assert f"After the session {facts} you ticked on your slip that you want a training." in body
    confirm(interest=Interest.objects.first())
    assert "look in your mail" not in get(client, head).text


def test_slip_without_a_training_speaks_of_no_mail(client, head):
    slip(client, head, wants_help="on")
    assert (Mail.objects.count(), "look in your mail" in get(client, head).text) == (0, False)


def test_login_that_wants_a_training_has_nothing_to_click(client, evening, alice):
    head = heads_of(evening)[0]
    Person.objects.filter(pk=head.registration.person.pk).update(user=alice)
    head = heads_of(evening)[0]
    slip(client, head, topics=["photos"])
    assert Interest.objects.get().user == alice
    assert (Mail.objects.count(), "look in your mail" in get(client, head).text) == (0, False)


def test_call_without_a_number_asks_for_one(client, head):
    sent = slip(client, head, wants_call="on")
    assert (sent.status_code, Slip.objects.count()) == (422, 0)
    assert "To call you, we need your number" in sent.content.decode()
    assert post(client, head, slip="1", name=head.name, wants_help="on").status_code == 302


def test_call_uses_the_number_that_is_known_and_says_which(client, head):
    Person.objects.update(phone="081 22 33 44")
    page = slip(client, head).content.decode()
    assert ("ends in 44" in page, "22 33" in page) == (True, False)
    assert post(client, head, slip="1", name=head.name, wants_call="on").status_code == 302
    assert Slip.objects.get().phone == "081 22 33 44"


def test_asking_for_a_call_is_leave_to_contact(client, head):
    assert slip(client, head, wants_call="on", phone="081 22").status_code == 302
    assert Slip.objects.get().contact_agreed_at == Slip.objects.get().signed_at


def test_training_for_somebody_without_mail_is_a_task(client, evening):
    make_present(evening, email="", phone="081 33")
    head = next(head for head in heads_of(evening) if not head.registration.person.email)
    slip(client, head, topics=["photos"])
    assert (Interest.objects.count(), Call.objects.get().key) == (0, f"slip/{Slip.objects.get().pk}/topics")


def test_nothing_is_wanted_for_a_reason(client, head):
    asked = slip(client, head, nothing="on")
    assert (asked.status_code, asked.text.count("If nothing for now: why?")) == (422, 2)
    assert post(client, head, slip="1", name="Eve", nothing="on", reason="cost").status_code == 302
    signed = Slip.objects.get()
    assert (signed.wants_nothing, signed.reason, signed.contact_agreed_at) == (True, "cost", None)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"wants_call": "on", "nothing": "on", "reason": "cost"},
        {"topics": "no-such"},
        {"name": "", "wants_call": "on"},
    ],
)
def test_slip_that_says_nothing_or_too_much_is_asked_again(said, client, head):
    page = slip(client, head, **said)
    assert (page.status_code, Slip.objects.count()) == (422, 0)


def test_slip_is_signed_once(client, head):
    slip(client, head, wants_call="on", phone="081 22")
    post(client, head, slip="1", name="Somebody else", wants_help="on")
    with pytest.raises(signing.AlreadySigned):
        signing.sign(head=head, name="Somebody else", language="en", wants_help=True)
    assert (Slip.objects.get().wants_help, Call.objects.count()) == (False, 1)


def test_slip_before_the_answer_is_none(client, head):
    assert post(client, head, slip="1", name="Eve", wants_call="on", phone="081 22").status_code == 422
    assert Slip.objects.count() == 0


def test_helper_signs_an_own_slip(client, commerce):
    session = make_evening(commerce, heads=1, helpers=1, ended=timedelta(hours=1))
    for head in heads_of(session):
        slip(client, head, wants_call="on", phone="081 22")
    assert sorted(Slip.objects.values_list("is_helper", flat=True)) == [False, True]
