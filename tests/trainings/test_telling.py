import math
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.template.loader import get_template
from django.test import Client
from django.utils import timezone, translation

from businesses.models import Call, Person
from outbox import tasks
from outbox.bell import bell
from outbox.mail import CONTEXTS, queue
from outbox.models import Mail
from tests.conftest import user
from tests.programmes.makers import make_city
from tests.trainings.evenings import brussels, fill, make_evening, make_person, seat
from trainings import interests, links, moments, registering, telling
from trainings.expecting import outlook_of
from trainings.models import Attendance, Interest, Registration, Session

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def no_worker():
    bell.silent_until = math.inf
    yield
    bell.silent_until = 0


@pytest.fixture
def evening(namur, photos):
    return make_evening(namur, photos)


@pytest.fixture
def training(namur, photos):
    """One freed seat is offered."""
    return make_evening(namur, photos, kind="training", capacity=1)


@pytest.fixture
def now_is(monkeypatch):
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def templates(*registrations):
    found = telling.mails_of(*registrations).order_by("pk").values_list("template", flat=True)
    return [template.removeprefix(telling.EMAILS) for template in found]


def sent(smtp, template) -> EmailMessage:
    """The mail of this template, handed to the mail server; None when it was no longer true."""
    owed = Mail.objects.get(template=template)
    before = len(smtp.messages)
    tasks.send(owed.pk)
    owed.refresh_from_db()
    assert owed.attempt == 1 and "could not be written" not in owed.error, owed.error
    return smtp.messages[before] if len(smtp.messages) > before else None


def text(message):
    return message.get_body(("plain",)).get_content()


def first_line(message):
    return text(message).strip().splitlines()[0]


def calendar(message):
    """The entry of the only attachment, by property."""
    [part] = message.iter_attachments()
    unfolded = part.get_payload(decode=True).decode().replace("\r\n ", "")
    found = dict(line.split(":", 1) for line in unfolded.split("\r\n") if ":" in line)
    assert part.get_param("method") == found["METHOD"]
    return {name.split(";")[0]: value for name, value in found.items()}


# What happens to a seat, and what is said of it


def test_held_seat_is_confirmed_by_the_button_of_the_first_mail(evening, smtp):
    registration = seat(evening, is_confirmed=False)
    message = sent(smtp, telling.CONFIRM)

    assert templates(registration) == ["confirm"]
    assert message["Subject"] == first_line(message) == "Confirm your seat: Des photos qui vendent"
    assert f"/registrations/{registration_token(message)}/" in text(message)
    assert [*message.iter_attachments()] == []


def registration_token(message):
    return text(message).split("/registrations/")[1].split("/")[0]


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


# Whom mail does not reach


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


# What the clock asks for

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


# Who asked to be told when a session opens


def ask(topic, city, **fields):
    interest = interests.ask(topic=topic, city=city, language="en", **fields)
    Interest.objects.filter(pk=interest.pk).update(confirmed_at=timezone.now())
    return interest


def opened():
    return list(Mail.objects.filter(template=telling.OPENED).order_by("to").values_list("to", flat=True))


def test_opening_is_told_once_to_each_who_asked_for_topic_and_city(programme, namur, photos, payments, alice):
    liege = make_city(programme, "62063", "Liège", ("4000",))
    mons = make_city(programme, "53053", "Mons", ("7000",))
    ask(photos, namur, email="eve@shop.example")
    ask(photos, liege, email="eve@shop.example")
    ask(photos, namur, user=alice)
    ask(payments, namur, email="other-topic@shop.example")
    ask(photos, mons, email="other-city@shop.example")
    interests.ask(topic=photos, city=namur, language="en", email="unconfirmed@shop.example")
    interests.withdraw(interest=ask(photos, namur, email="withdrawn@shop.example"))
    evening = make_evening(namur, photos)
    evening.cities.add(liege)
    for _ in range(2):
        telling.session_opened(evening)

    assert opened() == [alice.email, "eve@shop.example"]


