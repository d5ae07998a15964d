import pytest
from django.utils.translation import override

from programmes.numbers import BadNumber, UnknownRule, normalised_number, rule_module

TILL_RECEIPT = "VAT number on your till receipt"


@pytest.mark.parametrize("typed", ["BE 0403.019.261", "be0403019261", "403019261", "0403/019/261"])
def test_number_has_one_spelling(typed):
    assert normalised_number(typed, "be.vat") == "0403019261"


@pytest.mark.parametrize("typed", ["", "  ", " - "])
def test_number_not_given_is_none(typed):
    assert normalised_number(typed, "be.vat") == ""


@pytest.mark.parametrize(
    ("typed", "told"),
    [("0403.019.262", "One digit"), ("0403.019.2611", "too many or too few"), ("fleurs", "not an enterprise number")],
)
def test_number_that_is_wrong_is_told_in_plain_words(typed, told):
    with override("en"), pytest.raises(BadNumber) as error:
        normalised_number(typed, "be.vat")
    assert told in str(error.value)
    assert TILL_RECEIPT in str(error.value)


def test_number_of_another_country_follows_its_own_rule():
    assert normalised_number("LU 15027442", "lu.tva") == "15027442"


def test_number_without_a_rule_only_loses_its_signs():
    assert normalised_number("ab-12 3", "") == "AB123"


@pytest.mark.parametrize("rule", ["be.nothing", "iban", "os.path", "be", "../be.vat", "be.vat.vat", "xx.vat"])
def test_rule_that_is_unknown_is_refused(rule):
    with pytest.raises(UnknownRule):
        rule_module(rule)
