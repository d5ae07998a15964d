"""Whom mail does not reach."""

import pytest
from django.utils import timezone

from businesses.models import Call
from outbox.models import Mail
from tests.trainings.evenings import make_evening, make_person, seat
from tests.trainings.telling.mails import DAY, templates
from trainings import registering, telling

pytestmark = pytest.mark.django_db


def test_person_without_mail_becomes_a_line_on_the_call_list(evening):
    registration = seat(evening, make_person(email="", phone="081 12 34 56"))
    [call] = Call.objects.all()

    assert (call.person, call.state, call.ids) == (registration.person, "open", {"registration": registration.pk})
    assert "Des photos qui vendent" in call.about
    assert list(telling.calls_of(registration)) == [call]
    assert not Mail.objects.exists()


def test_line_that_is_out_of_date_is_taken_off_the_list(evening, dana):
    registration = seat(evening, make_person(email=""))
    registering.cancel(registration=registration, by=dana)

    assert [call.outcome for call in Call.objects.all()] == ["not-needed"]


@pytest.mark.parametrize("channel", ["staff", "door"])
def test_who_was_told_by_word_of_mouth_gets_no_call(evening, channel, dana):
    seat(evening, make_person(email=""), channel=channel, by=dana)

    assert not Call.objects.exists()


@pytest.mark.parametrize(("channel", "told"), [("staff", ["registered"]), ("import", ["registered"]), ("door", [])])
def test_who_stands_at_the_door_gets_no_mail(evening, channel, told, dana):
    assert templates(seat(evening, channel=channel, by=dana)) == told


def test_late_paper_of_a_session_that_was_is_not_told(namur, photos, dana):
    past = make_evening(namur, photos, starts=[timezone.now() - 3 * DAY], state="held")

    assert templates(seat(past, channel="import", by=dana)) == []
