from datetime import UTC, datetime
from fractions import Fraction

import pytest
from django.utils import translation

from figures.definition import Filters, Unit, Value, count, share
from figures.saying import NOTHING, cell, rounded, sentences, shown
from reports import registry

MAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [("1/2", 0, "1"), ("5/2", 0, "3"), ("1/8", 2, "0.13"), ("429/25", 1, "17.2"), ("2/3", 1, "0.7"), ("0", 1, "0.0")],
)
def test_numbers_are_rounded_half_up_once(value, decimals, said):
    assert str(rounded(Fraction(value), decimals)) == said


@pytest.mark.parametrize(
    ("value", "unit", "english", "french"),
    [
        (Fraction(1234), Unit.COUNT, "1,234", "1\u202f234"),
        (Fraction(429, 25), Unit.MEAN, "17.16", "17,16"),
        (Fraction(89, 100), Unit.SHARE, "89%", None),
        (Fraction(1, 3), Unit.SHARE, "33.3%", None),
        (Fraction(181, 2), Unit.EURO, "€90.50", None),
        (Fraction(1), Unit.MINUTES, "1 minute", None),
        (Fraction(9, 2), Unit.MINUTES, "4.5 minutes", None),
        (Fraction(1), Unit.POINTS, "1 point out of 100", None),
        (Fraction(0), Unit.POINTS, "0 points out of 100", None),
        (None, Unit.SHARE, NOTHING, NOTHING),
    ],
)
def test_value_is_said_with_its_unit(value, unit, english, french):
    with translation.override("en"):
        assert shown(value, unit) == english
    with translation.override("fr"):
        assert french is None or shown(value, unit).replace("\xa0", "\u202f") == french


def test_cell_of_a_spreadsheet_is_a_number():
    assert (cell(Fraction(1, 3), Unit.SHARE), cell(Fraction(7), Unit.COUNT), cell(None, Unit.EURO)) == (
        rounded(Fraction(100, 3), 1),
        7,
        None,
    )


def test_sentence_is_said_in_each_language_with_its_date_and_filters():
    definition = registry.definition_of("turnout")
    found = sentences(definition, share(6, 7), Filters(1, as_of=MAY), ["Campaign 2016"], ["fr", "en"])
    assert [one.language for one in found] == ["fr", "en"]
    assert found[1].text == "Of 7 registrations, 85.7% came. As of 4 May 2026; Campaign 2016."


def test_sentence_about_one_is_in_the_singular():
    found = sentences(registry.definition_of("cities-refused"), count(1), Filters(1, as_of=MAY), [], ["en"])
    assert found[0].text == "1 city refused. As of 4 May 2026."


def test_there_is_no_sentence_about_nothing():
    assert sentences(registry.definition_of("turnout"), Value(None, 0), Filters(1, as_of=MAY), [], ["fr"]) == []
