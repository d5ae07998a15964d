"""Months that the worker has counted say what their rows say, whatever is changed in them and whoever asks."""

import random
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from businesses.merging import merge, undo
from businesses.models import Business, Membership, Person, SubSector
from diagnostics import months, taking
from diagnostics.figures import FIGURES, tallies
from diagnostics.figures.taking import BREAKDOWNS
from diagnostics.models import Diagnostic, Marginal, Stretch, Touch
from diagnostics.tasks import count_months
from figures.definition import Filters
from programmes.models import Campaign, City, Grouping
from tests.diagnostics.shops import take

BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOW, AFTER = datetime(2026, 7, 10, 12, tzinfo=UTC), datetime(2027, 2, 3, 12, tzinfo=UTC)
DIMENSIONS, TOPICS = ("visibility", "sales", "security"), ("photos", "maps", "shop", "safe", "stock", "news")
CAMPAIGN = {"names": {"fr": "X"}, "starts_on": "2026-01-01", "ends_on": "2026-12-31"}


class World:
    """Some shops that took it between January and July, at random moments, some of them again."""

    def __init__(self, programme, seed):
        self.today = NOW
        self.chance, self.programme = random.Random(seed), programme  # noqa: S311  # the same in every run
        self.cities = [*City.objects.filter(programme=programme)[:4], None]
        for code, cities in (("province", self.cities[:3]), ("arrondissement", self.cities[1:2])):
            grouping = Grouping.objects.create(programme=programme, code=code, names={"fr": code})
            grouping.cities.set(cities)
        self.trades = [*SubSector.objects.filter(programme=programme)[:3]]
        self.campaigns = [Campaign.objects.create(programme=programme, code=code, **CAMPAIGN) for code in "ab"]
        self.shops = [Business.objects.create(programme=programme, name=f"Shop {n}") for n in range(6)]
        self.people = [Person.objects.create(name=f"Person {n}") for n in range(8)]
        for number, person in enumerate(self.people):
            state = Membership.State.REQUESTED if number % 3 == 2 else Membership.State.APPROVED
            decided = BEGIN if state == Membership.State.APPROVED else None
            Membership.objects.create(person=person, business=self.shops[number % 6], state=state, decided_at=decided)
        self.version = take(programme, at=BEGIN).version
        for _each in range(30):
            self.add()

    def moment(self):
        return BEGIN + timedelta(minutes=self.chance.randrange(190 * 24 * 60))

    def rows(self):
        return Diagnostic.objects.order_by("pk")

    def one(self, rows=None):
        found = [*(self.rows() if rows is None else rows)]
        return self.chance.choice(found) if found else None

    # Things that happen

    def add(self, at=None):
        number = self.chance.randrange(8)
        person = self.people[number] if self.chance.random() < 0.7 else None
        row = Diagnostic(
            programme=self.programme,
            campaign=self.chance.choice([*self.campaigns, None]),
            version=self.version,
            sub_sector=self.chance.choice(self.trades),
            city=self.chance.choice(self.cities),
            language="fr",
            code_digest=str(uuid4()),
            person=person,
            business=self.shops[number % 6] if person else None,
            previous=self.one() if self.chance.random() < 0.2 else None,
            started_at=at or self.moment(),
        )
        row.save()
        if self.chance.random() < 0.8:
            self.complete(row)
        learnt = row.started_at + timedelta(days=self.chance.choice([2, 2, 40]))
        Diagnostic.objects.filter(pk=row.pk).update(recorded_at=learnt)

    def complete(self, row=None):
        row = row or self.one(self.rows().open())
        if row:
            self._hand_over(row)
            row.save()

    def _hand_over(self, row):
        row.score = self.chance.choice([None, *range(0, 101, 5)])
        row.profile = {code: self.chance.choice([None, 10, 50]) for code in DIMENSIONS}
        row.result = {"topics": [{"code": code} for code in self.chance.sample(TOPICS, 3)]}
        row.completed_at = row.started_at + timedelta(seconds=self.chance.randrange(60, 90_000))

    def enter_late(self):
        self.add(at=BEGIN + timedelta(days=self.chance.randrange(60)))

    def erase(self):
        Diagnostic.objects.filter(person=self.chance.choice(self.people)).update(person=None)

    def give_to_another_shop(self):
        Diagnostic.objects.filter(pk=self.one().pk).update(business=self.chance.choice(self.shops))

    def move(self):
        city, trade = self.chance.choice(self.cities), self.chance.choice(self.trades)
        Diagnostic.objects.filter(pk=self.one().pk).update(city=city, sub_sector=trade)

    def delete(self):
        row = self.one()
        Diagnostic.objects.filter(previous=row).update(previous=None)
        row.delete()

    def decide(self):
        member = self.chance.choice([*Membership.objects.order_by("pk")])
        now = {"state": Membership.State.REQUESTED, "decided_at": None}
        if member.state == Membership.State.REQUESTED:
            now = {"state": Membership.State.APPROVED, "decided_at": NOW}
        Membership.objects.filter(pk=member.pk).update(**now)

    def leave(self):
        Membership.objects.order_by("pk").first().delete()

    def start(self):
        row = self.one()
        Diagnostic.objects.filter(pk=row.pk).update(started_at=row.started_at - timedelta(minutes=30))


