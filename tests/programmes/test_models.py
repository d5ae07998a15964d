from datetime import date

import pytest
from django.db import IntegrityError, transaction

from programmes.models import Campaign, City
from tests.programmes.makers import make_campaign, make_city, make_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return make_programme()


def names(cities):
    return [city.names["fr"] for city in cities]


@pytest.fixture
def cities(programme):
    make_city(programme, "62063", "Liège", ["4000", "4020"], nl="Luik")
    make_city(programme, "92094", "Namur", ["5000", "5100"], nl="Namen")
    make_city(programme, "55022", "La Louvière", ["7100"])
    make_city(programme, "25121", "Ottignies-Louvain-la-Neuve", ["1340"])
    return City.objects


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("5000", ["Namur"]),
        ("namur", ["Namur"]),
        ("NAM", ["Namur"]),
        ("liege", ["Liège"]),
        ("Liège", ["Liège"]),
        ("luik", ["Liège"]),
        ("la louviere", ["La Louvière"]),
        ("louv", ["La Louvière", "Ottignies-Louvain-la-Neuve"]),
        ("ottignies", ["Ottignies-Louvain-la-Neuve"]),
        ("amur", []),
        ("000", []),
        ("", []),
        ("%", []),
    ],
)
def test_city_is_found_by_postal_code_or_beginning(cities, typed, found):
    assert names(cities.matching(typed)) == found


def test_cities_whose_own_name_begins_so_come_first(programme):
    make_city(programme, "1", "Bois-de-Mons", ["1000"])
    make_city(programme, "2", "Mons", ["7000"])
    assert names(City.objects.matching("mons")) == ["Mons", "Bois-de-Mons"]


def test_campaign_of_a_day(programme):
    old, new = make_campaign(programme, 2016), make_campaign(programme, 2017)
    assert programme.campaign_at(date(2016, 12, 31)) == old
    assert programme.campaign_at(date(2017, 1, 1)) == new


def test_campaign_between_two_is_the_latest_that_had_begun(programme):
    old, _ = make_campaign(programme, 2016), make_campaign(programme, 2026)
    assert programme.campaign_at(date(2020, 5, 1)) == old


def test_campaign_before_all_is_the_first_to_come(programme):
    first = make_campaign(programme, 2026)
    assert programme.campaign_at(date(2020, 5, 1)) == first


def test_campaign_withdrawn_is_nobodys(programme):
    make_campaign(programme, 2026, withdrawn_at="2026-01-02T00:00Z")
    assert programme.campaign_at(date(2026, 5, 1)) is None


def test_campaign_may_not_end_before_it_starts(programme):
    with pytest.raises(IntegrityError, match="campaign_starts_before_it_ends"), transaction.atomic():
        make_campaign(programme, 2026, ends_on=date(2025, 1, 1))
    assert Campaign.objects.count() == 0


def test_programme_speaks_the_readers_language(programme, settings):
    programme.names = {"en": "Shops", "fr": "Commerces"}
    assert programme.name == "Commerces"
    assert programme.letterhead.colour_dark == "#0a434a"
