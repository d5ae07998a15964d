from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from outbox.models import Mail
from tests.trainings.sessions import (
    IN_TEN_DAYS,
    NOW,
    make_person,
    make_session,
    make_shop,
    make_training,
    register,
    states,
)
from trainings import registering
from trainings.models import Registration, SeatEvent, Session
from trainings.registering import HOLD, BelowTaken, MayNotOverbook, NoPlace, NotOpen, TooLate

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
LAST_DAY = IN_TEN_DAYS - timedelta(hours=23)


def taken(session):
    session.refresh_from_db()
    return session.seats_taken, session.overbooked


def events(session):
    return [*session.seat_events.order_by("pk").values_list("kind", flat=True)]


def test_register_holds_a_seat_until_it_is_confirmed():
    session = make_session()
    registration = register(session, is_confirmed=False)
    assert (registration.state, registration.until, registration.confirmed_at) == ("held", NOW + HOLD, None)
    confirmed = registering.confirm(registration=registration, at=LATER)
    assert (confirmed.pk, confirmed.state, confirmed.until, confirmed.confirmed_at) == (
        registration.pk,
        "registered",
        None,
        LATER,
    )
    assert (taken(session), events(session)) == ((1, 0), ["seated", "confirmed"])


def test_register_takes_two_seats_with_a_helper_who_needs_no_name_yet():
    session = make_session()
    pair = register(session, with_helper=True)
    assert (pair.seats, pair.has_helper, pair.helper_name, taken(session)) == (2, True, "", (2, 0))


def test_register_twice_is_once(dana):
    session = make_session()
    first = register(session, is_confirmed=False)
    again = register(session, person=first.person, is_confirmed=False)
    assert (again, again.state, taken(session)) == (first, "held", (1, 0))
    by_phone = register(session, person=first.person, by=dana)
    assert (by_phone, by_phone.state, taken(session)) == (first, "registered", (1, 0))


def test_confirm_twice_keeps_the_first_time():
    registration = register(make_session(), is_confirmed=False)
    registering.confirm(registration=registration, at=LATER)
    assert registering.confirm(registration=registration, at=LATER + HOLD).confirmed_at == LATER


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "draft"},
        {"state": "closed"},
        {"state": "held"},
        {"opens_at": LATER},
        {"closes_at": NOW},
        {"starts": (NOW,)},
    ],
)
def test_register_by_oneself_only_while_it_is_open(fields):
    session = make_session(**fields)
    with pytest.raises(NotOpen):
        register(session)
    assert taken(session) == (0, 0)


@pytest.mark.parametrize(
    ("state", "is_possible"), [("draft", False), ("cancelled", False), ("closed", True), ("held", True)]
)
def test_staff_register_also_when_it_is_closed_or_from_late_paper(dana, state, is_possible):
    session = make_session(state=state, cancelled_at=NOW if state == "cancelled" else None)
    if is_possible:
        assert register(session, is_confirmed=False, by=dana, at=IN_TEN_DAYS + timedelta(days=2)).state == "registered"
    else:
        with pytest.raises(NotOpen):
            register(session, by=dana)


def test_full_session_makes_a_line_in_the_order_of_asking():
    session = make_session(capacity=2)
    rows = [register(session, is_confirmed=is_confirmed) for is_confirmed in (True, False, False, True)]
    assert [(row.state, row.rank, row.place_in_line) for row in rows] == [
        ("registered", None, 0),
        ("held", None, 0),
        ("waiting", 1, 1),
        ("waiting", 2, 2),
    ]


def test_pair_waits_while_a_single_takes_the_last_seat_and_it_is_said():
    session = make_session(capacity=2)
    register(session)
    pair = register(session, with_helper=True)
    single = register(session)
    assert (pair.state, single.state) == ("waiting", "registered")
    assert [*pair.seat_events.values_list("kind", flat=True)] == ["queued", "skipped"]


