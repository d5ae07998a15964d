from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from figures.definition import Filters, Unit, mean
from programmes.models import Campaign
from reports import registry
from reports.comparing import compare

LATER = datetime(2018, 6, 1, tzinfo=UTC)
PARTICIPANTS = "participants"


@pytest.fixture
def compared(year):
    def ask(code=PARTICIPANTS, as_of=LATER, definition=None, **fields):
        Campaign.objects.filter(pk=year.second.pk).update(**fields)
        year.second.refresh_from_db()
        filters = Filters(year.programme.pk, as_of=as_of, since=date(2016, 9, 1))
        return compare(definition or registry.definition_of(code), filters, year.first, year.second, is_public=False)

    return ask


def test_campaigns_that_are_over_and_equally_long_are_comparable(compared):
    found = compared()
    assert [side.found.value for side in found.sides] == [8, 0]
    assert (found.is_comparable, found.difference) == (True, "+8")


def test_campaign_that_runs_is_not_comparable(compared):
    found = compared(as_of=datetime(2017, 6, 1, tzinfo=UTC))
    assert not found.is_comparable
    assert len(found.reasons) == 1


@pytest.mark.parametrize(("days", "is_comparable"), [(6, True), (7, False)])
def test_campaigns_of_different_lengths_are_not_comparable(compared, days, is_comparable):
    found = compared(ends_on=date(2017, 12, 30) - timedelta(days=days - 2))
    assert found.is_comparable is is_comparable


def test_answers_to_other_questions_are_not_comparable(compared, year):
    for second, is_comparable in (({"a"}, True), ({"b"}, False), (set(), True)):
        asked = {year.first.pk: {"a"}, year.second.pk: second}
        definition = replace(
            registry.definition_of(PARTICIPANTS), measured_with=lambda f, asked=asked: asked[f.campaign]
        )
        assert compared(definition=definition).is_comparable is is_comparable


def test_mean_of_nothing_is_said_and_not_divided(compared):
    found = compared("public-share-per-shop")
    assert (found.difference, found.is_comparable) == ("–", False)


def of_values(*values):
    """A share that is over so many in the one campaign, and in the other."""
    by_campaign = iter(values)
    return replace(
        registry.definition_of("turnout"),
        compute=lambda _filters: next(by_campaign),
        measured_with=None,
        unit=Unit.POINTS,
    )


def test_difference_is_that_of_the_values_as_they_are_shown(compared):
    found = compared(definition=of_values(mean(Fraction("38.76"), 1), mean(Fraction("57.14"), 1)))
    assert [side.words for side in found.sides] == ["38.8 points out of 100", "57.1 points out of 100"]
    assert found.difference == "−18.3 points out of 100"


@pytest.mark.parametrize(("n", "reasons"), [(29, 1), (30, 0)])
def test_few_are_compared_with_care(compared, n, reasons):
    found = compared(definition=of_values(mean(n, n), mean(211, 211)))
    assert [reason for reason in found.reasons if f"over {n} alone" in reason] == found.reasons
    assert (len(found.reasons), found.has_n) == (reasons, True)


def test_count_of_few_needs_no_care(compared):
    assert (compared().reasons, compared().has_n) == ([], False)
