"""What the portal releases, attacked: somebody with every release of every city, grouping and period, and a solver."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from figures.tables import TOTAL, Published, Table
from outbox import leasing
from outbox.jobs import make
from outbox.models import Job
from programmes.models import Grouping
from reports import city_report, periods, protecting, quarterly, spreadsheets
from reports.models import Frozen, Protected
from reports.reading import Reading
from reports.releasing import release
from reports.subjects import Subject
from tests import pdfs
from tests.figures.attack import broken
from tests.figures.test_attack import primary_alone
from tests.reports.crowds import EVENINGS, make_crowd

FAMILIES = ("-", "fashion", "food", "health", "home", "leisure", "nature")
JUNE, JULY, AUGUST, OCTOBER = (datetime(2016, month, 8, 18, 30, tzinfo=UTC) for month in (6, 7, 8, 10))


@pytest.fixture
def crowd(commerce):
    return make_crowd(commerce)


@dataclass(frozen=True)
class Scope:
    """What was counted at once, said in the test's own words."""

    evenings: tuple[str, ...]
    round: int

    def counts(self, visit):
        return visit.evening in self.evenings and visit.round <= self.round


def first_round(crowd):
    crowd.come("may", "namur", food=14, fashion=2, home=8, nature=9)
    crowd.come("june", "namur", food=7, fashion=6, home=3, nature=5)
    crowd.come("june", "dinant", food=9, fashion=4, home=12, nature=6)


def second_round(crowd):
    crowd.round = 2
    crowd.come("may", "namur", fashion=1, home=2)
    crowd.come("august", "dinant", food=6, fashion=7, nature=1)
    crowd.come("august", "ciney", food=8, fashion=5, home=11, nature=3)
    crowd.come_again("august", "namur", "food", 4)
    crowd.come_again("august", "dinant", "home", 2)


def third_round(crowd):
    crowd.round = 3
    crowd.come("september", "dinant", fashion=2, home=6)
    crowd.come("september", "ciney", food=1, nature=7)


def subjects(crowd, period):
    groupings = Grouping.objects.filter(programme=crowd.programme, cities__in=crowd.cities.values()).distinct()
    yield Subject(crowd.programme, period)
    for city in crowd.cities.values():
        yield Subject(crowd.programme, period, city)
    for grouping in groupings:
        yield Subject(crowd.programme, period, grouping=grouping)


def protected(crowd, period, at):
    """The shops by family in all places at once, as releases take them from there: what is not in a table that is shown is nought."""
    places = protecting.counts_for(crowd.programme, period, at).content["tables"]["families"]
    return {
        (place, family): None if shown["is_mostly_hidden"] else shown["numbers"].get(family, 0)
        for place, shown in places.items()
        for family in FAMILIES
    }


class Attacker:
    """Knows who could have come where; of the numbers only what releases show."""

    def __init__(self, crowd, scopes):
        self.crowd, self.scopes = crowd, scopes
        self.members = {f"city-{city.code}": {name} for name, city in crowd.cities.items()}
        self.members["whole"] = {*crowd.cities}
        for grouping in Grouping.objects.filter(programme=crowd.programme):
            inside = {name for name, city in crowd.cities.items() if grouping.cities.filter(pk=city.pk).exists()}
            if inside:
                self.members[f"grouping-{grouping.code}"] = inside
        self.people = Counter(self._lots().values())
        nobody = {(family, *lot[1:]): 0 for family in FAMILIES for lot in self.people}
        self.people = nobody | self.people

    def _lots(self):
        """Of each shop its family, city and in which scopes it counts."""
        found = {}
        for visit in self.crowd.visits:
            where = found.setdefault(visit.shop, (visit.family, visit.city, set()))[2]
            where |= {str(number) for number, scope in enumerate(self.scopes) if scope.counts(visit)}
        return {shop: (family, city, *sorted(where)) for shop, (family, city, where) in found.items()}

    def tables(self, number, numbers):
        return [self._table(number, place, cities, numbers) for place, cities in sorted(self.members.items())]

    def _table(self, number, place, cities, numbers):
        cells = {}
        for lot in self.people:
            if lot[1] in cities and str(number) in lot[2:]:
                for column in (lot[0], TOTAL):
                    cells.setdefault((place, column), set()).add(lot)
        frozen = {each: frozenset(lots) for each, lots in cells.items()}
        open_ = frozenset({(place, TOTAL)} & frozen.keys())
        table = Table(place, (place,), tuple(sorted(column for _place, column in cells)), frozen, 5, open_)
        shown = {each: numbers.get(each) for each in frozen}
        shown |= {each: sum(self.people[lot] for lot in frozen[each]) for each in open_}
        return Published(table, shown)