def test_cancel_gives_the_seat_to_the_first_whom_it_fits():
    session = make_session(capacity=2)
    first, _second, pair, third = (register(session, with_helper=helper) for helper in (False, False, True, False))
    registering.cancel(registration=first, at=LATER)
    assert states(session) == ["cancelled", "registered", "waiting", "registered"]
    assert (taken(session), pair.seat_events.last().kind, third.seat_events.last().kind) == (
        (2, 0),
        "skipped",
        "promoted",
    )
    registering.cancel(registration=_second, at=LATER)
    assert states(session) == ["cancelled", "cancelled", "waiting", "registered"]
    registering.cancel(registration=third, at=LATER)
    assert states(session) == ["cancelled", "cancelled", "registered", "cancelled"]


def test_cancel_twice_is_once_and_keeps_by_whom_and_why(dana):
    session = make_session()
    registration = register(session)
    for reason in ("ill", "again"):
        gone = registering.cancel(registration=registration, by=dana, reason=reason, at=LATER)
    assert (gone.cancelled_at, gone.cancelled_by, gone.cancel_reason, taken(session)) == (LATER, dana, "ill", (0, 0))


def test_cancel_by_oneself_until_it_begins_and_by_staff_ever_after(dana):
    registration = register(make_session())
    with pytest.raises(TooLate):
        registering.cancel(registration=registration, at=IN_TEN_DAYS)
    assert registering.cancel(registration=registration, by=dana, at=IN_TEN_DAYS).state == "cancelled"


def test_training_offers_the_seat_and_accepting_takes_it():
    session = make_training(capacity=1)
    first, second = register(session), register(session)
    registering.cancel(registration=first, at=NOW)
    second.refresh_from_db()
    assert (second.state, second.until, taken(session)) == ("offered", NOW + timedelta(days=1), (1, 0))
    assert registering.confirm(registration=second, at=LATER).state == "registered"
    assert events(session)[-3:] == ["cancelled", "offered", "confirmed"]


def test_seat_is_offered_to_who_was_never_confirmed_whatever_the_kind():
    session = make_session(capacity=1)
    first, unknown, known = register(session), register(session, is_confirmed=False), register(session)
    registering.cancel(registration=first, at=NOW)
    assert states(session) == ["cancelled", "offered", "waiting"]
    registering.expire(session=session, at=NOW + timedelta(days=1))
    assert states(session) == ["cancelled", "expired", "registered"]
    unknown.refresh_from_db()
    assert (unknown.until, known.seat_events.last().kind) == (None, "promoted")


def test_expire_takes_back_what_was_held_too_long_and_gives_it_on():
    session = make_session(capacity=1)
    held, waiting = register(session, is_confirmed=False), register(session)
    assert registering.expire(session=session, at=NOW + HOLD - timedelta(seconds=1)) == 0
    assert [registering.expire_lapsed(at=NOW + HOLD) for _ in range(2)] == [1, 0]
    assert (states(session), taken(session)) == (["expired", "registered"], (1, 0))
    assert held.seat_events.last().kind == "expired"
    assert waiting.seat_events.last().kind == "promoted"


def test_confirm_too_late_but_before_it_was_taken_back_takes_the_seat():
    registration = register(make_session(), is_confirmed=False)
    assert registering.confirm(registration=registration, at=NOW + HOLD * 2).state == "registered"


def test_confirm_after_it_was_taken_back_asks_anew_behind_those_who_wait():
    session = make_session(capacity=1)
    held, waiting = register(session, is_confirmed=False), register(session)
    registering.expire(session=session, at=NOW + HOLD)
    again = registering.confirm(registration=held, at=NOW + HOLD * 2)
    assert (again.pk != held.pk, again.person, again.state, again.rank) == (
        True,
        held.person,
        "waiting",
        waiting.rank + 1,
    )
    assert registering.confirm(registration=held, at=NOW + HOLD * 2) == again
    assert states(session) == ["expired", "registered", "waiting"]


