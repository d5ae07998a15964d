"""The helper who comes along: brought later, named, and not coming after all."""

import math
from datetime import timedelta

import pytest
from django.urls import reverse

from outbox.bell import bell
from outbox.models import Mail
from tests.trainings.evenings import make_evening, seat
from tests.trainings.sessions import IN_TEN_DAYS, NOW, make_person, make_session, make_training, register, states
from trainings import links, registering, seating, telling
from trainings.models import Registration
from trainings.registering import NoPlace, TooLate

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _no_worker(client):
    bell.silent_until = math.inf
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    yield
    bell.silent_until = 0


@pytest.fixture
def evening(namur, photos):
    return make_evening(namur, photos, capacity=2)


def bring(registration, at=LATER, **fields):
    return registering.bring_helper(registration=registration, at=at, **fields)


def leave(registration, at=LATER, **fields):
    return registering.leave_helper(registration=registration, at=at, **fields)


def taken(session):
    session.refresh_from_db()
    return session.seats_taken, session.overbooked


def said(registration):
    return [*registration.seat_events.order_by("pk").values_list("kind", "reason")]


def told(registration):
    return [mail.ids["changes"] for mail in telling.mails_of(registration).filter(template=telling.CHANGED)]


# Brought later


def test_helper_takes_a_free_seat_and_it_is_said_and_told():
    session = make_session()
    pair = bring(register(session), helper_name="Bob")
    assert (pair.seats, pair.helper_name, taken(session)) == (2, "Bob", (2, 0))
    assert said(pair) == [("seated", ""), ("seated", seating.HELPER_COMES)]
    assert told(pair) == [["helper"]]


def test_helper_is_named_without_another_seat_and_without_a_mail():
    session = make_session(capacity=2)
    pair = register(session, with_helper=True)
    assert [bring(pair, helper_name=name).helper_name for name in ("Bob", "")] == ["Bob", "Bob"]
    assert (taken(session), told(pair)) == ((2, 0), [])


def test_helper_is_named_also_once_it_is_over_for_the_certificate():
    pair = register(make_session(), with_helper=True)
    assert bring(pair, at=IN_TEN_DAYS + timedelta(days=1), helper_name="Bob").helper_name == "Bob"


def test_helper_takes_no_seat_that_is_not_free():
    session = make_session(capacity=1)
    alone = register(session)
    with pytest.raises(NoPlace):
        bring(alone)
    alone.refresh_from_db()
    assert (alone.seats, alone.state, taken(session)) == (1, "registered", (1, 0))


def test_helper_takes_the_seat_that_was_too_few_for_a_pair_and_it_is_said():
    session = make_session(capacity=2)
    alone, pair = register(session), register(session, with_helper=True)
    bring(alone)
    assert (taken(session), [kind for kind, _ in said(pair)]) == ((2, 0), ["queued", "skipped"])


def test_who_waits_then_waits_for_two_and_keeps_the_rank():
    session = make_session(capacity=1)
    first, waiting, behind = register(session), register(session), register(session)
    pair = bring(waiting)
    assert (pair.state, pair.rank, pair.seats, taken(session)) == ("waiting", 1, 2, (1, 0))
    registering.cancel(registration=first, at=LATER)
    behind.refresh_from_db()
    assert (states(session), behind.state) == (["cancelled", "waiting", "registered"], "registered")


def test_helper_comes_by_oneself_until_it_begins_and_by_staff_ever_after(dana):
    alone = register(make_session())
    with pytest.raises(TooLate):
        bring(alone, at=IN_TEN_DAYS)
    assert bring(alone, at=IN_TEN_DAYS, by=dana).seats == 2


def test_no_helper_comes_to_what_was_given_back_or_called_off(dana):
    gone = registering.cancel(registration=register(make_session()), at=LATER)
    with pytest.raises(TooLate):
        bring(gone)
    gone.refresh_from_db()
    assert gone.seats == 1


def test_helper_follows_where_one_was_moved(dana):
    here, there = make_session(), make_session()
    old = register(here)
    new = registering.move(registration=old, to=there, by=dana, at=NOW)
    old.refresh_from_db()
    assert (bring(old), taken(here), taken(there)) == (new, (0, 0), (2, 0))
    assert (leave(old), taken(there)) == (new, (1, 0))


# Not coming after all