def story(crowd):
    """Three rounds of counts: a quarter and its campaign, the campaign in the next quarter with late entries, the next quarter and the
    campaign again. Returns what an attacker has of each round."""
    campaign = periods.of_campaign(crowd.campaign)
    spring = ("may", "june")
    scopes = [
        Scope(spring, 1),
        Scope(spring, 1),
        Scope((*spring, "august"), 2),
        Scope(("august", "september"), 3),
        Scope((*EVENINGS,), 3),
    ]
    made = []
    first_round(crowd)
    made += [protected(crowd, periods.of_quarter(2016, 2), JUNE), protected(crowd, campaign, JUNE)]
    second_round(crowd)
    made += [protected(crowd, campaign, AUGUST)]
    third_round(crowd)
    made += [protected(crowd, periods.of_quarter(2016, 3), OCTOBER), protected(crowd, campaign, OCTOBER)]
    attacker = Attacker(crowd, scopes)
    return attacker, [attacker.tables(number, numbers) for number, numbers in enumerate(made)]


def broken_in(attacker, rounds):
    """Each release beside the earlier ones: what was known before gives nothing new away."""
    return [
        broken(tables, attacker.people, [each for before in rounds[:number] for each in before])
        for number, tables in enumerate(rounds)
    ]


def test_all_releases_together_give_nothing_away(crowd):
    attacker, rounds = story(crowd)
    assert broken_in(attacker, rounds) == [{}, {}, {}, {}, {}]
    shown = [sum(n is not None for each in tables for n in each.numbers.values()) for tables in rounds]
    assert min(shown) > 12  # it is not that nothing is shown


def test_primary_suppression_alone_would_be_broken(crowd, monkeypatch):
    monkeypatch.setattr(protecting, "publish", lambda tables, people, *_others: [*primary_alone(tables, people)])
    attacker, rounds = story(crowd)
    assert [bool(found) for found in broken_in(attacker, rounds)] == [True, False, True, True, True]


def seen(made):
    """The shops by family that stand in a release, by place and family."""
    table = made.content["tables"]["families"]
    instead = table["instead"]
    own = f"grouping-{instead['code']}" if instead else made.content["subject"]["code"]
    places = ["whole" if column["is_whole"] else own for column in table["columns"][::2]]
    cells = {row["code"]: row["cells"][::2] for row in table["rows"]}
    return {
        (place, family): None if cell == "held back" else int(cell)
        for family in FAMILIES  # of what has no row there is none
        for place, cell in zip(places, cells.get(family, ["0"] * len(places)), strict=True)
    }


def test_releases_show_what_was_protected_and_nothing_else(crowd):
    first_round(crowd)
    counts = protected(crowd, periods.of_campaign(crowd.campaign), JULY)
    found = {}
    for subject in subjects(crowd, periods.of_campaign(crowd.campaign)):
        found |= {place: n for place, n in seen(release(subject=subject, at=JULY)).items() if n is not None}
    assert found == {place: counts.get(place, 0) for place in found}
    assert sum(n > 0 for n in found.values()) > 12


def table(made, code="families"):
    return made.content["tables"][code]


def campaign_of(crowd, city=None):
    named = crowd.cities[city] if city else None
    return Subject(crowd.programme, periods.of_campaign(crowd.campaign), named)


def test_one_more_city_is_read_out_of_the_same_counts(crowd, monkeypatch):
    first_round(crowd)
    release(subject=campaign_of(crowd), at=JULY)
    monkeypatch.setattr(protecting, "publish", None)  # nothing calls for the solver again
    namur = release(subject=campaign_of(crowd, "namur"), at=JULY + timedelta(days=20))
    assert Protected.objects.count() == 1
    assert table(namur)["as_of"] == "2016-07-08"


def test_next_quarter_of_the_year_has_counts_of_its_own(crowd):
    first_round(crowd)
    made = [release(subject=campaign_of(crowd), at=at) for at in (JULY, OCTOBER)]
    assert [row.as_of for row in Protected.objects.all()] == [JULY, OCTOBER]
    assert [table(each)["as_of"] for each in made] == [None, None]


def test_period_that_is_over_is_counted_once_after_its_end(crowd):
    first_round(crowd)
    quarter = Subject(crowd.programme, periods.of_quarter(2016, 2))
    for at in (datetime(2016, 6, 30, 12, tzinfo=UTC), JULY, OCTOBER):
        release(subject=quarter, at=at)
    assert [row.as_of for row in Protected.objects.all()] == [datetime(2016, 6, 30, 12, tzinfo=UTC), JULY]


def test_reader_is_told_as_of_when_counts_are(crowd, in_english):
    first_round(crowd)
    release(subject=campaign_of(crowd), at=JULY)
    later = release(subject=campaign_of(crowd, "dinant"), at=JULY + timedelta(days=20))
    assert "Counted as of 8 July 2016." in Reading(later).tables["families"].notes
    assert "Counted as of 8 July 2016." in spreadsheets.csv(later).decode()
    assert "Counted as of 8 July 2016." in pdfs.text(city_report.render(later))


