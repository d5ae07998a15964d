from dataclasses import replace
from datetime import date

import pytest

from figures.days import midnight
from figures.definition import Filters, Protection, share
from programmes.models import Campaign, Grouping
from reports import registry
from reports.downloads import _rows
from reports.numbers import for_csv
from reports.parting import parts_of, withheld
from reports.presenting import FigureView
from reports.trending import trend_of
from tests.reports.world import NEW_YEAR, come, seat
from trainings.models import Session


def filtered(year, **narrowed):
    return Filters(**{"programme": year.programme.pk, "as_of": NEW_YEAR, **narrowed})


def parts(year, code, by, is_public=False, definition=None, **narrowed):
    definition = definition or registry.definition_of(code)
    found = parts_of(definition, filtered(year, **narrowed), by, year.programme, is_public=is_public)
    return {part.label: part.value for part in found}


def test_cities_stand_by_name_and_those_of_nothing_are_left_out(year):
    assert parts(year, "participants", "city") == {"Ciney": 1, "Dinant": 2, "Namur": 5}
    assert parts(year, "helpers", "city") == {"Namur": 1}


def test_grouping_counts_everybody_of_its_cities_once(year):
    together = Grouping.objects.create(programme=year.programme, code="sud", names={"fr": "Sud"})
    together.cities.set([year.cities["dinant"], year.cities["ciney"]])
    assert parts(year, "participants", "grouping") == {"Sud": 3}
    assert parts(year, "sessions-held", "grouping") == {"Sud": 3}
    assert parts(year, "reach", "grouping")["Sud"] == parts(year, "reach", "city")["Dinant"]
    assert parts(year, "participants", "grouping", cities=frozenset([year.cities["ciney"].pk])) == {"Sud": 1}


def test_somebody_of_two_cities_counts_once_in_their_grouping(year):
    come(seat(year, year.sessions["autumn"], "Chloé"))
    together = Grouping.objects.create(programme=year.programme, code="both", names={"fr": "Ensemble"})
    together.cities.set([year.cities["namur"], year.cities["dinant"]])
    by_city = parts(year, "people", "city")
    assert parts(year, "people", "grouping") == {"Ensemble": by_city["Namur"] + by_city["Dinant"] - 1}


def test_reach_of_each_campaign_is_what_it_is_alone(year):
    definition = registry.definition_of("reach")
    found = definition.split(filtered(year), "campaign")
    assert found == {year.first.pk: definition.compute(filtered(year, campaign=year.first.pk))}


def test_kinds_and_topics_have_their_names(year):
    assert parts(year, "sessions-held", "kind")
    assert parts(year, "modules", "topic") == {"Des photos qui vendent": 1}


def test_few_answers_and_one_more_are_held_back_from_others_than_staff(year):
    protected = replace(registry.definition_of("participants"), protection=Protection.ANSWERS)
    assert parts(year, "", "city", is_public=True, definition=protected) == {
        "Ciney": None,
        "Dinant": None,
        "Namur": None,
    }
    assert parts(year, "", "city", definition=protected) == {"Ciney": 1, "Dinant": 2, "Namur": 5}


def test_file_and_page_hold_back_the_same_from_others_than_staff(year):
    definition = replace(
        registry.definition_of("turnout"),
        protection=Protection.ANSWERS,
        compute=lambda _filters: share(2, 4),
        split=None,
    )
    assert _row_of_namur(definition, year, is_public=True) == ["Namur", None, None, None, None]
    assert _row_of_namur(definition, year, is_public=False) == ["Namur", 50, 2, 4, 4]


def _row_of_namur(definition, year, *, is_public):
    parts = parts_of(definition, filtered(year), "city", year.programme, is_public=is_public)
    return next(row for row in _rows(definition, parts, for_csv) if row[0] == "Namur")


@pytest.mark.parametrize(("answers", "is_shown"), [(4, False), (5, True)])
def test_answers_of_few_are_shown_to_staff_alone(year, answers, is_shown):
    definition = replace(
        registry.definition_of("turnout"), protection=Protection.ANSWERS, compute=lambda _filters: share(2, answers)
    )
    views = [FigureView(definition, year.programme, filtered(year), [], is_public) for is_public in (True, False)]
    assert [view.is_shown for view in views] == [is_shown, True]


