"""What happens to a seat, and what is said of it."""

import pytest
from django.utils import timezone, translation

from outbox import tasks
from tests.trainings.evenings import brussels, fill, make_evening, seat
from tests.trainings.telling.mails import DAY, calendar, first_line, registration_token, sent, templates, text
from trainings import moments, registering, telling
from trainings.models import Registration, Session

pytestmark = pytest.mark.django_db


def test_held_seat_is_confirmed_by_the_button_of_the_first_mail(evening, smtp):
    registration = seat(evening, is_confirmed=False)
    message = sent(smtp, telling.CONFIRM)

    assert templates(registration) == ["confirm"]
    assert message["Subject"] == first_line(message) == "Confirm your seat: Des photos qui vendent"
    assert f"/registrations/{registration_token(message)}/" in text(message)
    assert [*message.iter_attachments()] == []


def test_confirmed_seat_is_told_with_its_entry_for_the_calendar(evening, smtp):
    registration = registering.confirm(registration=seat(evening, is_confirmed=False))
    message = sent(smtp, telling.REGISTERED)

    assert templates(registration) == ["confirm", "registered"]
    assert first_line(message) == "Your seat is booked: Des photos qui vendent"
    entry = calendar(message)
    assert (entry["METHOD"], entry["SEQUENCE"]) == ("REQUEST", "0")
    assert entry["UID"] == f"{registration.uid}-1@localhost"
    assert entry["DTSTART"] == f"{evening.starts_at:%Y%m%dT%H%M%SZ}"
    assert entry["LOCATION"] == "Maison du commerce\\, Rue de Fer 1\\, Namur"
    assert entry["ATTENDEE"] == "mailto:zoe@fleurs.example"


def test_confirmation_that_comes_after_the_confirming_is_not_sent(evening, smtp):
    registering.confirm(registration=seat(evening, is_confirmed=False))

    assert sent(smtp, telling.CONFIRM) is None


def test_confirmation_that_is_late_says_to_ask_again(evening, smtp):
    registration = seat(evening, is_confirmed=False)
    registering.expire_lapsed(at=timezone.now() + DAY)
    message = sent(smtp, telling.CONFIRM)

    assert templates(registration) == ["confirm"]
    assert "could not be kept" in text(message)


def test_place_in_line_is_the_first_thing_said(namur, photos, smtp):
    evening = make_evening(namur, photos, capacity=1)
    fill(evening, 3)
    registration = seat(evening)
    message = sent_of(registration, smtp)

    assert templates(registration) == ["waiting"]
    assert first_line(message) == "You are number 3 on the waiting list: Des photos qui vendent"


def sent_of(registration, smtp):
    owed = telling.mails_of(registration).first()
    tasks.send(owed.pk)
    return smtp.messages[-1]


def test_promoted_is_told_once_with_the_entry(namur, photos, smtp):
    evening = make_evening(namur, photos, capacity=1)
    [first, second] = fill(evening, 2)
    registering.cancel(registration=first)
    registering.confirm(registration=second)

    assert templates(second) == ["waiting", "promoted"]
    assert calendar(sent(smtp, telling.PROMOTED))["METHOD"] == "REQUEST"


def test_offer_says_until_when_and_its_end_is_told(training, smtp):
    [first, second] = fill(training, 2)
    registering.cancel(registration=first)
    second.refresh_from_db()
    message = sent(smtp, telling.OFFERED)
    with translation.override("en"):
        until = moments.day_and_clock(second.until)
    registering.expire_lapsed(at=second.until + DAY / 24)

    assert f"until {until}: Des photos" in first_line(message)
    assert templates(second) == ["waiting", "offered", "lapsed"]
    assert "Ask for a seat again" in text(sent(smtp, telling.LAPSED))


def test_offer_that_is_over_is_not_sent(training, smtp, now_is):
    [first, second] = fill(training, 2)
    registering.cancel(registration=first)
    second.refresh_from_db()
    now_is(second.until)

    assert sent(smtp, telling.OFFERED) is None


def test_cancelled_takes_the_entry_out_of_the_calendar(evening, smtp):
    registration = seat(evening)
    booked = calendar(sent(smtp, telling.REGISTERED))
    registering.cancel(registration=registration)
    gone = calendar(sent(smtp, telling.CANCELLED))

    assert (gone["METHOD"], gone["STATUS"], gone["UID"]) == ("CANCEL", "CANCELLED", booked["UID"])
    assert int(gone["SEQUENCE"]) > int(booked["SEQUENCE"])


def test_cancelled_before_it_was_confirmed_is_not_told(evening):
    registration = registering.cancel(registration=seat(evening, is_confirmed=False))

    assert templates(registration) == ["confirm"]


