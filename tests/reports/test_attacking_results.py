"""Scores, topics and slips as they are released, attacked: somebody with all protected counts, which is more than releases show, and a
solver. Two cities that share an evening, and two periods, each counted again."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from figures.tables import TOTAL, Published, Table
from programmes.models import Grouping
from reports import periods, protecting
from surveys.models import Slip
from tests.diagnostics.shops import copies, highest, lowest, take
from tests.figures.attack import broken
from tests.figures.test_attack import primary_alone
from tests.reports.crowds import EVENINGS, TRADES, make_crowd
from trainings.models import Topic

JULY, OCTOBER = (datetime(2016, month, 8, 18, 30, tzinfo=UTC) for month in (7, 10))
MAY, AUGUST = (datetime(2016, month, 20, 16, tzinfo=UTC) for month in (5, 8))
LEVELS = {"lowest": lowest, "highest": highest}
# What was counted at once: since when, until when, and up to which round: a quarter, its campaign, the next quarter, the campaign again.
SPRING, SUMMER = (datetime(2016, month, 1, tzinfo=UTC) for month in (4, 7))
SCOPES = ((SPRING, SUMMER, 1), (SPRING, JULY, 1), (SUMMER, OCTOBER, 2), (SPRING, OCTOBER, 2))


@dataclass(frozen=True)
class Unit:
    """A result or a slip, said in the test's own words: it counts in each of its columns, or in all of them at once."""

    columns: tuple[str, ...]
    cities: tuple[str, ...]
    at: datetime
    round: int

    def lots(self, *, is_joint):
        where = ("+".join(self.cities), *self._scopes)
        return [(" ".join(self.columns), *where)] if is_joint else [(column, *where) for column in self.columns]

    @property
    def _scopes(self):
        for number, (since, until, round_) in enumerate(SCOPES):
            if since <= self.at < until and self.round <= round_:
                yield str(number)


@pytest.fixture
def crowd(commerce):
    crowd = make_crowd(commerce)
    crowd.cities.pop("ciney")
    return crowd


def diagnosed(crowd, city, family, level, n, at):
    for one in copies(take(crowd.programme, TRADES[family], LEVELS[level], at, city=crowd.cities[city]), n):
        topics = tuple(sorted(each["code"] for each in one.result["topics"]))
        themes = tuple(sorted(["score", *(code for code, points in one.profile.items() if points is not None)]))
        yield (
            Unit(topics, (city,), one.completed_at, crowd.round),
            Unit(themes, (city,), one.completed_at, crowd.round),
        )


def signed(crowd, evening, city, **reasons):
    for reason, n in reasons.items():
        crowd.come(evening, city, food=n)
        seats = crowd.evenings[evening].registrations.filter(slips=None)
        at, hosts = EVENINGS[evening]
        own = {"name": "A", "language": "fr", "signed_at": at, "wants_nothing": True, "reason": reason}
        Slip.objects.bulk_create(
            Slip(registration=seat, person=seat.person, business=seat.business, **own) for seat in seats
        )
        cities = tuple(name for name in sorted(hosts) if name in crowd.cities)
        yield from [Unit((reason,), cities, at, crowd.round)] * n


def protected(crowd, period, at):
    return protecting.counts_for(crowd.programme, period, at).content["tables"]


