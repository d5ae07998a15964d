"""What comes from the door: taps in batches, once however often they are sent, from phones with wrong clocks."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.trainings.doors import a_tap, a_walk_in, address, at_door, at_six, expected, send, tonight
from tests.trainings.sessions import make_training
from trainings import registering, vouchers
from trainings.models import Attendance, AttendanceMark, Registration, SessionDate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


def answers(response):
    return [*response.json()["answers"].values()]


def refusal(session, *taps):
    (words,) = set(answers(send(at_door(session), session, *taps)))
    return words


def milliseconds(moment):
    return int(moment.timestamp() * 1000)


def attended():
    rows = Attendance.objects.order_by("registration", "is_helper")
    return [(row.registration.person.name, row.is_helper, row.is_present) for row in rows]


def test_batch_sent_twice_counts_once():
    session = tonight()
    taps = [a_tap(expected(session)), a_walk_in(session), a_tap(expected(session, "Ann"), "absent")]
    phone = at_door(session)
    first, second = send(phone, session, *taps), send(phone, session, *taps)
    assert answers(first) == answers(second) == ["", "", ""]
    assert first.json()["heads"] == second.json()["heads"]
    assert attended() == [("Zoé Lambert", False, True), ("Ann", False, False), ("Max Poisson", False, True)]
    assert (AttendanceMark.objects.count(), session.registrations.count()) == (3, 3)


def test_two_phones_at_one_door_come_to_the_same():
    """One has marked present, the other absent, neither with a network; and one takes back what it saw."""
    session = tonight()
    zoe, ann = expected(session), expected(session, "Ann")
    mine = [a_tap(zoe), a_tap(ann)]
    hers = [a_tap(zoe, "absent"), a_tap(ann, "absent")]
    undo = a_tap(ann, "undo", keys=mine[1]["key"])
    one, other = at_door(session), at_door(session)
    send(other, session, *hers)
    send(one, session, *mine, undo)
    assert attended() == [("Zoé Lambert", False, True), ("Ann", False, False)]
    seen = [send(phone, session).json()["marks"] for phone in (one, other)]
    assert seen[0] == seen[1]
    assert {mark["key"] for mark in seen[0]} == {tap["key"] for tap in (*hers, mine[0])}
    assert AttendanceMark.objects.count() == 4


def test_present_beats_absent_and_both_are_logged():
    session = tonight()
    zoe = expected(session)
    send(at_door(session), session, a_tap(zoe), a_tap(zoe, "absent"))
    assert (attended(), AttendanceMark.objects.count()) == ([("Zoé Lambert", False, True)], 2)


def test_walk_in_takes_a_seat_beyond_the_capacity_and_is_there():
    session = tonight(capacity=1)
    expected(session)
    walk_in = a_walk_in(session, postal_code="5000", contact="max@poisson.example")
    assert answers(send(at_door(session), session, walk_in)) == [""]
    registration = Registration.objects.get(uid=walk_in["key"])
    assert (registration.state, registration.channel, registration.person.email) == (
        "registered",
        "door",
        "max@poisson.example",
    )
    assert attended() == [("Max Poisson", False, True)]
    session.refresh_from_db()
    assert (session.seats_taken, session.overbooked) == (2, 1)


def test_walk_in_who_was_registered_is_the_same_person_also_for_the_taps_that_follow():
    session = tonight()
    zoe = expected(session)
    walk_in = a_walk_in(session, name="Zoé Lambert", contact=zoe.person.email)
    undo = a_tap(zoe, "undo", keys=walk_in["key"])
    absent = a_tap(zoe, "absent") | {"person": walk_in["key"]}
    assert answers(send(at_door(session), session, walk_in, undo, absent)) == ["", "", ""]
    assert (attended(), session.registrations.count()) == ([("Zoé Lambert", False, False)], 1)


def test_who_waited_and_came_has_a_seat_and_earns_the_voucher():
    session = make_training(capacity=1, starts=[at_six()])
    expected(session)
    waiting = expected(session, "Ann")
    assert waiting.state == "waiting"
    send(at_door(session), session, a_tap(waiting))
    waiting.refresh_from_db()
    assert (waiting.state, vouchers.state_of(waiting)) == ("registered", "earned")


def test_helper_is_named_or_added_at_the_door_and_marked():
    session = tonight(capacity=2)
    zoe = expected(session)
    expected(session, "Ann")
    phone = at_door(session)
    assert answers(send(phone, session, a_tap(zoe, "helper", name="Bob"), a_tap(zoe, helper="1"))) == ["", ""]
    zoe.refresh_from_db()
    assert (zoe.seats, zoe.helper_name, attended()) == (2, "Bob", [("Zoé Lambert", True, True)])
    heads = send(phone, session).json()["heads"]
    assert [(head["name"], head["is_helper"]) for head in heads] == [
        ("Ann", False),
        ("Zoé Lambert", False),
        ("Bob", True),
    ]


def test_who_cancelled_is_not_on_the_list_unless_there():
    session = tonight()
    gone, came = expected(session), expected(session, "Ann")
    phone = at_door(session)
    send(phone, session, a_tap(came))
    for registration in (gone, came):
        Registration.objects.filter(pk=registration.pk).update(state="cancelled", cancelled_at=timezone.now())
    heads = send(phone, session).json()["heads"]
    assert [(head["name"], head["note"], head["is_expected"]) for head in heads] == [("Ann", "cancelled", False)]


# Clocks


@pytest.mark.parametrize("said", [0, 1, 10**12, 253_402_300_799_000, "", None])
def test_clock_of_a_phone_may_be_wrong(said):
    session = tonight(starts=[at_six(-1)])
    send(at_door(session), session, a_tap(expected(session), at=said))
    at = AttendanceMark.objects.get().at
    assert timezone.localdate(at) == timezone.localdate(session.starts_at)


def test_time_of_the_tap_is_kept():
    session = tonight(starts=[at_six(-1)])
    at = at_six(-1) + timedelta(minutes=5)
    send(at_door(session), session, a_tap(expected(session), at=milliseconds(at)))
    assert (AttendanceMark.objects.get().at, Attendance.objects.get().marked_at) == (at, at)


def test_mark_is_never_of_a_moment_to_come():
    session = tonight()
    send(at_door(session), session, a_tap(expected(session), at=milliseconds(timezone.now() + timedelta(hours=20))))
    assert AttendanceMark.objects.get().at <= timezone.now()


def test_day_before_nobody_can_be_marked():
    session = tonight(starts=[at_six(1)])
    words = refusal(session, a_tap(expected(session)), a_walk_in(session))
    assert (words.startswith("Marks can be made from "), attended()) == (True, [])


def test_late_tap_of_the_day_after_is_of_the_day_itself():
    session = tonight(starts=[at_six(-1)], capacity=1)
    expected(session)
    walk_in = a_walk_in(session)
    send(at_door(session), session, walk_in)
    assert Registration.objects.get(uid=walk_in["key"]).state == "registered"
    assert timezone.localdate(AttendanceMark.objects.get().at) == timezone.localdate(session.starts_at)


# What is refused


def test_people_dates_and_marks_of_another_session_are_out_of_reach():
    session, other = tonight(), tonight()
    mine, theirs = expected(session), expected(other, "Ann")
    marked = a_tap(theirs)
    send(at_door(other), other, marked)
    date = session.dates.get().pk
    taps = [
        a_tap(theirs) | {"date": date},
        a_tap(mine) | {"date": other.dates.get().pk},
        a_tap(theirs, "helper", name="Bob") | {"date": date},
        a_walk_in(session, key=str(theirs.uid)),
        a_walk_in(session, key=marked["key"]) | {"person": marked["key"], "do": "present"},
        a_tap(mine, "undo", keys=marked["key"]),
    ]
    said = answers(send(at_door(session), session, *taps))
    assert [bool(words) for words in said] == [True] * 5 + [False]
    assert (attended(), theirs.attendance_marks.get().withdrawn_at) == ([("Ann", False, True)], None)
    theirs.refresh_from_db()
    assert theirs.seats == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"do": "dance"},
        {"key": "x"},
        {"key": None},
        {"date": "x"},
        {"date": 10**30},
        {"person": "x"},
        {"person": ""},
        {"person": {"a": 1}},
        {"at": "yesterday"},
        {"at": 10**20},
        {"do": "undo", "keys": "x"},
        {"do": "walk-in", "name": ""},
        {"do": "walk-in", "name": "A\x00"},
        {"do": "walk-in", "name": "A" * 300},
        {"do": "walk-in", "name": "Zoé", "contact": "12"},
        {"do": "walk-in", "name": "Zoé", "contact": "zoe@"},
    ],
    ids=str,
)
def test_nonsense_is_refused_in_words_and_the_rest_counts(wrong):
    session = tonight()
    registration = expected(session)
    said = send(at_door(session), session, a_tap(registration) | wrong, a_tap(registration)).json()["answers"]
    assert sorted(map(bool, said.values())) == [False, True]
    assert attended() == [("Zoé Lambert", False, True)]


@pytest.mark.parametrize("name", ["Zo\ud800", '"; filename=x', "<b>Zoé</b>", "زوي\u202e"], ids=ascii)
def test_any_name_is_kept_and_harmless(name):
    session = tonight()
    phone = at_door(session)
    body = json.dumps(
        {"taps": [a_walk_in(session, name=name, postal_code="5\ud800"), a_tap(expected(session), "helper", name=name)]}
    )
    response = phone.post(address(session, "door_taps"), body, content_type="application/json")
    assert answers(response) == ["", ""]
    assert "<b>Zoé" not in phone.get(address(session)).content.decode()


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"taps": 1}', '{"taps": [1]}', json.dumps({"taps": [{}] * 201}), "[" * 100_000]
)
def test_what_no_page_of_ours_sends_is_refused(body):
    session = tonight()
    response = at_door(session).post(address(session, "door_taps"), body, content_type="application/json")
    assert (response.status_code, response.json()) == (400, {"why": "taps"})


@pytest.mark.parametrize("page", ["door", "door_tap", "door_taps", "door_leave"])
def test_every_post_asks_for_the_token_of_the_form(page):
    session = tonight()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = at_door(session).cookies
    assert strict.post(address(session, page), {}).status_code == 403


def test_token_for_the_next_post_comes_with_each_answer():
    session = tonight()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = at_door(session).cookies
    token = strict.get(address(session, "door_taps")).json()["csrf"]
    body = {"taps": [a_tap(expected(session))]}
    send_it = strict.post(
        address(session, "door_taps"), body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answers(send_it) == [""]


def test_session_cancelled_meanwhile_takes_nobody_in(dana):
    session = tonight()
    phone, tap = at_door(session), a_tap(expected(session))
    registering.cancel(registration=Registration.objects.get(), by=dana)
    type(session).objects.filter(pk=session.pk).update(state="cancelled", cancelled_at=timezone.now())
    response = send(phone, session, tap)
    assert (response.status_code, response.json(), attended()) == (410, {"why": "off"}, [])


def test_name_of_who_tapped_is_in_the_log_where_it_is_known(alice, signed_in):
    session = tonight(trainers=[alice])
    one, other = expected(session), expected(session, "Ann")
    send(signed_in(alice), session, a_tap(one))
    send(at_door(session), session, a_tap(other))
    assert [mark.by for mark in AttendanceMark.objects.order_by("pk")] == [alice, None]


# Without JavaScript, and what it costs


def test_form_pressed_twice_counts_once_and_a_mistake_keeps_what_was_typed():
    session = tonight()
    phone, tap = at_door(session), a_tap(expected(session))
    assert [phone.post(address(session, "door_tap"), tap).status_code for _ in range(2)] == [302, 302]
    assert AttendanceMark.objects.count() == 1
    response = phone.post(address(session, "door_tap"), a_walk_in(session, contact="zoe@"))
    assert (response.status_code, 'value="zoe@"' in response.content.decode()) == (422, True)


def test_course_opens_on_the_date_of_the_day(client):
    course = tonight(starts=[at_six(-7), at_six(), at_six(7)])
    dates = [*course.dates.all()]
    phone = at_door(course)
    chosen = [phone.get(address(course) + query).context["date"] for query in ("", f"?date={dates[0].pk}", "?date=x")]
    assert chosen == [dates[1], dates[0], dates[1]]
    assert SessionDate.objects.count() == 3


@pytest.mark.parametrize("page", ["door", "door_taps"])
def test_door_is_the_same_few_queries_for_one_person_and_three(page, django_assert_num_queries):
    session = tonight()
    phone = at_door(session)
    for count in (1, 3):
        while session.registrations.count() < count:
            registration = expected(session, with_helper=True)
            send(phone, session, a_tap(registration), a_tap(registration, helper="1"))
        with django_assert_num_queries(6):
            phone.get(address(session, page))


def test_keys_of_the_page_are_new_each_time():
    session = tonight()
    phone = at_door(session)
    keys = {phone.get(address(session)).context["key"] for _ in range(2)}
    assert len(keys | {uuid4()}) == 3
