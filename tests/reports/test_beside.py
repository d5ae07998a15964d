"""Places that were not there yet when counts were protected: nothing is said of them, least of all noughts."""

from datetime import timedelta

import pytest

from programmes.models import City, Grouping
from reports import city_report
from reports.reading import Reading
from reports.releasing import release
from reports.subjects import Subject
from tests import pdfs
from tests.reports.crowds import make_crowd
from tests.reports.test_protecting import JULY, OCTOBER, campaign_of, first_round, table

LATER = JULY + timedelta(days=20)


@pytest.fixture
def crowd(commerce):
    return make_crowd(commerce)


def grouped(crowd, *cities):
    late = Grouping.objects.create(
        programme=crowd.programme, code="a-meuse", names={"en": "The Meuse", "fr": "La Meuse"}
    )
    late.cities.set([crowd.cities[name] for name in cities])
    return late


def about(crowd, grouping):
    return Subject(crowd.programme, campaign_of(crowd).period, grouping=grouping)


def test_grouping_made_after_the_counts_is_said_not_to_be_counted(crowd, in_english):
    first_round(crowd)
    release(subject=campaign_of(crowd), at=JULY)
    made = release(subject=about(crowd, grouped(crowd, "namur", "dinant")), at=LATER)
    read = Reading(made).tables["families"]
    told = "“The Meuse” was added or changed after this was counted, and has no numbers of its own here:"
    assert {column["is_whole"] for column in table(made)["columns"]} == {True}
    assert (read.is_own, read.is_mostly_hidden) == (False, False)
    assert read.notes == (f"{told} only the whole programme is shown.", "Counted as of 8 July 2016.")
    assert told in pdfs.text(city_report.render(made))


def test_grouping_of_other_cities_since_the_counts_is_said_not_to_be_counted(crowd):
    first_round(crowd)
    grouping = grouped(crowd, "namur")
    release(subject=campaign_of(crowd), at=JULY)
    grouping.cities.add(crowd.cities["dinant"])
    assert table(release(subject=about(crowd, grouping), at=LATER))["is_not_counted"]


def test_city_made_after_the_counts_is_said_not_to_be_counted(crowd):
    first_round(crowd)
    City.objects.filter(pk=crowd.cities["ciney"].pk).update(code="99999")
    release(subject=campaign_of(crowd), at=JULY)
    City.objects.filter(pk=crowd.cities["ciney"].pk).update(code="91030")
    made = table(release(subject=campaign_of(crowd, "ciney"), at=LATER))
    assert (made["is_not_counted"], made["is_too_small"]) == (True, False)


def test_city_that_is_too_small_does_not_fall_back_to_a_grouping_made_after_the_counts(crowd):
    crowd.come("june", "dinant", food=2, fashion=1, home=1)
    crowd.come("may", "namur", food=20, fashion=15, home=18)
    crowd.come("august", "ciney", food=21, fashion=16, home=14)
    release(subject=campaign_of(crowd), at=OCTOBER)
    grouped(crowd, "dinant")
    made = table(release(subject=campaign_of(crowd, "dinant"), at=OCTOBER))
    assert made["instead"]["code"] == "arrondissement-dinant"