def test_opening_can_be_ended_with_one_click(namur, photos, evening, smtp, client):
    interest = ask(photos, namur, email="eve@shop.example")
    telling.session_opened(evening)
    message = sent(smtp, telling.OPENED)
    address = message["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    followed = client.get(address)
    still = Interest.objects.standing().count()
    clicked = client.post(address, {"List-Unsubscribe": "One-Click"})

    assert first_line(message) == "A session opens near you: Des photos qui vendent"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (followed.status_code, still, clicked.status_code) == (302, 1, 200)
    interest.refresh_from_db()
    assert interest.withdrawn_at


def test_one_click_needs_no_cookie_and_a_true_link(client, namur, photos):
    ask(photos, namur, email="eve@shop.example")
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/trainings/interests/forged/stop/").status_code == 404
    assert Interest.objects.standing().count() == 1


def test_opening_is_not_told_to_who_withdrew_meanwhile(namur, photos, evening, smtp):
    interest = ask(photos, namur, email="eve@shop.example")
    telling.session_opened(evening)
    interests.withdraw(interest=interest)

    assert sent(smtp, telling.OPENED) is None


def test_opening_is_a_call_for_who_prefers_the_phone(namur, photos, evening, alice):
    Person.objects.create(user=alice, name="Alice", channel="phone", phone="081")
    ask(photos, namur, user=alice)
    telling.session_opened(evening)

    assert (opened(), Call.objects.get().person.name) == ([], "Alice")


def test_mail_about_a_seat_has_no_way_to_unsubscribe(evening, smtp):
    seat(evening)

    assert sent(smtp, telling.REGISTERED)["List-Unsubscribe"] is None


# How they are written


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.words = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def test_name_is_text_in_the_html(evening, smtp):
    seat(evening, make_person('<img src=x> "Zoé" \u202e'))
    message = sent(smtp, telling.REGISTERED)
    page = Text()
    page.feed(message.get_body(("html",)).get_content())

    assert "img" not in page.tags
    assert any('For <img src=x> "Zoé"' in words for words in page.words)
    assert 'For <img src=x> "Zoé"' in text(message)


def test_link_is_not_stored(evening, smtp):
    seat(evening, is_confirmed=False)
    token = registration_token(sent(smtp, telling.CONFIRM))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(m)::text FROM outbox_mail m")
        stored = str(cursor.fetchall())

    assert token not in stored


def test_mail_is_in_the_language_of_the_person(evening, smtp):
    seat(evening, language="fr")

    with translation.override("fr"):
        day = moments.day(evening.starts_at)
    assert day in text(sent(smtp, telling.REGISTERED))


def test_every_mail_has_its_label_its_letter_and_its_templates():
    for template in telling.LABELS:
        assert template in CONTEXTS
        assert telling.label(template) != template
        for ending in (".subject.txt", ".txt", ".html"):
            get_template(template + ending)


def test_mails_of_one_registration_are_not_those_of_another(evening):
    registration = seat(evening)
    queue(template=telling.AFTER, to="x@y.be", language="fr", ids={}, key=f"registration/{registration.pk}0/after")

    assert templates(registration) == ["registered"]
    assert list(telling.mails_of()) == []


def test_clock_names_the_zone_only_in_the_hour_that_comes_twice():
    assert moments.clock(brussels(2026, 10, 25, 2, 30)) == "02:30 CEST"
    assert moments.clock(brussels(2026, 10, 25, 2, 30, fold=1)) == "02:30 CET"
    assert moments.clock(brussels(2026, 10, 25, 3, 30)) == "03:30"
    assert moments.clock(brussels(2026, 3, 29, 3, 0)) == "03:00"


def test_first_of_a_month_is_written_as_the_language_does():
    with translation.override("en"):
        assert moments.day(brussels(2027, 1, 1, 12)) == "Friday 1 January 2027"


def test_expected_is_seats_times_the_share_who_came(namur, photos):
    held = make_evening(namur, photos, starts=[timezone.now() - DAY], capacity=20)
    coming = make_evening(namur, photos, capacity=16)
    before = fill(held, 20, channel="import", by=user("staff@p.example", "programme-staff", is_staff=True))
    Session.objects.filter(pk=held.pk).update(state="held")
    for registration in before[:15]:
        Attendance.objects.create(registration=registration, date=held.dates.get(), is_present=True)
    seat(coming, with_helper=True)

    seen = outlook_of(coming)
    assert (seen.rate, seen.expected) == (0.75, 2)


@pytest.mark.parametrize("seats", [3, 8])
def test_letter_to_staff_says_how_many_and_leads_to_the_page(namur, photos, dana, smtp, seats):
    evening = make_evening(namur, photos, minimum=8, starts=[timezone.now() + 5 * DAY])
    fill(evening, 3)
    telling.warn_of_few()
    Session.objects.update(seats_taken=seats)
    message = sent(smtp, telling.FEW)

    assert (message is None) == (seats == 8)
    if message:
        assert f"/admin/trainings/session/{evening.pk}/change/" in text(message)
