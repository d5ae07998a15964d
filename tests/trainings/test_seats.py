from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainings.seats import Entry, Promotions, offered_until, promotions

BRUSSELS = ZoneInfo("Europe/Brussels")


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


def line(*seats):
    return [Entry(key=10 + rank, rank=rank, seats=number) for rank, number in enumerate(seats, 1)]


def test_first_in_line_gets_the_seat_whatever_the_order_of_the_rows():
    assert promotions(reversed(line(1, 1, 1)), 2) == Promotions(seated=(11, 12), skipped=())


def test_pair_that_does_not_fit_is_passed_over_and_said_so():
    assert promotions(line(2, 1), 1) == Promotions(seated=(12,), skipped=(11,))


def test_pair_that_nobody_overtakes_is_not_passed_over():
    assert promotions(line(2, 2), 1) == Promotions(seated=(), skipped=())
    assert promotions(line(1, 2), 2) == Promotions(seated=(11,), skipped=())


def test_nothing_free_or_nobody_waiting_changes_nothing():
    assert promotions(line(1, 2), 0) == promotions([], 3) == promotions(line(1), -1) == Promotions((), ())


@given(st.lists(st.sampled_from([1, 2]), max_size=8), st.integers(0, 10))
def test_no_seat_stays_free_that_an_entry_would_fit(seats, free):
    entries = line(*seats)
    found = promotions(entries, free)
    taken = {entry.key: entry.seats for entry in entries if entry.key in found.seated}
    left = free - sum(taken.values())
    assert left >= 0
    assert [entry for entry in entries if entry.key not in taken and entry.seats <= left] == []
    assert set(found.skipped).isdisjoint(found.seated)


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-11-02T12:00", "2026-11-03T12:00"),
        ("2026-11-02T09:00", "2026-11-03T09:00"),
        ("2026-11-02T20:00", "2026-11-03T20:00"),
        ("2026-11-02T20:01", "2026-11-04T09:00"),
        ("2026-11-02T23:59", "2026-11-04T09:00"),
        ("2026-11-03T00:00", "2026-11-04T09:00"),
        ("2026-11-02T08:59", "2026-11-03T09:00"),
    ],
)
def test_offer_ends_a_day_later_between_nine_and_twenty(at, end):
    assert offered_until(local(at), None) == local(end)


@pytest.mark.parametrize(
    ("at", "starts_at", "end"),
    [
        ("2026-11-02T07:00", "2026-11-03T08:00", "2026-11-02T20:00"),
        ("2026-11-02T20:30", "2026-11-03T21:00", "2026-11-03T20:00"),
        ("2026-11-02T17:00", "2026-11-03T18:00", "2026-11-03T17:00"),
    ],
)
def test_offer_ends_before_the_session_begins(at, starts_at, end):
    assert offered_until(local(at), local(starts_at)) == local(end)


@pytest.mark.parametrize(
    ("at", "end", "hours"),
    [
        ("2027-03-27T12:00", "2027-03-28T12:00", 23),  # the night of 02:00 to 03:00 is missing
        ("2026-10-24T12:00", "2026-10-25T12:00", 25),  # ... comes twice
        ("2027-03-27T02:30", "2027-03-28T09:00", 29.5),
        ("2026-10-24T02:30", "2026-10-25T09:00", 31.5),
    ],
)
def test_offer_over_the_night_the_clocks_change_is_a_day_on_the_wall(at, end, hours):
    until = offered_until(local(at), None)
    assert until == local(end)
    assert until.timestamp() - local(at).timestamp() == hours * 3600


@given(
    st.datetimes(datetime(2026, 9, 1), datetime(2027, 5, 1), timezones=st.just(BRUSSELS)),
    st.timedeltas(timedelta(hours=24, seconds=1), timedelta(days=4)),
)
def test_every_offer_ends_by_day_after_now_and_before_the_session(at, ahead):
    starts_at = datetime.fromtimestamp(at.timestamp() + ahead.total_seconds(), BRUSSELS)
    end = offered_until(at, starts_at)
    assert time(9) <= end.time() <= time(20)
    assert at.timestamp() < end.timestamp() <= starts_at.timestamp()
