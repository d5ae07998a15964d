from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from figures.definition import Filters
from programmes import engaging, mobilising
from programmes.figures import FIGURES
from programmes.mobilising import Found
from programmes.models import Mobilisation, StateChange
from tests.programmes.engagements import FEBRUARY, engage, make_territory, moment
from tests.programmes.makers import make_campaign

pytestmark = pytest.mark.usefixtures("in_english")

BY_CODE = {definition.code: definition for definition in FIGURES}
LATER = datetime(2026, 12, 31, tzinfo=UTC)


@pytest.fixture
def year(db):
    """Three cities invited in February; in March Namur is interested, Mons refuses; in May Namur takes part."""
    campaign, cities = make_territory()
    rows = {name: engage(campaign, city, state="invited", at=moment(2, 8)) for name, city in cities.items()}
    for name, month, state, reason in (
        ("Namur", 3, "interested", ""),
        ("Mons", 3, "refused", "cost"),
        ("Namur", 5, "taking-part", ""),
    ):
        engaging.change(engagement=rows[name], values={"state": state, "reason": reason}, by=None, at=moment(month, 10))
    return campaign, cities


def value(code, of, **filters):
    wanted = Filters(programme=of.programme_id, **{"as_of": LATER, **filters})
    return BY_CODE[code].compute(wanted).value


def test_cities_are_counted_as_they_stand_on_the_day(year):
    campaign, _cities = year
    codes = ("cities-invited", "cities-interested", "cities-taking-part", "cities-refused", "cities-without-answer")
    found = {month: [value(code, campaign, as_of=moment(month, 28)) for code in codes] for month in (1, 2, 3, 5)}
    assert found == {1: [0, 0, 0, 0, 0], 2: [3, 0, 0, 0, 0], 3: [3, 1, 0, 1, 0], 5: [3, 1, 1, 1, 0]}


def test_period_ends_a_state_and_bounds_an_invitation(year):
    campaign, _cities = year
    assert value("cities-taking-part", campaign, until=date(2026, 5, 9)) == 0
    assert value("cities-taking-part", campaign, until=date(2026, 5, 10)) == 1
    assert value("cities-invited", campaign, since=FEBRUARY, until=FEBRUARY) == 3
    assert value("cities-invited", campaign, since=FEBRUARY + timedelta(days=1)) == 0
    assert value("cities-invited", campaign, until=FEBRUARY - timedelta(days=1)) == 0


def test_refusals_are_split_by_reason(year):
    campaign, _cities = year
    assert [value("cities-refused", campaign, kind=kind) for kind in ("", "cost", "not-now")] == [1, 1, 0]


def test_what_the_portal_learnt_later_does_not_count_before(year):
    campaign, _cities = year
    StateChange.objects.filter(became="taking-part").update(recorded_at=timezone.now() + timedelta(days=1))
    known = {"known_at": timezone.now()}
    assert value("cities-taking-part", campaign, **known) == 0
    assert value("cities-invited", campaign, known_at=timezone.now() - timedelta(days=1)) == 0
    assert value("cities-interested", campaign, **known) == 1


def test_city_of_two_campaigns_counts_once(year):
    campaign, cities = year
    engage(make_campaign(campaign.programme, 2027), cities["Namur"], state="taking-part", at=moment(6, 1))
    assert value("cities-taking-part", campaign) == 1
    assert value("cities-taking-part", campaign, campaign=campaign.pk) == 1
    assert value("cities-taking-part", campaign, cities=frozenset([cities["Mons"].pk])) == 0


def test_mobilisation_is_counted_by_kind_with_its_hours_and_shops(year):
    campaign, cities = year
    for kind, on, hours, visits in (
        (Mobilisation.Kind.LETTER, FEBRUARY, Decimal("2.5"), []),
        (Mobilisation.Kind.STEWARDS, date(2026, 3, 1), Decimal(8), [Found("interested", 4), Found("no", 3, "cost")]),
        (Mobilisation.Kind.PRESS, date(2026, 4, 1), None, []),
    ):
        mobilising.mobilise(
            campaign=campaign, city=cities["Namur"], kind=kind, on=on, by=None, hours=hours, visits=visits
        )
    assert value("mobilisations", campaign) == 3
    assert value("mobilisations", campaign, kind="letter") == 1
    assert value("mobilisations", campaign, since=date(2026, 3, 1), until=date(2026, 3, 31)) == 1
    assert value("mobilisations", campaign, as_of=moment(3, 15)) == 2
    assert value("mobilisations", campaign, cities=frozenset([cities["Mons"].pk])) == 0
    assert value("mobilisations", campaign, campaign=campaign.pk, known_at=moment(1, 1) - timedelta(days=900)) == 0
    assert value("mobilisation-hours", campaign) == Fraction(21, 2)
    assert value("mobilisation-hours", campaign, kind="press") is None
    assert value("shops-visited", campaign) == 7
    behind = BY_CODE["shops-visited"].rows(Filters(programme=campaign.programme_id, as_of=LATER))
    assert [action.kind for action in behind] == [Mobilisation.Kind.STEWARDS]


def test_every_figure_of_nothing_is_none_or_zero_and_has_its_rows(db):
    campaign, _cities = make_territory()
    filters = Filters(programme=campaign.programme_id)
    assert {definition.compute(filters).value for definition in FIGURES} == {0, None}
    assert {definition.rows(filters).count() for definition in FIGURES} == {0}


def test_figure_carries_its_words_and_never_hides_cities(year):
    campaign, _cities = year
    figure = BY_CODE["cities-refused"].figure(Filters(programme=campaign.programme_id, as_of=LATER))
    assert (figure.value, figure.n, "refused" in figure.definition) == (1, 1, True)