def test_city_that_is_too_small_falls_back_to_its_grouping(crowd, in_english):
    crowd.come("june", "dinant", food=2, fashion=1, home=1)
    crowd.come("may", "namur", food=20, fashion=15, home=18)
    crowd.come("august", "ciney", food=21, fashion=16, home=14)
    dinant = release(subject=campaign_of(crowd, "dinant"), at=OCTOBER)
    read = Reading(dinant).tables["families"]
    assert Protected.objects.get().content["tables"]["families"]["city-91034"]["numbers"] == {}
    assert (table(dinant)["is_too_small"], table(dinant)["instead"]["code"]) == (True, "arrondissement-dinant")
    assert (read.about, read.is_own) == ("Arrondissement of Dinant", False)
    assert [note.split(" (")[0] for note in read.notes] == ["Dinant has too few here to be shown"]
    words = pdfs.text(city_report.render(dinant))
    assert "stands in its place" in words
    assert "Arrondissement of Dinant" in spreadsheets.csv(dinant).decode()


def test_nobody_and_nothing_is_released_as_noughts(crowd):
    made = release(subject=campaign_of(crowd, "ciney"), at=JULY)
    assert [
        (table(made, code)["rows"], table(made, code)["is_too_small"]) for code in ("families", "scores", "topics")
    ] == [([], False)] * 3


def test_score_of_few_is_held_back_beside_another_and_the_whole(crowd):
    at = datetime(2016, 5, 10, 19, tzinfo=UTC)
    for city, n in (("namur", 30), ("dinant", 4), ("ciney", 20)):
        crowd.diagnose(city, "food", n, at)
    rows = {row["code"]: row["cells"] for row in table(release(subject=campaign_of(crowd), at=JULY), "scores")["rows"]}
    shown = {city: table(release(subject=campaign_of(crowd, city), at=JULY), "scores") for city in crowd.cities}
    assert rows["score"][1] == "54"
    assert [shown[city]["is_too_small"] for city in ("namur", "dinant", "ciney")] == [False, True, True]


def test_shop_that_is_entered_late_is_in_the_next_counts(crowd):
    first_round(crowd)
    release(subject=campaign_of(crowd), at=JULY)
    before = protecting._scope_of(Protected.objects.get()).filters
    second_round(crowd)
    shops = {each.unit for each in protecting.ATTRIBUTES[0].rows(before)}
    assert len(shops) == 85


def test_counts_kept_meanwhile_are_reckoned_with(crowd, monkeypatch):
    """Another release was made while these were counted: they are counted again, beside it."""
    first_round(crowd)
    campaign, quarter = periods.of_campaign(crowd.campaign), periods.of_quarter(2016, 2)
    publish, others = protecting.publish, iter([quarter])

    def meanwhile(*args):
        for period in others:
            protecting.counts_for(crowd.programme, period, JULY)
        return publish(*args)

    monkeypatch.setattr(protecting, "publish", meanwhile)
    kept = protecting.counts_for(crowd.programme, campaign, JULY)
    assert [row.span.code for row in Protected.objects.order_by("pk")] == ["2016-q2", "campaign-2016"]
    assert kept == Protected.objects.latest("pk")
    assert kept.made_at > Protected.objects.earliest("pk").made_at


def test_protected_counts_are_never_changed_nor_deleted(crowd):
    kept = protecting.counts_for(crowd.programme, periods.of_quarter(2016, 2), JULY)
    with pytest.raises(Frozen):
        kept.save()
    for change in (lambda rows: rows.update(content={}), lambda rows: rows._raw_delete("default")):
        with pytest.raises(IntegrityError, match="are frozen"), transaction.atomic():
            change(QuerySet(Protected).filter(pk=kept.pk))


def test_solver_that_gives_up_fails_the_job_and_releases_nothing(crowd, monkeypatch):
    def gives_up(*_args):
        raise RuntimeError

    monkeypatch.setattr(protecting, "publish", gives_up)
    with pytest.raises(RuntimeError):
        release(subject=campaign_of(crowd), at=JULY)
    assert not Protected.objects.exists()


def test_clock_makes_counts_ahead_once(crowd):
    first_round(crowd)
    for _round in range(2):
        quarterly.protect_ahead()
        for job in Job.objects.filter(kind=quarterly.AHEAD, state=Job.State.REQUESTED):
            make(leasing.take(Job, job.pk))
    last = quarterly.quarter_due(timezone.localdate())
    assert {row.span.code for row in Protected.objects.all()} >= {last.code}
    assert Job.objects.filter(kind=quarterly.AHEAD).count() == Protected.objects.count()
