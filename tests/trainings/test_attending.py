from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from tests.trainings.sessions import IN_TEN_DAYS, NOW, make_session, make_training, register
from trainings import attending, registering, scheduling, vouchers
from trainings.attending import WrongDate, has_earned, unmark
from trainings.models import Attendance, AttendanceMark

pytestmark = pytest.mark.django_db
EVENINGS = [IN_TEN_DAYS + timedelta(days=7 * week) for week in range(3)]


def mark(registration, *, evening=0, is_present=True, at=IN_TEN_DAYS, key=None, is_helper=False, **fields):
    date = registration.session.dates.all()[evening]
    return attending.mark(
        registration=registration,
        date=date,
        is_present=is_present,
        is_helper=is_helper,
        key=key or uuid4(),
        at=at,
        **fields,
    )


def kinds(registration):
    return [*registration.voucher_entries.values_list("kind", flat=True)]


def test_mark_counts_once_however_often_it_is_sent():
    registration, key = register(make_session()), uuid4()
    marked = [mark(registration, key=key), mark(registration, key=key, at=IN_TEN_DAYS + timedelta(hours=9))]
    assert [(row.is_present, row.marked_at) for row in marked] == [(True, IN_TEN_DAYS)] * 2
    assert (Attendance.objects.count(), AttendanceMark.objects.count()) == (1, 1)


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_present_beats_absent_in_whatever_order_the_marks_arrive(order):
    registration = register(make_session())
    taps = [(False, 0), (True, 5), (False, 9)]
    for place in order:
        is_present, minutes = taps[place]
        mark(registration, is_present=is_present, at=IN_TEN_DAYS + timedelta(minutes=minutes))
    attendance = Attendance.objects.get()
    assert (attendance.is_present, attendance.marked_at) == (True, IN_TEN_DAYS + timedelta(minutes=5))
    assert AttendanceMark.objects.count() == 3


def test_wrong_tap_is_taken_back_and_stays_in_the_log():
    registration, absent, present = register(make_session()), uuid4(), uuid4()
    mark(registration, is_present=False, key=absent)
    mark(registration, key=present)
    assert [unmark(key=present, at=IN_TEN_DAYS).is_present for _ in range(2)] == [False, False]
    assert unmark(key=absent, at=IN_TEN_DAYS) is None
    assert (Attendance.objects.count(), AttendanceMark.objects.filter(withdrawn_at=IN_TEN_DAYS).count()) == (0, 2)
    with pytest.raises(AttendanceMark.DoesNotExist):
        unmark(key=uuid4())


def test_sent_again_after_it_was_taken_back_changes_nothing():
    registration, key = register(make_session()), uuid4()
    mark(registration, key=key)
    unmark(key=key, at=IN_TEN_DAYS)
    assert mark(registration, key=key) is None
    assert Attendance.objects.count() == 0


def test_mark_is_for_the_dates_of_the_session_only():
    registration = register(make_session())
    with pytest.raises(WrongDate):
        attending.mark(
            registration=registration, date=make_session().dates.get(), is_present=True, key=uuid4(), at=IN_TEN_DAYS
        )


@pytest.mark.parametrize("state", ["held", "offered"])
def test_who_is_there_takes_the_seat_that_was_kept(state):
    registration = register(make_session(), is_confirmed=False)
    registration.state, registration.until = state, NOW + timedelta(hours=1)
    registration.save(update_fields=["state", "until"])
    mark(registration, is_present=False)
    registration.refresh_from_db()
    assert registration.state == state
    mark(registration)
    registration.refresh_from_db()
    assert (registration.state, registration.until, registration.confirmed_at) == ("registered", None, IN_TEN_DAYS)


def test_who_had_cancelled_and_came_is_marked_all_the_same():
    registration = registering.cancel(registration=register(make_session()), at=NOW)
    assert mark(registration).is_present is True
    registration.refresh_from_db()
    assert registration.state == "cancelled"


def test_helper_is_counted_apart():
    registration = register(make_session(), with_helper=True)
    mark(registration, is_helper=True)
    assert [has_earned(registration, is_helper=is_helper) for is_helper in (True, False)] == [True, False]