def test_confirm_is_too_late_when_cancelled_over_or_closed():
    session = make_session()
    gone, held, expired = (register(session, is_confirmed=False) for _ in range(3))
    registering.cancel(registration=gone, at=NOW)
    with pytest.raises(TooLate):
        registering.confirm(registration=gone, at=NOW)
    Registration.objects.filter(pk=expired.pk).update(state="expired", until=None)
    Session.objects.filter(pk=session.pk).update(closes_at=LATER)
    with pytest.raises(TooLate):
        registering.confirm(registration=expired, at=LATER)
    with pytest.raises(TooLate):
        registering.confirm(registration=held, at=IN_TEN_DAYS + timedelta(hours=3))


def test_last_day_promotes_nobody_and_the_first_who_comes_takes_the_seat():
    session = make_session(capacity=2)
    first, _second, pair, third = (register(session, with_helper=helper) for helper in (False, False, True, False))
    with pytest.raises(NoPlace):
        registering.take(registration=third, at=NOW)
    registering.cancel(registration=first, at=LAST_DAY)
    assert states(session) == ["cancelled", "registered", "waiting", "waiting"]
    assert [registering.take(registration=third, at=LAST_DAY).state for _ in range(2)] == ["registered"] * 2
    with pytest.raises(NoPlace):
        registering.take(registration=pair, at=LAST_DAY)
    with pytest.raises(TooLate):
        registering.take(registration=first, at=LAST_DAY)
    assert taken(session) == (2, 0)


def test_last_day_begins_a_day_before():
    session = make_session()
    day = IN_TEN_DAYS - timedelta(hours=24)
    assert [session.is_in_last_call(day - timedelta(seconds=1)), session.is_in_last_call(day)] == [False, True]


def test_capacity_raised_seats_who_waits_and_keeps_why(dana):
    session = make_session(capacity=1)
    for _ in range(4):
        register(session)
    registering.change_capacity(session=session, capacity=3, by=dana, at=LATER)
    assert states(session) == ["registered"] * 3 + ["waiting"]
    event = session.seat_events.get(kind="capacity")
    assert (event.reason, event.capacity, event.by, event.at) == ("1 → 3", 3, dana, LATER)


def test_capacity_never_goes_below_what_is_taken_or_wanted(dana):
    session = make_session(capacity=4, minimum=2)
    register(session, with_helper=True), register(session)
    with pytest.raises(BelowTaken) as refusal:
        registering.change_capacity(session=session, capacity=2, by=dana)
    assert refusal.value.taken == 3
    for registration in session.registrations.all():
        registering.cancel(registration=registration, at=NOW)
    with pytest.raises(ValidationError, match="minimum"):
        registering.change_capacity(session=session, capacity=1, by=dana)
    assert registering.change_capacity(session=session, capacity=3, by=dana).capacity == 3


def test_small_group_stays_small(dana):
    session = make_session(kind="small-group", capacity=5)
    with pytest.raises(ValidationError, match="five|cinq"):
        registering.change_capacity(session=session, capacity=6, by=dana)


def test_overbooking_is_a_right_and_is_logged_and_ends_with_the_seat(dana, charlie):
    session = make_session(capacity=1)
    seated, waiting = register(session), register(session, with_helper=True)
    with pytest.raises(MayNotOverbook):
        registering.overbook(registration=waiting, by=charlie, at=NOW)
    charlie.is_superuser = True
    assert registering.overbook(registration=waiting, by=charlie, at=NOW).state == "registered"
    assert (taken(session), session.seat_events.get(kind="overbooked").by) == ((3, 2), charlie)
    registering.cancel(registration=seated, at=NOW)
    assert taken(session) == (2, 1)
    registering.cancel(registration=waiting, at=NOW)
    assert taken(session) == (0, 0)


def test_overbooked_capacity_may_rise_but_not_fall(charlie):
    session = make_session(capacity=1)
    charlie.is_superuser = True
    register(session), register(session)
    registering.overbook(registration=register(session, person=session.registrations.last().person), by=charlie)
    with pytest.raises(BelowTaken):
        registering.change_capacity(session=session, capacity=0, by=charlie)
    registering.change_capacity(session=session, capacity=3, by=charlie)
    assert taken(session) == (2, 0)