HAPPENINGS = (
    World.add,
    World.complete,
    World.enter_late,
    World.erase,
    World.give_to_another_shop,
    World.move,
    World.delete,
    World.decide,
    World.leave,
    World.start,
)


def asked(filters, ways):
    """What all figures are made of, whole and by these ways."""
    found = {}
    for measure in tallies.MEASURES:
        for by in ("", *ways):
            told = tallies.tallies(measure, filters, by)
            found[measure.name, by] = {part: tally for part, tally in told.items() if tally}
    return found


def some_filters(world):
    """One for each way in which figures are asked for."""
    now = Filters(world.programme.pk, as_of=world.today)
    cities = frozenset(city.pk for city in world.cities[:2])
    narrowed = (
        {"campaign": world.campaigns[0].pk},
        {"cities": cities},
        {"sub_sector": world.trades[0].pk},
        {"cities": cities, "sub_sector": world.trades[1].pk},
        {"since": date(2026, 2, 1), "until": date(2026, 5, 31)},
        {"since": date(2026, 2, 10), "until": date(2026, 5, 20)},
        {"as_of": datetime(2026, 4, 15, 9, tzinfo=UTC)},
        {"known_at": datetime(2026, 5, 3, 9, tzinfo=UTC)},
    )
    return [now, *(Filters(**{"programme": world.programme.pk, "as_of": world.today, **each}) for each in narrowed)]


@contextmanager
def nothing_counted():
    with transaction.atomic():
        Stretch.objects.all().delete()
        yield
        transaction.set_rollback(True)


def check(world):
    """As one who reads now sees it, and as two others do; by two breakdowns of all."""
    now, *others = some_filters(world)
    for filters in (now, *world.chance.sample(others, 2)):
        ways = world.chance.sample(BREAKDOWNS, 2)
        found = asked(filters, ways)
        with nothing_counted():
            assert found == asked(filters, ways)


def mean(world, **narrowed):
    [definition] = [one for one in FIGURES if one.code == "score-mean"]
    return definition.compute(Filters(world.programme.pk, **narrowed)).value


@pytest.fixture
def world(commerce):
    return World(commerce, 1)


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.long)])
def test_counted_months_say_what_their_rows_say_whatever_happens(commerce, seed):
    world = World(commerce, seed)
    months.count_due(NOW)
    for number in range(6):
        world.chance.choice(HAPPENINGS)(world)
        check(world)
        if number % 3 == 0:
            months.count_due(NOW)
            check(world)


@pytest.mark.parametrize("happens", HAPPENINGS, ids=lambda happens: happens.__name__)
def test_what_changes_a_month_is_seen_at_once_and_after_the_next_count(world, happens):
    months.count_due(NOW)
    happens(world)
    check(world)
    months.count_due(NOW)
    check(world)


def test_merged_shops_are_counted_anew(world):
    months.count_due(NOW)
    merged = merge(kept=world.shops[0], gone=world.shops[1], by=None)
    check(world)
    months.count_due(NOW)
    undo(merge=merged, by=None)
    check(world)
    months.count_due(NOW)
    check(world)


def test_months_that_are_over_are_counted_once(world):
    assert months.count_due(NOW) == 7
    assert [stretch.is_year for stretch in Stretch.objects.all()].count(True) == 1
    assert months.count_due(NOW) == 0
    assert not Touch.objects.exists()