@pytest.mark.parametrize(
    ("numbers", "hidden"),
    [
        ({"a": 5, "b": 9}, set()),
        ({"a": 4, "b": 9, "c": 20}, {"a", "b"}),
        ({"a": 1, "b": 2, "c": 20, "d": 30}, {"a", "b", "c"}),
        ({"a": 3, "b": 2, "c": 20}, {"a", "b"}),
        ({"a": 1}, {"a"}),
        ({}, set()),
    ],
)
def test_no_part_can_be_reckoned_from_the_sum_and_the_others(numbers, hidden):
    assert withheld(numbers) == hidden


def test_trend_has_no_gaps(year):
    trend = trend_of(registry.definition_of("participants"), filtered(year), year.programme, is_public=False)
    assert [part.value for part in trend.parts] == [4, 0, 0, 0, 2, 0, 2]
    assert trend.by == "month"
    mean = trend_of(registry.definition_of("participants-per-session"), filtered(year), year.programme, is_public=False)
    assert [part.value for part in mean.parts] == [4, 0, None, None, 2, None, 2]


def test_trend_by_quarter_and_of_a_period(year):
    definition = registry.definition_of("participants")
    trend = trend_of(definition, filtered(year), year.programme, "quarter", is_public=False)
    assert [part.value for part in trend.parts] == [4, 2, 2]
    narrowed = filtered(year, since=date(2016, 9, 1), until=date(2016, 9, 30))
    trend = trend_of(definition, narrowed, year.programme, is_public=False)
    assert [part.value for part in trend.parts] == [2]


def test_trend_of_a_figure_that_counts_part_by_part_is_the_same(year):
    alone = replace(registry.definition_of("participants"), split=None)
    for by in ("month", "quarter"):
        filters = filtered(year, campaign=year.first.pk)
        found = trend_of(alone, filters, year.programme, by, is_public=False)
        told = trend_of(registry.definition_of("participants"), filters, year.programme, by, is_public=False)
        assert [part.value for part in found.parts] == [part.value for part in told.parts]


@pytest.fixture
def ten_years(year):
    """The same year, with a campaign ten years later in which one month has a session."""
    later = Campaign.objects.create(
        programme=year.programme, code="later", names={"fr": "Plus tard"}, starts_on="2026-01-01", ends_on="2026-12-31"
    )
    when = date(2026, 5, 4)
    moved = year.sessions["small"]
    Session.objects.filter(pk=moved.pk).update(campaign=later, starts_at=midnight(when), ends_at=midnight(when))
    return year


def trend_after(year, by="", code="sessions-held", *, is_public=False, **changed):
    definition = replace(registry.definition_of(code), **changed)
    filters = Filters(programme=year.programme.pk, as_of=midnight(date(2026, 12, 31)))
    return trend_of(definition, filters, year.programme, by, is_public=is_public)


def test_trend_of_many_quarters_is_by_year_and_leaves_nothing_out(ten_years):
    trend = trend_after(ten_years)
    definition = registry.definition_of("sessions-held")
    whole = definition.compute(Filters(programme=ten_years.programme.pk, as_of=midnight(date(2026, 12, 31))))
    assert (trend.by, trend.parts[0].label, trend.parts[-1].label, trend.note) == ("year", "2016", "2026", "")
    assert sum(part.value for part in trend.parts) == whole.value > 1


def test_trend_that_leaves_years_out_says_so_and_begins_with_something(ten_years, in_english):
    trend = trend_after(ten_years, "month")
    assert [part.label for part in trend.parts] == ["May 2026"]
    assert trend.note.startswith("What was before is left out here (May 2026")


def test_what_is_protected_is_split_in_one_way_for_others_than_staff(ten_years):
    protected = {"protection": Protection.ANSWERS}
    assert [trend_after(ten_years, by, is_public=True, **protected).by for by in ("month", "quarter")] == ["year"] * 2
    assert [trend_after(ten_years, by, is_public=True).by for by in ("month", "quarter")] == ["month", "quarter"]


def test_periods_of_nothing_are_no_secret_and_hide_nothing(year):
    definition = replace(registry.definition_of("participants"), protection=Protection.ANSWERS)
    trend = trend_of(definition, filtered(year), year.programme, is_public=True)
    assert [(part.n, part.is_shown) for part in trend.parts] == [
        (None, False),
        (0, True),
        (0, True),
        (0, True),
        (None, False),
        (0, True),
        (None, False),
    ]


def test_trend_of_nothing_is_none(year):
    definition = registry.definition_of("participants")
    assert trend_of(definition, filtered(year, campaign=year.second.pk), year.programme, is_public=False) is None