def test_trainer_overbooks_on_the_day_only_and_only_the_own_session(charlie, bob):
    session = make_session(trainers=[charlie])
    day = IN_TEN_DAYS - timedelta(hours=10)
    asked = [(charlie, NOW), (charlie, day), (bob, day)]
    assert [registering.may_overbook(user, session, at) for user, at in asked] == [False, True, False]


def test_move_is_one_seat_less_here_and_one_more_there_and_old_links_follow(dana):
    here, there = make_session(capacity=1), make_session(capacity=1)
    old, waiting = register(here), register(here)
    new = registering.move(registration=old, to=there, by=dana, at=NOW)
    old.refresh_from_db()
    waiting.refresh_from_db()
    assert (old.state, old.moved_to, new.session, new.state) == ("cancelled", new, there, "registered")
    assert (taken(here), taken(there), waiting.state) == ((1, 0), (1, 0), "registered")
    assert registering.confirm(registration=old, at=NOW) == new
    assert registering.cancel(registration=old, at=NOW).pk == new.pk
    assert taken(there) == (0, 0)


def test_move_needs_a_place_and_a_session_that_takes_place(dana):
    old = register(make_session(), with_helper=True)
    with pytest.raises(NoPlace):
        registering.move(registration=old, to=make_session(capacity=1), by=dana, at=NOW)
    with pytest.raises(NotOpen):
        registering.move(registration=old, to=make_session(state="draft"), by=dana, at=NOW)
    old.refresh_from_db()
    assert (old.state, old.session.seats_taken) == ("registered", 2)


def test_move_to_where_one_is_already_keeps_one(dana):
    here, there = make_session(), make_session(capacity=1)
    old = register(here)
    known = register(there, person=old.person)
    assert registering.move(registration=old, to=there, by=dana, at=NOW) == known
    assert (taken(here), taken(there)) == ((0, 0), (1, 0))


def test_helper_may_come_later_and_be_named_at_the_door():
    session = make_session(capacity=2)
    registration = register(session)
    registering.bring_helper(registration=registration, at=NOW)
    assert taken(session) == (2, 0)
    named = registering.bring_helper(registration=registration, helper_name="Bob", at=NOW)
    assert (named.seats, named.helper_name, taken(session)) == (2, "Bob", (2, 0))


def test_helper_needs_a_free_seat_except_at_the_door_on_the_day():
    session = make_session(capacity=1)
    registration = register(session)
    with pytest.raises(NoPlace):
        registering.bring_helper(registration=registration, is_at_door=True, at=NOW)
    registering.bring_helper(registration=registration, is_at_door=True, at=IN_TEN_DAYS)
    assert (taken(session), session.seat_events.last().kind) == ((2, 1), "overbooked")


def test_database_refuses_what_the_verbs_would_never_do():
    session = make_session(capacity=1)
    registration = register(session)
    wrong = {
        "session_is_not_oversold": lambda: Session.objects.filter(pk=session.pk).update(seats_taken=2),
        "registration_kept_until_a_time": lambda: session.registrations.update(until=NOW),
        "registration_is_confirmed": lambda: session.registrations.update(confirmed_at=None),
        "registration_once_a_person": lambda: Registration.objects.create(
            session=session, person=registration.person, state="waiting", language="fr"
        ),
        "registration_one_or_two_seats": lambda: session.registrations.update(seats=3),
    }
    for name, attempt in wrong.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            attempt()


@pytest.mark.parametrize("number", [1, 3])
def test_register_costs_the_same_whoever_came_before(number):
    session = make_session(capacity=2)
    for _ in range(number - 1):
        register(session)
    person, shop = make_person(), make_shop(session)
    with CaptureQueriesContext(connection) as queries:
        registering.register(session=session, person=person, business=shop, language="fr", at=NOW)
    assert len(queries) == 9, [query["sql"][:90] for query in queries]


def test_each_registration_leaves_a_mail_and_a_line_of_the_log():
    session = make_session(capacity=1)
    register(session, is_confirmed=False), register(session)
    assert (Mail.objects.count(), SeatEvent.objects.count()) == (2, 2)