def test_booked_and_cancelled_before_the_mail_left_says_only_the_last(evening, smtp):
    registering.cancel(registration=seat(evening))

    assert sent(smtp, telling.REGISTERED) is None
    assert first_line(sent(smtp, telling.CANCELLED)) == "Your registration is cancelled: Des photos qui vendent"


def test_changed_session_is_told_once_to_all_who_count_on_it(evening, smtp):
    registration, gone = fill(evening, 2)
    registering.cancel(registration=gone)
    Session.objects.update(sequence=1)
    evening.refresh_from_db()
    for _ in range(2):
        telling.session_changed(evening, changes=["dates", "nonsense"])
    message = sent(smtp, telling.CHANGED)

    assert (templates(registration), templates(gone)) == (["registered", "changed"], ["registered", "cancelled"])
    assert "New: the date or the hour." in text(message)
    assert (calendar(message)["SEQUENCE"], calendar(message)["UID"]) == ("1", f"{registration.uid}-1@localhost")


def test_change_that_was_changed_again_is_not_sent(evening, smtp):
    seat(evening)
    Session.objects.update(sequence=1)
    evening.refresh_from_db()
    telling.session_changed(evening)
    Session.objects.update(sequence=2)

    assert sent(smtp, telling.CHANGED) is None


def test_course_that_lost_an_evening_loses_it_in_the_calendar(namur, photos, smtp):
    start = timezone.now() + 10 * DAY
    course = make_evening(namur, photos, starts=[start, start + DAY, start + 2 * DAY])
    registration = seat(course)
    course.dates.last().delete()
    Session.objects.update(sequence=1)
    telling.session_changed(Session.objects.get(), changes=["dates"], dates_before=3)
    parts = [part.get_payload(decode=True).decode() for part in sent(smtp, telling.CHANGED).iter_attachments()]

    assert [part.split("METHOD:")[1].split()[0] for part in parts] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [f"UID:{registration.uid}-{n}@" in part for n, part in enumerate(parts, 1)] == [True] * 3


def test_called_off_says_why_and_what_else_there_is(evening, namur, photos, smtp):
    make_evening(namur, photos, titles={"fr": "Photos, deuxième soir"})
    registration = seat(evening)
    Session.objects.filter(pk=evening.pk).update(state="cancelled", cancelled_at=timezone.now(), cancel_reason="Snow")
    Registration.objects.update(state="cancelled", cancelled_at=timezone.now())
    evening.refresh_from_db()
    for _ in range(2):
        telling.session_cancelled(evening, [registration])
    message = sent(smtp, telling.CALLED_OFF)

    assert templates(registration) == ["registered", "called_off"]
    assert first_line(message) == "The session does not take place: Des photos qui vendent"
    assert "Snow" in text(message) and "Photos, deuxième soir" in text(message)
    assert calendar(message)["METHOD"] == "CANCEL"


def test_moved_is_told_instead_of_cancelled_and_booked(evening, namur, photos, dana, smtp):
    old = seat(evening)
    other = make_evening(namur, photos, titles={"fr": "Photos bis"})
    new = registering.move(registration=old, to=other, by=dana)
    message = sent(smtp, telling.MOVED)
    methods = {part.get_param("method") for part in message.iter_attachments()}

    assert (templates(old), templates(new)) == (["registered"], ["moved"])
    assert first_line(message) == "You have a seat in another session: Photos bis"
    assert methods == {"CANCEL", "REQUEST"}


def test_moved_onto_a_waiting_list_says_so(evening, namur, photos, smtp):
    full = make_evening(namur, photos, capacity=1, titles={"fr": "Photos bis"})
    fill(full, 1)
    new = seat(full)
    telling.moved(old=seat(evening), new=new)

    assert (
        first_line(sent(smtp, telling.MOVED)) == "You are number 1 on the waiting list of another session: Photos bis"
    )


def test_seats_for_the_first_are_told_once_an_hour_to_all_who_wait(namur, photos, smtp, now_is):
    evening = make_evening(namur, photos, capacity=1, starts=[brussels(2027, 3, 4, 18)])
    now_is(brussels(2027, 3, 1, 12))
    first, second, third = fill(evening, 3)
    now_is(brussels(2027, 3, 4, 10))
    registering.cancel(registration=first)
    registering.promote(session=evening)
    once = templates(second), templates(third)
    now_is(brussels(2027, 3, 4, 11))
    registering.promote(session=evening)

    assert once == (["waiting", "first_come"], ["waiting", "first_come"])
    assert templates(second) == ["waiting", "first_come", "first_come"]
    assert first_line(sent_of(third, smtp)) == "A seat is free, first come, first served: Des photos qui vendent"
    registering.take(registration=second)
    tasks.send(telling.mails_of(third)[1].pk)
    assert len(smtp.messages) == 1