def story(crowd):
    """What an attacker has of each attribute: its units, and the counts of a quarter and its campaign, the next and the campaign again."""
    campaign = periods.of_campaign(crowd.campaign)
    results = [
        *diagnosed(crowd, "namur", "food", "lowest", 12, MAY),
        *diagnosed(crowd, "namur", "fashion", "highest", 3, MAY),
        *diagnosed(crowd, "dinant", "food", "lowest", 7, MAY),
        *diagnosed(crowd, "dinant", "nature", "lowest", 9, MAY),
    ]
    slips = [*signed(crowd, "may", "namur", cost=14, time=8), *signed(crowd, "june", "dinant", cost=2, time=7, level=9)]
    made = [protected(crowd, periods.of_quarter(2016, 2), JULY), protected(crowd, campaign, JULY)]
    crowd.round = 2
    results += [
        *diagnosed(crowd, "dinant", "fashion", "highest", 2, AUGUST),
        *diagnosed(crowd, "namur", "nature", "lowest", 8, AUGUST),
        *diagnosed(crowd, "namur", "food", "lowest", 1, MAY),
    ]
    slips += [*signed(crowd, "september", "dinant", cost=6, level=3), *signed(crowd, "may", "namur", time=2)]
    made += [protected(crowd, periods.of_quarter(2016, 3), OCTOBER), protected(crowd, campaign, OCTOBER)]
    return {
        "topics": [one for one, _other in results],
        "scores": [other for _one, other in results],
        "declining": slips,
    }, made


class Attacker:
    """Knows who could count where; of the numbers only what is shown, and of topics how many there are in all."""

    def __init__(self, crowd, code, units):
        self.code, self.has_totals = code, code == "topics"
        self.people = Counter(lot for unit in units for lot in unit.lots(is_joint=code == "scores"))
        if self.has_totals:
            possible = Topic.objects.filter(programme=crowd.programme).values_list("code", flat=True)
            self.people = {(topic, *lot[1:]): 0 for topic in possible for lot in self.people} | self.people
        groupings = Grouping.objects.filter(programme=crowd.programme)
        self.members = {"whole": {*crowd.cities}}
        if code != "declining":
            self.members |= {f"city-{city.code}": {name} for name, city in crowd.cities.items()}
        for grouping in groupings:
            inside = {name for name, city in crowd.cities.items() if grouping.cities.filter(pk=city.pk).exists()}
            self.members |= {f"grouping-{grouping.code}": inside} if inside else {}

    def tables(self, number, shown):
        return [self._table(number, place, shown.get(place, {"numbers": {}})) for place in sorted(self.members)]

    def _table(self, number, place, shown):
        cells = {}
        for lot in self.people:
            if str(number) in lot[2:] and self.members[place] & {*lot[1].split("+")}:
                for column in (*lot[0].split(), *[TOTAL] * self.has_totals):
                    cells.setdefault((place, column), set()).add(lot)
        frozen = {each: frozenset(lots) for each, lots in cells.items()}
        open_ = frozenset({(place, TOTAL)} & frozen.keys())
        numbers = {each: shown["numbers"].get(each[1]) for each in frozen}
        numbers |= {each: sum(self.people[lot] for lot in frozen[each]) for each in open_}
        return Published(
            Table(place, (place,), tuple(sorted(column for _place, column in cells)), frozen, 5, open_), numbers
        )


def attacked(crowd):
    """What is broken of each attribute, and how many numbers are shown."""
    found, shown = {}, {}
    units, made = story(crowd)
    for code, own in units.items():
        attacker = Attacker(crowd, code, own)
        rounds = [attacker.tables(number, tables[code]) for number, tables in enumerate(made)]
        before = [[each for tables in rounds[:number] for each in tables] for number in range(len(rounds))]
        found[code] = [broken(tables, attacker.people, earlier) for tables, earlier in zip(rounds, before, strict=True)]
        shown[code] = sum(n is not None for tables in rounds for each in tables for n in each.numbers.values())
    return found, shown


def test_scores_topics_and_slips_of_all_releases_together_give_nothing_away(crowd):
    found, shown = attacked(crowd)
    assert found == {code: [{}] * 4 for code in ("topics", "scores", "declining")}
    assert min(shown.values()) > 12


def test_primary_suppression_alone_of_scores_topics_and_slips_would_be_broken(crowd, monkeypatch):
    monkeypatch.setattr(protecting, "publish", lambda tables, people, *_others: [*primary_alone(tables, people)])
    found, _shown = attacked(crowd)
    assert {code: any(each) for code, each in found.items()} == {"topics": True, "scores": True, "declining": True}