def test_seat_of_the_helper_is_given_back_with_its_reason_and_told():
    session = make_session()
    alone = leave(register(session, with_helper=True, helper_name="Bob"))
    assert (alone.seats, alone.helper_name, alone.state, taken(session)) == (1, "", "registered", (1, 0))
    assert said(alone)[1:] == [("cancelled", seating.HELPER_STAYS)]
    assert told(alone) == [["helper"]]


def test_seat_of_the_helper_goes_to_who_waits():
    session = make_session(capacity=2)
    pair, _waiting = register(session, with_helper=True), register(session)
    leave(pair)
    assert (states(session), taken(session)) == (["registered", "registered"], (2, 0))


def test_seat_of_the_helper_is_offered_where_seats_are_offered():
    session = make_training(capacity=2)
    pair, waiting = register(session, with_helper=True), register(session)
    leave(pair)
    waiting.refresh_from_db()
    assert (waiting.state, taken(session)) == ("offered", (2, 0))


def test_who_waits_alone_now_takes_the_seat_that_was_too_few_for_two():
    session = make_session(capacity=2)
    _first, pair = register(session), register(session, with_helper=True)
    assert (leave(pair).state, taken(session)) == ("registered", (2, 0))


def test_seat_beyond_the_capacity_ends_with_the_helper(charlie):
    charlie.is_superuser = True
    session = make_session(capacity=1)
    _first, pair = register(session), register(session, with_helper=True)
    registering.overbook(registration=pair, by=charlie, at=NOW)
    leave(pair)
    assert taken(session) == (2, 1)


def test_giving_back_twice_is_once():
    session = make_session()
    pair = register(session, with_helper=True)
    assert [leave(pair, at=at).seats for at in (LATER, LATER + timedelta(minutes=1))] == [1, 1]
    assert (taken(session), len(said(pair)), len(told(pair))) == ((1, 0), 2, 1)


def test_helper_stays_by_oneself_until_it_begins_and_by_staff_ever_after(dana):
    pair = register(make_session(), with_helper=True)
    with pytest.raises(TooLate):
        leave(pair, at=IN_TEN_DAYS)
    assert leave(pair, at=IN_TEN_DAYS, by=dana).seats == 1


def test_who_never_confirmed_and_who_has_no_mail_is_not_written_to():
    session = make_session()
    unconfirmed = register(session, with_helper=True, is_confirmed=False)
    by_phone = register(session, with_helper=True, person=make_person(email="", phone="081234567"))
    leave(unconfirmed), leave(by_phone)
    assert (told(unconfirmed), told(by_phone), telling.calls_of(by_phone).count()) == ([], [], 1)


# On the page


def post(client, registration, **typed):
    return client.post(reverse("trainings:registration", args=[links.token_of(registration)]), typed, follow=True)


def test_page_brings_names_and_gives_back(client, evening):
    registration = seat(evening)
    steps = [
        post(client, registration, do="bring", helper_name="Bob").context["helper"],
        post(client, registration, do="bring", helper_name="Robert").context["registration"].helper_name,
        post(client, registration, do="leave").context["helper"],
    ]
    assert (steps, taken(evening)) == (["change", "Robert", "bring"], (1, 0))


def test_page_says_plainly_that_no_second_seat_is_free(client, evening):
    registration = seat(evening)
    seat(evening, make_person())
    page = post(client, registration, do="bring")
    assert (page.context["helper"], [str(each) for each in page.context["messages"]]) == (
        "full",
        ["No second seat is free now. Yours stays as it is; look again in a few days: seats do come free."],
    )


def test_page_offers_no_helper_before_one_has_confirmed(client, evening):
    people = [make_person() for _ in range(3)]
    held, _held, waiting = (seat(evening, person, is_confirmed=False) for person in people)
    assert [post(client, each).context["helper"] for each in (held, waiting)] == ["", ""]


def test_name_that_is_too_long_is_said_and_changes_nothing(client, evening):
    registration = seat(evening)
    page = post(client, registration, do="bring", helper_name="x" * 151)
    assert ["150" in str(each) for each in page.context["messages"]] == [True]
    assert (Registration.objects.get().seats, Mail.objects.filter(template=telling.CHANGED).count()) == (1, 0)


def test_name_of_the_helper_is_escaped(client, evening):
    page = post(client, seat(evening), do="bring", helper_name="<i>Bob</i>").content.decode()
    assert ("&lt;i&gt;Bob&lt;/i&gt;" in page, "<i>Bob" in page) == (True, False)
