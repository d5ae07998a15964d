"""Reminders, thanks and warnings: what the clock asks for."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from outbox.models import Mail
from tests.trainings.evenings import brussels, fill, make_evening, seat
from tests.trainings.telling.mails import DAY, calendar, first_line, sent, text
from trainings import links, telling
from trainings.models import Attendance

pytestmark = pytest.mark.django_db
NEW_YEAR = brussels(2027, 1, 1)
EVENING = brussels(2027, 3, 18, 18)
CERTIFICATE_LINK = re.compile(r"/registrations/([^/\s]+)/certificate/(\?helper=1)?")
WEEK_BEFORE, DAY_BEFORE = "reminder/7/2027-03-18", "reminder/1/2027-03-18"


def keys(registration, beginning="reminder"):
    found = telling.mails_of(registration).order_by("pk").values_list("key", flat=True)
    return [key.split("/", 2)[2] for key in found if f"/{beginning}" in key]


def reminded(city, *moments_, asked=NEW_YEAR):
    """The keys of the reminders that runs at these moments have asked for."""
    registration = seat(make_evening(city, starts=[EVENING]), at=asked)
    for moment in moments_:
        telling.remind(moment)
    return keys(registration)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (brussels(2027, 3, 11, 8, 59), []),
        (brussels(2027, 3, 11, 9), [WEEK_BEFORE]),
        (brussels(2027, 3, 17, 8, 59), [WEEK_BEFORE]),
        (brussels(2027, 3, 17, 9), [DAY_BEFORE]),
        (brussels(2027, 3, 18, 17, 59), [DAY_BEFORE]),
        (brussels(2027, 3, 18, 18), []),
    ],
)
def test_reminder_is_due_from_nine_in_the_morning(namur, at, told):
    assert reminded(namur, at, at) == told


def test_reminders_of_many_runs_are_two(namur):
    runs = [brussels(2027, 3, 10) + timedelta(hours=hours) for hours in range(0, 240, 3)]

    assert reminded(namur, *runs) == [WEEK_BEFORE, DAY_BEFORE]


def test_who_registers_after_that_morning_is_not_reminded_of_it(namur):
    runs = [brussels(2027, 3, 12, 9), brussels(2027, 3, 17, 9)]

    assert reminded(namur, *runs, asked=brussels(2027, 3, 11, 10)) == [DAY_BEFORE]


def test_reminder_of_a_session_that_was_put_off_comes_anew(namur):
    evening = make_evening(namur, starts=[EVENING])
    registration = seat(evening, at=NEW_YEAR)
    telling.remind(brussels(2027, 3, 17, 9))
    evening.dates.update(starts_at=EVENING + 30 * DAY, ends_at=EVENING + 31 * DAY)
    evening.settle_dates()
    telling.remind(brussels(2027, 4, 16, 9))

    assert keys(registration) == [DAY_BEFORE, "reminder/1/2027-04-17"]


def test_each_evening_of_a_course_has_its_day_before(namur):
    starts = [EVENING, EVENING + 7 * DAY]
    registration = seat(make_evening(namur, starts=starts), at=NEW_YEAR)
    for day in range(1, 27):
        telling.remind(brussels(2027, 3, day, 9))

    assert keys(registration) == [WEEK_BEFORE, DAY_BEFORE, "reminder/1/2027-03-25"]


@pytest.mark.parametrize(
    ("start", "line", "utc"),
    [
        (brussels(2027, 10, 31, 2, 30), "It is tomorrow at 02:30 CEST: ", "20271031T003000Z"),
        (brussels(2027, 10, 31, 2, 30, fold=1), "It is tomorrow at 02:30 CET: ", "20271031T013000Z"),
        (brussels(2027, 3, 28, 1, 30), "It is tomorrow at 01:30: ", "20270328T003000Z"),
        (brussels(2027, 3, 28, 3, 30), "It is tomorrow at 03:30: ", "20270328T013000Z"),
    ],
)
def test_night_the_clocks_change_has_the_right_times_and_one_reminder(namur, smtp, now_is, start, line, utc):
    now_is(start - 3 * DAY)  # after the morning of the week before
    registration = seat(make_evening(namur, starts=[start], hours=1))
    booked = sent(smtp, telling.REGISTERED)
    morning = (start - DAY).replace(hour=9, minute=0, fold=0)
    runs = [morning - timedelta(minutes=1), morning, morning, morning + timedelta(hours=17)]
    told = []
    for moment in runs:
        now_is(moment)
        told.append(telling.remind())
    now_is(morning)
    message = sent(smtp, telling.REMINDER)

    assert told == [0, 1, 0, 0]
    assert len(keys(registration)) == 1
    assert first_line(message).startswith(line)
    assert calendar(booked)["DTSTART"] == utc


def test_reminder_that_leaves_late_says_today(namur, smtp, now_is):
    seat(make_evening(namur, starts=[EVENING]), at=NEW_YEAR)
    telling.remind(brussels(2027, 3, 17, 9))
    now_is(brussels(2027, 3, 18, 8))

    assert first_line(sent(smtp, telling.REMINDER)) == "It is today at 18:00: awareness session"


def test_reminder_after_the_beginning_is_not_sent(namur, smtp, now_is):
    seat(make_evening(namur, starts=[EVENING]), at=NEW_YEAR)
    telling.remind(brussels(2027, 3, 17, 9))
    now_is(EVENING)

    assert sent(smtp, telling.REMINDER) is None


@pytest.mark.django_db(transaction=True)
def test_reminder_job_run_by_several_at_once_reminds_once(namur):
    registration = seat(make_evening(namur, starts=[EVENING]), at=NEW_YEAR)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: remind_alone(), range(4)))

    assert keys(registration) == [DAY_BEFORE]


def remind_alone():
    try:
        telling.remind(brussels(2027, 3, 17, 9))
    finally:
        connection.close()


def test_who_came_is_thanked_the_next_morning_once(namur, photos, smtp, now_is):
    evening = make_evening(namur, photos, starts=[EVENING])
    came, absent = fill(evening, 2, at=NEW_YEAR)
    for registration, is_present in [(came, True), (absent, False)]:
        Attendance.objects.create(registration=registration, date=evening.dates.get(), is_present=is_present)
    told = [telling.thank(moment) for moment in (EVENING + DAY / 4, *[brussels(2027, 3, 19, 9)] * 2)]

    assert told == [0, 1, 0]
    assert (keys(came, "after"), keys(absent, "after")) == (["after"], [])
    assert first_line(sent(smtp, telling.AFTER)) == "Thank you for coming: Des photos qui vendent"


def test_thanks_lead_to_the_certificates_that_are_earned(namur, photos, smtp, now_is):
    evening = make_evening(namur, photos, starts=[EVENING])
    pair = seat(evening, with_helper=True, helper_name="Bob <Baker>", at=NEW_YEAR)
    for is_helper in (False, True):
        Attendance.objects.create(registration=pair, date=evening.dates.get(), is_present=True, is_helper=is_helper)
    telling.thank(brussels(2027, 3, 19, 9))
    now_is(brussels(2027, 3, 19, 9))

    message = sent(smtp, telling.AFTER)

    plain, html = text(message), message.get_body(("html",)).get_content()
    led_to = [(links.registration_of(token), query) for token, query in CERTIFICATE_LINK.findall(plain)]
    assert led_to == [(pair, ""), (pair, "?helper=1")]
    assert CERTIFICATE_LINK.findall(html) == CERTIFICATE_LINK.findall(plain)
    assert "The certificate of Bob <Baker>" in plain
    assert "The certificate of Bob &lt;Baker&gt;" in html


def test_thanks_promise_no_certificate_that_is_not_earned(namur, photos, smtp, now_is):
    course = make_evening(namur, photos, starts=[EVENING - DAY, EVENING])
    once = seat(course, at=NEW_YEAR)
    Attendance.objects.create(registration=once, date=course.dates.first(), is_present=True)
    telling.thank(brussels(2027, 3, 19, 9))
    now_is(brussels(2027, 3, 19, 9))

    message = sent(smtp, telling.AFTER)

    assert CERTIFICATE_LINK.findall(text(message)) == []
    assert "your certificate as soon as it is ready" in text(message)


def test_too_few_are_told_to_staff_once(namur, photos, dana, charlie):
    evening = make_evening(namur, photos, minimum=8, starts=[timezone.now() + 5 * DAY])
    make_evening(namur, photos, minimum=8, starts=[timezone.now() + 9 * DAY])
    fill(evening, 3)
    for _ in range(2):
        telling.warn_of_few()

    [mail] = Mail.objects.filter(template=telling.FEW)
    assert (mail.to, mail.ids) == (dana.email, {"session": evening.pk})
