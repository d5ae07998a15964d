"""The mails: on the evening itself, three mornings later, and six weeks later; each once, and only to whom it is still true."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from businesses.models import Call
from outbox.mail import NoLongerTrue, render
from outbox.models import Mail
from surveys import answering, closing, inviting, signing, telling
from surveys.inviting import heads_of
from surveys.models import Slip, Survey
from tests.surveys.evenings import GIVEN, make_evening, make_present
from trainings.models import Session


@pytest.fixture
def evening(commerce):
    return make_evening(commerce, heads=3)


def keys(template):
    return sorted(Mail.objects.filter(template=template).values_list("key", flat=True))


def in_three_mornings(session):
    day = timezone.localdate() + timedelta(days=3)
    return timezone.make_aware(datetime.combine(day, time(9)))


def test_who_was_there_is_invited_once_the_same_evening(evening):
    make_present(evening, is_present=False)
    make_present(evening, email="", phone="081")
    assert (telling.invite(), telling.invite()) == (3, 0)
    mail = Mail.objects.filter(template=telling.INVITE).first()
    message = render(mail, {})
    link = re.search(r"http\S+", message.body)[0]
    assert inviting.head_of(link.rstrip("/").rpartition("/")[2]).registration.person.email == mail.to
    assert "nothing that we keep says who answered what" in message.body
    assert Call.objects.count() == 0


def test_nobody_is_invited_before_the_end(evening):
    assert telling.invite(evening.ends_at - timedelta(minutes=1)) == 0
    assert telling.invite(evening.ends_at) == 3


def test_who_is_marked_later_is_invited_then(evening):
    telling.invite()
    make_present(evening)
    assert telling.invite() == 1


def test_helper_has_an_own_link_in_the_mail_of_the_pair(commerce):
    session = make_evening(commerce, heads=1, helpers=1)
    assert telling.invite() == 1
    body = render(Mail.objects.get(template=telling.INVITE), {}).body
    assert [inviting.token_of(head) in body for head in heads_of(session)] == [True, True]


def test_who_has_answered_meanwhile_is_not_written_to(evening):
    telling.invite()
    first = heads_of(evening)[0]
    answering.answer(head=first, given=GIVEN)
    mail = Mail.objects.get(to=first.registration.person.email)
    with pytest.raises(NoLongerTrue):
        render(mail, {})


def test_those_who_did_not_answer_are_reminded_once_on_the_third_morning(evening):
    telling.invite()
    first, second, _third = heads_of(evening)
    answering.answer(head=first, given=GIVEN)
    answering.take_sheet(head=second)
    due = in_three_mornings(evening)
    assert [telling.remind(at) for at in (due - timedelta(minutes=1), due, due + timedelta(days=1))] == [0, 1, 0]
    assert keys(telling.REMIND) == [f"survey/{_third.registration.pk}/remind"]


def test_mails_do_not_say_after_closing_who_had_answered_before_the_reminder(evening, commerce):
    other = make_evening(commerce, heads=1)
    telling.invite()
    answering.answer(head=heads_of(evening)[0], given=GIVEN)
    telling.remind(in_three_mornings(evening))
    closing.close(pk=answering.box_of(evening).pk, at=timezone.now())
    (stays,) = heads_of(other)
    assert keys(telling.INVITE) == [f"survey/{stays.registration.pk}/invite"]
    assert keys(telling.REMIND) == [f"survey/{stays.registration.pk}/remind"]
    assert telling.invite() == 0


def test_who_was_not_invited_is_not_reminded(evening):
    assert telling.remind(in_three_mornings(evening)) == 0


@pytest.mark.parametrize("why", ["cancelled", "no survey", "closed"])
def test_nothing_is_asked_where_nothing_is_to_be_asked(why, evening):
    if why == "cancelled":
        Session.objects.update(state="cancelled", cancelled_at=timezone.now())
    if why == "no survey":
        Survey.objects.update(withdrawn_at=timezone.now())
    if why == "closed":
        box = answering.answer(head=heads_of(evening)[0], given=GIVEN)
        closing.close(pk=box.pk, at=timezone.now())
    assert telling.invite() == 0


@pytest.mark.parametrize("heads", [1, 3])
def test_inviting_asks_as_much_of_the_database_for_one_as_for_three(heads, commerce, django_assert_num_queries):
    make_evening(commerce, heads=heads)
    telling.invite()
    with django_assert_num_queries(10):
        assert telling.invite() == 0


def test_link_is_in_no_table(evening):
    telling.invite()
    tokens = [inviting.token_of(head) for head in heads_of(evening)]
    said = " ".join(str(row) for row in Mail.objects.values_list())
    assert [token for token in tokens if token in said] == []


# Six weeks later


def signed(evening, weeks=6, place=0, **said):
    at = timezone.now() - timedelta(weeks=weeks)
    head = heads_of(evening)[place]
    given = {"wants_call": True, "may_contact": True, **said}
    return signing.sign(head=head, name=head.name, language="en", at=at, **given)


def test_who_wanted_something_is_asked_once_six_weeks_later(evening):
    slip = signed(evening)
    signed(evening, weeks=5, place=1)
    assert (telling.follow_up(), telling.follow_up()) == (1, 0)
    message = render(Mail.objects.get(template=telling.SIX_WEEKS), {})
    assert (slip.name in message.body, "a call" in message.body) == (True, True)


def test_whom_mail_does_not_reach_is_a_line_on_the_call_list(evening):
    make_present(evening, email="", phone="081 44")
    place = next(i for i, head in enumerate(heads_of(evening)) if not head.registration.person.email)
    slip = signed(evening, place=place)
    telling.follow_up()
    assert Call.objects.filter(key=f"slip/{slip.pk}/six-weeks").count() == 1


@pytest.mark.parametrize("said", [{"may_contact": False}, {"wants_call": False, "reason": "cost"}])
def test_who_did_not_agree_or_wanted_nothing_is_left_alone(said, evening):
    signed(evening, **said)
    assert telling.follow_up() == 0


def test_what_came_of_it_is_told_and_corrected_by_the_link(evening):
    slip = signed(evening)
    address = signing.url_of(slip).partition("://")[2].partition("/")[2]
    browser = Client(headers={"accept-language": "en"})
    assert "you wanted: a call." in browser.get(f"/{address}").content.decode()
    assert browser.post(f"/{address}", {"outcome": "not"}).status_code == 422
    assert browser.post(f"/{address}", {"outcome": "not", "reason": "time"}).status_code == 302
    assert [*Slip.objects.values_list("outcome", "outcome_reason")] == [("not", "time")]
    assert browser.post(f"/{address}", {"outcome": "done", "reason": "time"}).status_code == 302
    assert [*Slip.objects.values_list("outcome", "outcome_reason")] == [("done", "")]
    assert telling.follow_up() == 0
    assert browser.get(f"/{address[:-2]}x/").status_code == 404


def test_who_told_meanwhile_is_not_written_to(evening):
    slip = signed(evening)
    telling.follow_up()
    signing.tell(slip=slip, outcome="booked")
    with pytest.raises(NoLongerTrue):
        render(Mail.objects.get(template=telling.SIX_WEEKS), {})
