from decimal import Decimal

import pytest

from portal import loading
from programmes.models import Campaign, Programme
from questionnaires.files import BadContent
from tests.portal.small_programme import change, write

PRICES = 'prices: {voucher_share: "1/3", helper_share: 0, voucher_cities: ["62063"]}\ncampaigns:\n'


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path)


def load(folder):
    loading.load(loading.read(folder))


@pytest.mark.django_db
def test_prices_and_budget_are_loaded_exactly_and_a_second_time_changes_nothing(folder):
    change(folder, "programme.yaml", "campaigns:\n", PRICES)
    change(folder, "programme.yaml", "ends_on: 2017-12-31}", 'ends_on: 2017-12-31, voucher_budget: "12000.50"}')
    load(folder)
    prices = {"voucher_share": "1/3", "helper_share": "0", "voucher_cities": ["62063"]}
    assert Programme.objects.get().prices == prices
    budgets = Campaign.objects.order_by("starts_on").values_list("voucher_budget", flat=True)
    assert [*budgets] == [None, Decimal("12000.50")]
    assert [change for change in loading.load(loading.read(folder)).changes if not change.is_none] == []


@pytest.mark.django_db
def test_programme_without_prices_has_none(folder):
    load(folder)
    assert Programme.objects.get().prices == {}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"1/3"', '"4/3"', "must be more than 0 and at most 1, not 4/3"),
        ("helper_share: 0", "helper_share: 2", "must be between 0 and 1, not 2"),
        ('["62063"]', '["62063", "99999"]', "`99999` is not a city of cities.csv"),
        ("2017-12-31}", "2017-12-31, voucher_budget: 0.001}", "is not an amount; write euro with two decimals"),
        ("2017-12-31}", "2017-12-31, voucher_budget: -1}", "is not an amount; write euro with two decimals"),
    ],
)
def test_mistake_in_prices_is_told(folder, old, new, told):
    change(folder, "programme.yaml", "campaigns:\n", PRICES)
    change(folder, "programme.yaml", old, new)
    with pytest.raises(BadContent) as mistakes:
        loading.read(folder)
    assert [problem for problem in mistakes.value.problems if told in problem.message and problem.line > 14] != []