def test_running_month_is_counted_until_today_and_anew_every_night(world):
    months.count_due(NOW)
    assert months.count_due(NOW + timedelta(hours=8)) == 0
    assert months.count_due(NOW + timedelta(days=1)) == 1
    check(world)
    assert Stretch.objects.count() == 8


def test_year_is_added_up_and_read_instead_of_its_months(world):
    world.today = AFTER
    assert months.count_due(AFTER) == 14
    [year] = [stretch for stretch in Stretch.objects.all() if stretch.is_year]
    check(world)
    Marginal.objects.filter(stretch=year).update(scores={"50": 7})
    assert mean(world, as_of=AFTER) == 50


def test_year_is_not_read_once_a_month_of_it_was_touched_nor_once_that_was_counted_again(world):
    world.today = AFTER
    months.count_due(AFTER)
    world.enter_late()
    check(world)
    for month in months._due(world.programme, AFTER):
        months.count_month(world.programme, month)
    assert not [stretch for stretch in Stretch.objects.all() if stretch.is_year]
    check(world)
    months.count_due(AFTER)
    check(world)


def test_year_that_begins_earlier_after_all_replaces_the_one_before(world):
    Diagnostic.objects.filter(started_at__lt=datetime(2026, 3, 1, tzinfo=UTC)).delete()
    months.count_due(NOW)
    world.add(at=BEGIN)
    months.count_due(NOW)
    assert [stretch.is_year for stretch in Stretch.objects.all()].count(True) == 1
    check(world)


def test_only_what_was_touched_is_counted_again(world):
    months.count_due(NOW)
    early = world.rows().completed().filter(completed_at__lt=datetime(2026, 6, 1, tzinfo=UTC))
    row = early.filter(business=None, previous=None, next_ones=None).first()
    Diagnostic.objects.filter(pk=row.pk).update(city=world.cities[0])
    touched = {timezone.localdate(at).replace(day=1) for at in (row.started_at, row.completed_at)}
    assert months.count_due(NOW) == len(touched)


def test_answers_that_are_kept_touch_nothing(world):
    months.count_due(NOW)
    row = taking.start(
        programme=world.programme,
        sub_sector=world.trades[0],
        city=None,
        staff_size="alone",
        language="fr",
        at=BEGIN,
    )
    months.count_due(NOW)
    Diagnostic.objects.filter(pk=row.pk).update(answers={}, changed_at=NOW)
    assert not Touch.objects.exists()


def test_figures_of_counted_months_read_no_rows_of_theirs(world):
    months.count_due(NOW)
    Marginal.objects.update(scores={"50": 7})
    assert mean(world, until=date(2026, 6, 30), as_of=NOW) == 50


@pytest.mark.django_db(transaction=True)
def test_month_is_not_counted_while_somebody_changes_it(world):
    with transaction.atomic():
        world.enter_late()
        counted = []
        other = Thread(target=lambda: counted.append(elsewhere(lambda: months.count_due(NOW))))
        other.start()
        other.join(20)
        assert counted == [0]
    assert months.count_due(NOW) > 0
    check(world)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", [2, 3])
def test_figure_is_read_again_when_months_were_counted_between_its_statements(world, at):
    """The year that the first statement saw is gone, or what the second one counted lies where the third one counts."""
    months.count_due(NOW)
    early = world.rows().completed().exclude(score=None).first()

    def move_to_today():
        Diagnostic.objects.filter(pk=early.pk).update(completed_at=NOW - timedelta(hours=1))
        months.count_due(NOW)

    def meanwhile(execute, sql, params, many, context):
        asked.append(sql)
        if len(asked) == at:
            other = Thread(target=lambda: elsewhere(move_to_today))
            other.start()
            other.join(20)
        return execute(sql, params, many, context)

    asked = []
    with connection.execute_wrapper(meanwhile):
        found = mean(world, as_of=NOW)
    with nothing_counted():
        assert found == mean(world, as_of=NOW)


def elsewhere(work):
    """Over a connection of its own."""
    try:
        return work()
    finally:
        connection.close()


def test_measures_are_columns_of_marginals():
    columns = {field.name for field in Marginal._meta.fields}
    assert {measure.name for measure in tallies.MEASURES} <= columns


def test_clock_lets_the_worker_count(world, settings):
    """By now all of these are over."""
    assert settings.CELERY_BEAT_SCHEDULE["diagnostics: count"]["task"] == count_months.name
    count_months()
    assert Stretch.objects.filter(begins_at__year=2026).exists()
    check(world)
