from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from figures.definition import Definition, Filters, PeriodReversed, Protection, Unit, Value, count, form_of, mean, share

MAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


def define(value, **fields):
    given = {"code": "points", "name": "Points", "words": "Of all.", "unit": Unit.POINTS, "sentence": "{value}"}
    return Definition(compute=lambda filters: value, **{**given, **fields})


def test_share_keeps_what_it_was_made_of():
    assert share(356, 400) == Value(Fraction(89, 100), 400, Fraction(356), Fraction(400))
    assert share(90, 180, n=3) == Value(Fraction(1, 2), 3, Fraction(90), Fraction(180))


def test_mean_is_exact():
    assert mean(429, 25) == Value(Fraction(429, 25), 25, Fraction(429), Fraction(25))


@pytest.mark.parametrize("nothing", [share(0, 0), mean(0, 0)])
def test_nothing_counted_has_no_value_and_is_not_divided(nothing):
    assert (nothing.value, nothing.n) == (None, 0)


def test_number_of_nothing_is_nought():
    assert count(0) == Value(Fraction(0), 0)


@pytest.mark.parametrize(
    ("unit", "value", "n", "number"),
    [(Unit.COUNT, 0, 9, 0), (Unit.COUNT, Fraction(3, 2), 9, 2), (Unit.COUNT, 66, 1, 2), (Unit.SHARE, 1, 1, 1)],
)
def test_words_agree_with_the_count_or_with_n(unit, value, n, number):
    assert form_of(unit, Fraction(value), n) == number


def test_period_of_one_day_stands_and_one_reversed_is_refused():
    Filters(programme=1, since=date(2026, 5, 4), until=date(2026, 5, 4))
    with pytest.raises(PeriodReversed):
        Filters(programme=1, since=date(2026, 5, 5), until=date(2026, 5, 4))


def test_days_of_a_period_are_those_of_the_calendar_here():
    filters = Filters(programme=1, since=date(2026, 5, 4), until=date(2026, 5, 4), as_of=MAY)
    assert dict(filters.happened("at").children) == {
        "at__lte": MAY,
        "at__gte": datetime(2026, 5, 3, 22, tzinfo=UTC),
        "at__lt": datetime(2026, 5, 4, 22, tzinfo=UTC),
    }


def test_what_was_known_is_asked_only_where_a_moment_is_given():
    assert not Filters(programme=1).known("recorded_at")
    assert Filters(programme=1, known_at=MAY).known("recorded_at").children == [("recorded_at__lte", MAY)]


@pytest.mark.parametrize(
    ("protection", "n", "is_public", "shown"),
    [
        (Protection.ANSWERS, 4, True, None),
        (Protection.ANSWERS, 5, True, Fraction(1, 2)),
        (Protection.ANSWERS, 4, False, Fraction(1, 2)),
        (Protection.NONE, 1, True, Fraction(1, 2)),
    ],
)
def test_answers_of_few_are_for_staff_alone(protection, n, is_public, shown):
    figure = define(share(n, 2 * n, n), protection=protection).figure(Filters(programme=1), is_public=is_public)
    kept = None if shown is None else Fraction(n)
    assert (figure.value, figure.numerator, figure.n) == (shown, kept, n)


def test_figure_says_what_it_counts_and_when():
    filters = Filters(programme=1, since=date(2026, 1, 1), until=date(2026, 3, 31), as_of=MAY)
    figure = define(Value(Fraction(3), 6, note="Without Namur.")).figure(filters, said={"city": "Dinant"})
    assert (figure.name, figure.definition, figure.unit) == ("Points", "Of all.", str(Unit.POINTS.value))
    assert (figure.since, figure.until, figure.as_of) == (filters.since, filters.until, MAY)
    assert (figure.filters, figure.note) == ({"city": "Dinant"}, "Without Namur.")
