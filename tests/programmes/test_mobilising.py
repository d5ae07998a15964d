from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from programmes import mobilising
from programmes.mobilising import Found
from programmes.models import Mobilisation, Visit
from tests.programmes.engagements import FEBRUARY, make_territory
from tests.programmes.makers import make_city, make_programme

pytestmark = pytest.mark.usefixtures("in_english")

STEWARDS, LETTER = Mobilisation.Kind.STEWARDS, Mobilisation.Kind.LETTER


@pytest.fixture
def territory(db):
    return make_territory()


def mobilise(territory, kind=LETTER, city="Namur", **given):
    campaign, cities = territory
    return mobilising.mobilise(campaign=campaign, city=cities[city], kind=kind, on=FEBRUARY, by=None, **given)


def test_action_has_its_effort_and_a_code_that_can_be_read_aloud(territory):
    action = mobilise(territory, hours=Decimal("2.5"), pieces=400, about="Door to door")
    assert (action.hours, action.pieces, len(action.code)) == (Decimal("2.5"), 400, mobilising.LENGTH)
    assert set(action.code) <= set(mobilising.SIGNS)


@pytest.mark.parametrize("wrong", [{"hours": Decimal(-1)}, {"kind": "pigeon"}, {"about": "x" * 251}])
def test_action_that_can_not_be_is_refused(territory, wrong):
    with pytest.raises(ValidationError):
        mobilise(territory, **wrong)
    assert not Mobilisation.objects.exists()


def test_city_of_another_programme_is_refused(territory):
    campaign, _cities = territory
    other = make_city(make_programme("crafts"))
    with pytest.raises(ValidationError):
        mobilising.mobilise(campaign=campaign, city=other, kind=LETTER, on=FEBRUARY, by=None)


def test_stewards_count_shops_by_outcome(territory):
    found = [Found("interested", 12), Found("no", 3, "cost"), Found("no", 5, "no-time"), Found("closed", 2)]
    action = mobilise(territory, STEWARDS, visits=found)
    assert sorted(action.visits.values_list("shops", flat=True)) == [2, 3, 5, 12]
    mobilising.record_visits(mobilisation=action, visits=[Found("registered", 4)])
    assert [*action.visits.values_list("outcome", "shops")] == [("registered", 4)]


@pytest.mark.parametrize("wrong", [Found("no", 3), Found("closed", 3, "cost"), Found("interested", 0)])
def test_outcome_that_can_not_be_is_refused_with_all_others(territory, wrong):
    with pytest.raises(ValidationError):
        mobilise(territory, STEWARDS, visits=[Found("registered", 1), wrong])
    assert not Mobilisation.objects.exists()
    action = mobilise(territory, STEWARDS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.create(mobilisation=action, outcome=wrong.outcome, reason=wrong.reason, shops=wrong.shops)


def test_only_stewards_count_shops(territory):
    with pytest.raises(ValidationError, match="Only stewards"):
        mobilise(territory, visits=[Found("interested", 12)])


def test_code_is_found_however_it_is_typed_and_in_its_own_programme_only(territory):
    action = mobilise(territory)
    own, other = action.campaign.programme_id, make_programme("crafts").pk
    assert mobilising.action_of(f" {action.code.upper()} ", own) == action
    assert [mobilising.action_of(*each) for each in (("", own), ("nothing", own), (action.code, other))] == [None] * 3


def test_action_of_a_day_to_come_is_written_with_it(territory):
    assert str(mobilise(territory)) == f"letter, Namur, {date(2026, 2, 8):%d/%m/%Y}"