@pytest.mark.parametrize(
    ("wanted", "attended", "is_earned"), [(None, 2, False), (None, 3, True), (2, 1, False), (2, 2, True), (9, 3, True)]
)
def test_certificate_and_voucher_are_earned_at_the_threshold(wanted, attended, is_earned):
    session = make_training(starts=EVENINGS, module_fields={"dates_for_certificate": wanted})
    registration = register(session)
    for evening in range(attended):
        mark(registration, evening=evening)
    assert has_earned(registration) is is_earned
    assert kinds(registration) == ["reserved", "earned"] if is_earned else ["reserved"]


def test_session_without_dates_earns_nothing():
    assert has_earned(register(make_session(starts=()))) is False


def test_voucher_is_released_once_the_threshold_is_out_of_reach():
    session = make_training(starts=EVENINGS, module_fields={"dates_for_certificate": 2})
    registration = register(session)
    mark(registration, evening=0, is_present=False)
    assert vouchers.state_of(registration) == "reserved"
    mark(registration, evening=1, is_present=False)
    assert vouchers.state_of(registration) == "released"


def test_late_paper_and_a_tap_taken_back_move_the_voucher_again():
    registration, key = register(make_training()), uuid4()
    mark(registration, is_present=False)
    mark(registration, key=key)
    assert kinds(registration) == ["reserved", "released", "reserved", "earned"]
    unmark(key=key, at=IN_TEN_DAYS)
    assert kinds(registration)[4:] == ["returned"]


def test_tap_taken_back_before_the_end_leaves_the_voucher_reserved():
    registration, key = register(make_training()), uuid4()
    mark(registration, key=key)
    unmark(key=key, at=IN_TEN_DAYS)
    assert kinds(registration) == ["reserved", "earned", "returned", "reserved"]


def test_session_held_releases_the_vouchers_of_who_did_not_come(dana):
    session = make_training()
    came, stayed_away = register(session), register(session)
    mark(came)
    scheduling.hold(session=session, by=dana, at=IN_TEN_DAYS)
    assert (kinds(came), kinds(stayed_away)) == (["reserved", "earned"], ["reserved", "released"])
    mark(stayed_away, at=IN_TEN_DAYS + timedelta(days=9))
    assert kinds(stayed_away)[2:] == ["reserved", "earned"]


def sheet(session, *boxes, evening=0, at=IN_TEN_DAYS):
    return attending.mark_sheet(date=session.dates.all()[evening], present=boxes, at=at)


def attended(session):
    seen = Attendance.objects.filter(registration__session=session).order_by("registration", "is_helper")
    return [*seen.values_list("registration", "is_helper", "is_present", "marked_at")]


def test_sheet_typed_twice_is_once():
    session = make_session()
    pair, one = register(session, with_helper=True), register(session)
    assert [sheet(session, (pair, False), (pair, True), (one, False)) for _ in range(2)] == [3, 0]
    assert attended(session) == [
        (row.pk, helper, True, IN_TEN_DAYS) for row, helper in [(pair, 0), (pair, 1), (one, 0)]
    ]
    assert AttendanceMark.objects.count() == 3


def test_box_taken_back_at_the_door_and_typed_again_counts_again():
    session = make_session()
    row = register(session)
    for times in range(1, 4):
        assert [sheet(session, (row, False)) for _ in range(2)] == [1, 0]
        standing = AttendanceMark.objects.get(withdrawn_at=None)
        assert (AttendanceMark.objects.count(), len(attended(session))) == (times, 1)
        unmark(key=standing.key, at=IN_TEN_DAYS)
        assert attended(session) == []


def test_sheet_beats_absent_and_leaves_an_earlier_present():
    session = make_session()
    absent, early = register(session), register(session)
    mark(absent, is_present=False)
    mark(early, at=IN_TEN_DAYS - timedelta(minutes=5))
    sheet(session, (absent, False), (early, False))
    assert attended(session) == [
        (absent.pk, False, True, IN_TEN_DAYS),
        (early.pk, False, True, IN_TEN_DAYS - timedelta(minutes=5)),
    ]


def test_sheet_seats_who_is_there_and_earns_vouchers_as_taps_do():
    session = make_training()
    there = register(session, is_confirmed=False)
    sheet(session, (there, False))
    there.refresh_from_db()
    assert (there.state, kinds(there)) == ("registered", ["reserved", "earned"])


def test_sheet_is_of_its_own_session_only():
    session, other = make_session(), make_session()
    with pytest.raises(WrongDate):
        sheet(session, (register(session), False), (register(other), False))
    assert AttendanceMark.objects.count() == 0
