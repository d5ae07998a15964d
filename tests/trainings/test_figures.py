"""Each figure against rows counted by hand (tests/reports/world.py) and against plain SQL that knows nothing of its code."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from figures.definition import Filters, Unit
from tests.remembered import remembered
from tests.reports.world import NEW_YEAR, SPRING, come, make_year
from trainings import interests, vouchers
from trainings.figures import FIGURES
from trainings.models import Attendance, AttendanceMark, Registration, Session, VoucherEntry

BY_CODE = {definition.code: definition for definition in FIGURES}


@pytest.fixture
def year(db):
    return remembered("year", make_year)


def filtered(year, **narrowed):
    return Filters(**{"programme": year.programme.pk, "as_of": NEW_YEAR, **narrowed})


def value(year, code, **narrowed):
    return BY_CODE[code].compute(filtered(year, **narrowed)).value


def values(year, *codes, **narrowed):
    return [value(year, code, **narrowed) for code in codes]


def parts(year, code, by, **narrowed):
    found = BY_CODE[code].split(filtered(year, **narrowed), by)
    return {key: part.value for key, part in found.items()}


def of_cities(year, found):
    return {name: found[city.pk] for name, city in year.cities.items() if city.pk in found}


# By hand

SESSIONS = ("sessions-held", "sessions-planned", "cities-with-sessions", "cities-with-sessions-planned")


def test_sessions_and_their_cities_as_they_stood_on_the_day(year):
    found = {day: values(year, *SESSIONS, as_of=day) for day in (datetime(2016, 5, 10, 19, tzinfo=UTC), NEW_YEAR)}
    assert [*found.values()] == [[1, 4, 2, 3], [4, 1, 3, 1]]


def test_session_that_was_called_off_later_was_planned_before(year):
    assert value(year, "sessions-planned", as_of=datetime(2016, 3, 31, tzinfo=UTC)) == 6
    assert value(year, "sessions-planned", as_of=datetime(2016, 4, 2, tzinfo=UTC)) == 5


def test_who_came(year):
    assert values(year, "participants", "shops", "people", "helpers") == [8, 3, 4, 1]


def test_participants_per_session(year):
    assert values(year, "participants-per-session", "participants-per-session-median") == [2, 2]
    assert BY_CODE["participants-per-session"].compute(filtered(year)).n == 4
    assert values(year, "participants-per-session", "participants-per-session-median", kind="awareness") == [3, 3]


def test_heads_counted_are_apart_from_participants(year):
    counted = BY_CODE["heads-counted"].compute(filtered(year))
    assert (counted.value, counted.n) == (120, 1)
    assert value(year, "participants", kind="conference") == 0


def test_turnout_leaves_out_who_came_in_unannounced(year):
    found = BY_CODE["turnout"].compute(filtered(year))
    assert (found.value, found.numerator, found.denominator) == (Fraction(6, 7), 6, 7)


def test_reach_leaves_out_cities_whose_shops_are_not_known(year):
    found = BY_CODE["reach"].compute(filtered(year))
    assert (found.value, found.numerator, found.n) == (Fraction(1, 125), 2, 250)
    assert "1" in found.note
    assert BY_CODE["reach"].compute(filtered(year, cities=frozenset([year.cities["ciney"].pk]))).value is None


def test_city_counts_its_own_participants_and_the_whole_everybody_once(year):
    found = of_cities(year, parts(year, "participants", "city"))
    assert found == {"namur": 5, "dinant": 2, "ciney": 1}
    assert of_cities(year, parts(year, "sessions-held", "city")) == {"namur": 2, "dinant": 2, "ciney": 1}


def test_breakdown_of_some_cities_leaves_out_those_that_share_their_sessions(year):
    namur = frozenset([year.cities["namur"].pk])
    assert of_cities(year, parts(year, "sessions-held", "city", cities=namur)) == {"namur": 2}


def test_vouchers_on_the_day_and_after_it(year):
    codes = ("vouchers-full-price", "vouchers-paid", "vouchers-public-share", "vouchers-reserved")
    assert values(year, *codes) == [180, 90, 90, 0]
    assert values(year, *codes, as_of=datetime(2016, 11, 16, tzinfo=UTC)) == [0, 0, 0, 180]
    assert values(year, "vouchers-public-part", "public-share-per-shop") == [Fraction(1, 2), 90]


def test_vouchers_agree_with_the_forecast(year):
    forecast = vouchers.forecast(year.first, NEW_YEAR)
    assert values(year, "vouchers-public-share", "vouchers-reserved") == [forecast.earned, forecast.reserved]


def test_voucher_of_somebody_without_a_shop_is_no_shops(year):
    seats = Registration.objects.filter(session=year.sessions["course"])
    bruno = seats.get(person=year.people["Bruno"])
    come(bruno, date=bruno.session.dates.latest("starts_at"))
    seats.filter(pk=bruno.pk).update(business=None)
    assert values(year, "vouchers-public-share", "public-share-per-shop") == [180, 90]
    seats.update(business=None)
    assert values(year, "vouchers-public-share", "public-share-per-shop") == [180, None]


def test_modules_by_approval(year):
    assert value(year, "modules") == 1
    assert parts(year, "modules", "kind") == {"approved": 1}


def test_waiting_as_it_was_on_the_day(year):
    days = (NEW_YEAR, SPRING, datetime(2017, 3, 8, tzinfo=UTC))
    assert [value(year, "waiting", as_of=day) for day in days] == [0, 1, 0]
    assert of_cities(year, parts(year, "waiting", "city", as_of=SPRING)) == {"dinant": 1}


def test_interest_stands_until_it_is_taken_back(year):
    topic, user = year.programme.topics.get(), User.objects.create_user("a@example.org")
    wish = interests.ask(topic=topic, city=year.cities["namur"], language="fr", user=user, at=NEW_YEAR)
    interests.withdraw(interest=wish, at=SPRING)
    days = (NEW_YEAR - timedelta(days=1), NEW_YEAR, SPRING)
    assert [value(year, "interests", as_of=day) for day in days] == [0, 1, 0]
    assert parts(year, "interests", "topic") == {topic.pk: 1}


# Filters


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({"since": date(2016, 9, 20), "until": date(2016, 9, 20)}, [1, 2, 2]),
        ({"since": date(2016, 9, 21)}, [1, 2, 2]),
        ({"until": date(2016, 5, 9)}, [0, 0, 0]),
        ({"kind": "training"}, [1, 2, 2]),
        ({"kind": "visit"}, [0, 0, 0]),
    ],
)
def test_period_and_kind_narrow_what_counts(year, narrowed, expected):
    assert values(year, "sessions-held", "participants", "shops", **narrowed) == expected


def test_campaign_trade_and_city_narrow_what_counts(year):
    codes = ("participants", "shops", "helpers")
    assert values(year, *codes, campaign=year.second.pk) == [0, 0, 0]
    assert values(year, *codes, sub_sector=year.trades.baker.pk) == [3, 2, 0]
    assert values(year, *codes, cities=frozenset([year.cities["namur"].pk])) == [5, 1, 1]
    assert values(year, *codes, cities=frozenset()) == [0, 0, 0]


def test_nothing_is_divided_by_nought(year):
    found = [
        definition.compute(filtered(year, campaign=year.second.pk))
        for definition in FIGURES
        if definition.code != "modules"
    ]
    assert {part.value for part in found} <= {None, 0, 1}
    shares = [d for d in FIGURES if d.unit in (Unit.SHARE, Unit.MEAN)]
    assert {d.compute(filtered(year, campaign=year.second.pk)).value for d in shares} == {None}


def test_paper_that_came_later_was_not_known_before(year):
    known = timezone.now() - timedelta(days=10)
    for model in (Session, Registration, AttendanceMark, VoucherEntry):
        model.objects.update(recorded_at=known)
    late = AttendanceMark.objects.filter(registration__person=year.people["Chloé"])
    late.update(recorded_at=known + timedelta(days=5))
    then, now = known + timedelta(days=1), timezone.now()
    assert [value(year, "participants", known_at=moment) for moment in (then, now, None)] == [7, 8, 8]
    assert [value(year, "participants-per-session", known_at=moment) for moment in (then, now)] == [Fraction(7, 4), 2]


def test_mark_taken_back_later_was_known_before(year):
    late = AttendanceMark.objects.filter(registration__person=year.people["Chloé"])
    AttendanceMark.objects.update(recorded_at=NEW_YEAR)
    Registration.objects.update(recorded_at=NEW_YEAR)
    Session.objects.update(recorded_at=NEW_YEAR)
    late.update(withdrawn_at=SPRING)
    Attendance.objects.filter(registration__person=year.people["Chloé"]).delete()
    assert [value(year, "participants", known_at=moment) for moment in (NEW_YEAR, SPRING)] == [8, 7]


# Every part, counted by itself

NARROWED = {
    "campaign": lambda filters, key: replace(filters, campaign=key),
    "city": lambda filters, key: replace(filters, cities=frozenset([key])),
    "sub_sector": lambda filters, key: replace(filters, sub_sector=key),
    "kind": lambda filters, key: replace(filters, kind=key),
    "month": lambda filters, key: replace(
        filters, since=key, until=(key + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    ),
}
SPLIT = [(d.code, by) for d in FIGURES for by in d.breakdowns if by in NARROWED]


@pytest.mark.parametrize(("code", "by"), SPLIT)
def test_part_of_a_breakdown_is_the_figure_under_that_filter(year, code, by):
    filters = filtered(year)
    for key, part in (BY_CODE[code].split(filters, by) or {}).items():
        alone = BY_CODE[code].compute(NARROWED[by](filters, key))
        assert (part.value, part.n) == (alone.value, alone.n), key


# Plain SQL

COMMON = """
WITH held AS (
    SELECT id FROM trainings_session
    WHERE programme_id = %(programme)s AND state <> 'draft' AND ends_at <= %(at)s
        AND (state <> 'cancelled' OR cancelled_at > %(at)s)
), heads AS (
    SELECT DISTINCT r.id, a.is_helper, r.session_id, r.business_id, r.person_id FROM trainings_attendance a
    JOIN trainings_registration r ON r.id = a.registration_id
    WHERE a.is_present AND r.session_id IN (SELECT id FROM held)
), rooms AS (
    SELECT count(heads.id) AS n FROM held LEFT JOIN heads ON heads.session_id = held.id GROUP BY held.id
), last AS (
    SELECT DISTINCT ON (registration_id) * FROM trainings_voucherentry WHERE at <= %(at)s
    ORDER BY registration_id, position DESC
)
"""
PLAIN = {
    "sessions-held": "SELECT count(*) FROM held",
    "cities-with-sessions": "SELECT count(DISTINCT city_id) FROM trainings_session_cities WHERE session_id IN (TABLE held)",
    "participants": "SELECT count(*) FROM heads",
    "helpers": "SELECT count(*) FROM heads WHERE is_helper",
    "shops": "SELECT count(DISTINCT business_id) FROM heads",
    "people": "SELECT count(DISTINCT person_id) FROM heads WHERE NOT is_helper",
    "participants-per-session": "SELECT avg(n) FROM rooms",
    "participants-per-session-median": "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY n) FROM rooms",
    "turnout": """SELECT avg(CASE WHEN id IN (SELECT id FROM heads) THEN 1 ELSE 0 END) FROM trainings_registration
        WHERE state = 'registered' AND channel <> 'door' AND session_id IN (TABLE held)""",
    "vouchers-public-share": "SELECT coalesce(sum(public_share), 0) FROM last WHERE kind = 'earned'",
    "vouchers-full-price": "SELECT coalesce(sum(full_price), 0) FROM last WHERE kind = 'earned'",
    "vouchers-reserved": "SELECT coalesce(sum(public_share), 0) FROM last WHERE kind = 'reserved'",
}


@pytest.mark.parametrize("code", PLAIN)
@pytest.mark.parametrize("at", [datetime(2016, 9, 30, tzinfo=UTC), NEW_YEAR, datetime(2017, 6, 1, tzinfo=UTC)])
def test_figure_is_what_plain_sql_counts(year, code, at):
    with connection.cursor() as cursor:
        cursor.execute(COMMON + PLAIN[code], {"programme": year.programme.pk, "at": at})
        plain = cursor.fetchone()[0]
    assert float(value(year, code, as_of=at)) == pytest.approx(float(plain), abs=1e-9)
