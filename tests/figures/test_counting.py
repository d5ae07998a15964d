from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.counting import mean_of, median_of, quantile_of
from figures.definition import Value, mean

NUMBERS = st.lists(st.integers(0, 100), max_size=40).map(sorted)


def histogram(numbers):
    return [(number, numbers.count(number)) for number in sorted(set(numbers))]


@given(NUMBERS)
def test_histogram_has_the_mean_and_the_median_of_its_numbers(numbers):
    assert mean_of(histogram(numbers)) == mean(sum(numbers), len(numbers))
    middle = Fraction(median(numbers)) if numbers else None
    assert median_of(histogram(numbers)) == Value(middle, len(numbers))


@pytest.mark.parametrize(
    ("numbers", "lower", "upper"),
    [([10], 10, 10), ([10, 20], 10, 20), ([10, 20, 30], 10, 30), ([10, 20, 30, 40], 15, 35), ([1, 2, 3, 4, 5], 2, 4)],
)
def test_quarters_lie_on_a_number_or_between_two(numbers, lower, upper):
    found = [quantile_of(Fraction(part, 4))(histogram(numbers)).value for part in (1, 3)]
    assert found == [lower, upper]


def test_quantile_of_nothing_has_no_value():
    assert quantile_of(Fraction(1, 4))([]) == Value(None, 0)
