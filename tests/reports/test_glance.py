"""How a city stands in the campaign that runs, on the home of its official, before any report was asked for."""

from datetime import date

import pytest

from outbox.models import Job
from programmes import entrusting
from programmes.models import Campaign
from reports.glance import KEY, OVER_TIME, Glance
from reports.registry import defined, definition_of

HOME = "/reports/commerce-connecte/"


@pytest.fixture
def campaign(cities):
    """That of 2016 is the latest that has begun."""
    Campaign.objects.exclude(pk=cities.campaign.pk).update(starts_on=date(2030, 1, 1), ends_on=date(2030, 12, 31))
    return cities.campaign


@pytest.fixture
def official(campaign, cities, signed_in):
    def of(*names):
        for name in names:
            user = entrusting.entrust(email="omar@city.example", city=cities.cities[name], by=None).user
        return signed_in(user)

    return of


def shown(glance):
    return {figure.definition.code: figure.words for figure in glance.figures}


def test_official_sees_the_figures_of_the_own_city_without_a_report(official):
    glance = official("namur").get(HOME).context["glance"]
    assert shown(glance) == {"sessions-held": "3", "participants": "17", "shops": "16", "sessions-planned": "0"}
    months = [[part.label for part in each.trend.parts] for each in glance.moved]
    assert (months[0] == months[1], months[0][0], months[0][-1]) == (True, "May 2016", "November 2016")
    numbers = [[part.words for part in each.trend.parts] for each in glance.moved]
    assert numbers == [["1", "1", "0", "0", "0", "0", "1"], ["10", "7", "0", "0", "0", "0", "0"]]


def test_cities_of_one_official_are_counted_together_and_their_common_session_once(official):
    glance = official("namur", "dinant").get(HOME).context["glance"]
    assert shown(glance) == {"sessions-held": "4", "participants": "28", "shops": "27", "sessions-planned": "0"}


def test_figures_of_one_city_say_whose_they_are_and_where(official):
    """Fourteen came to its sessions, eight are its own: without a word more they would be taken for each other."""
    page = official("namur").get(HOME)
    glance = page.context["glance"]
    assert [each.name for each in glance.figures[:3]] == [
        "Sessions held with the city",
        "Participants of the city, at all sessions",
        "Shops of the city, at all sessions",
    ]
    assert "<dt>Participants of the city, at all sessions</dt>" in page.text
    assert [each.name for each in glance.moved] == [each.name for each in glance.figures[:2]]
    of_two = official("namur", "dinant").get(HOME).context["glance"]
    assert of_two.figures[0].name == "Sessions held", "of two it is not one city"


def test_figures_are_those_of_their_definitions_and_their_months_add_up(cities, campaign):
    glance = Glance(campaign, [cities.cities["namur"], cities.cities["dinant"]])
    for each in glance.moved:
        whole = each.definition.compute(glance.filters)
        assert sum(part.value for part in each.trend.parts) == whole.value
    assert [each.definition.code for each in glance.moved] == [*OVER_TIME]


def test_nothing_protected_is_shown_outside_a_release():
    assert {definition.protection.value for definition in defined({*KEY, *OVER_TIME})} == {"none"}


def test_page_draws_both_over_time_each_with_its_table_and_definition(official):
    page = official("namur").get(HOME).text
    assert (page.count('class="chart chart-trend"'), page.count("The same as a table")) == (2, 2)
    assert all(str(definition_of(code).words).split(":")[0] in page for code in ("participants", "shops"))


def test_city_without_a_session_reads_what_will_stand_there(official, campaign):
    Campaign.objects.filter(pk=campaign.pk).update(ends_on=date(2029, 12, 31))
    page = official("ciney").get(HOME).text
    assert "No session of your city was held in this campaign yet" in page
    assert ("chart-trend" in page, "Make the report (PDF)" in page) == (False, True)


def test_nothing_is_promised_of_a_campaign_that_is_over(official):
    page = official("ciney").get(HOME).text
    assert ("was held in this campaign." in page, "After the first one" in page) == (True, False)


def test_report_of_the_campaign_is_one_click(official, campaign):
    client = official("namur")
    glance = client.get(HOME).context["glance"]
    client.post(HOME, {"about": glance.about, "period": glance.campaign.code, "form": "pdf"})
    asked = Job.objects.get(kind="report").args
    assert (asked["period"], asked["form"]) == (campaign.code, "pdf")


def test_home_asks_so_often_however_much_there_is(official, cities, django_assert_num_queries):
    client = official("namur", "dinant")
    client.get(HOME)
    with django_assert_num_queries(23):
        client.get(HOME)


def test_ministry_and_staff_have_the_form_and_no_glance(campaign, ministry, staff):
    pages = [client.get(HOME) for client in (ministry, staff)]
    assert [("glance" in page.context, 'name="period"' in page.text) for page in pages] == [(False, True)] * 2
