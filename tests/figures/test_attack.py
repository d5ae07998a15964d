"""The reader as an enemy: linear programming over all that is published of two cities that share sessions and two periods."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from figures.suppressing import publish
from figures.tables import TOTAL, Published
from tests.figures.attack import broken, interval, solver_over
from tests.figures.crossing import crossed

SESSIONS = ("dinant", "dinant+namur", "namur")
FAMILIES = ("crafts", "food", "health")
QUARTERS = ("q1", "q2")
GROUPS = [(quarter, session, family) for quarter in QUARTERS for session in SESSIONS for family in FAMILIES]
# In each line crafts, food and health: the first quarter's of Dinant, of both together and of Namur, then the second's.
STORY = [9, 14, 6, 2, 11, 7, 13, 8, 3, 8, 12, 0, 6, 4, 9, 15, 7, 10]


def table(code, quarters):
    groups = [group for group in GROUPS if group[0] in quarters]
    return crossed(code, groups, lambda group: group[1].split("+"), lambda group: [group[2]], floor=5, open=is_open)


def is_open(place):
    """How many came to a city's sessions is nobody's secret."""
    return place[1] == TOTAL


FIRST, SECOND, YEAR = table("q1", ["q1"]), table("q2", ["q2"]), table("year", QUARTERS)


def primary_alone(tables, people):
    """What many tables are published with: small counts hidden, and nothing else."""
    for each in tables:
        counts = {place: sum(people[group] for group in cell) for place, cell in each.cells.items()}
        yield Published(each, {p: n if n == 0 or n >= 5 or p in each.open else None for p, n in counts.items()})


def test_primary_suppression_alone_is_broken():
    people = dict(zip(GROUPS, STORY, strict=True))
    found = broken([*primary_alone([FIRST, SECOND, YEAR], people)], people)
    shared = frozenset({("q1", "dinant+namur", "crafts")})
    assert found[shared] == (2, 2)


def test_two_cities_that_share_sessions_and_two_periods_give_nothing_away():
    people = dict(zip(GROUPS, STORY, strict=True))
    published = publish([FIRST, SECOND, YEAR], people)
    assert broken(published, people) == {}
    solver, column_of = solver_over(published)
    for group, n in people.items():
        if 0 < n < 5:
            low, high = interval(solver, [column_of[group]])
            assert low == 0
            assert high >= 4


def test_year_after_its_quarter_was_released_gives_nothing_away():
    people = dict(zip(GROUPS, STORY, strict=True))
    earlier = publish([FIRST], people)
    assert broken(earlier, people) == broken(publish([YEAR], people, earlier), people, earlier) == {}


def test_year_published_without_a_look_at_the_quarter_is_broken():
    people = dict(zip(GROUPS, [20] * 9 + [20] * 8 + [2], strict=True))
    apart = [*publish([FIRST], people), *publish([YEAR], people)]
    assert broken(apart, people) != {}


@pytest.mark.parametrize("late", [1, 4])
def test_who_was_entered_late_is_not_seen_by_comparing_two_releases(late):
    people = dict(zip(GROUPS, STORY, strict=True))
    earlier = publish([FIRST], people)
    people["q1", "namur", "food", "late"] = late
    groups = [*(group for group in GROUPS if group[0] == "q1"), ("q1", "namur", "food", "late")]
    groups += [("q1", session, family, "late") for session in SESSIONS for family in FAMILIES]
    again = crossed("q1", groups, lambda group: group[1].split("+"), lambda group: [group[2]], floor=5, open=is_open)
    published = [*earlier, *publish([again], people, earlier)]
    solver, column_of = solver_over(published)
    assert interval(solver, [column_of["q1", "namur", "food", "late"]]) == (0, late)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 6), st.integers(0, 30)), min_size=18, max_size=18))
def test_no_activity_of_two_cities_and_two_periods_is_given_away(counts):
    people = dict(zip(GROUPS, counts, strict=True))
    earlier = publish([FIRST], people)
    assert broken(earlier, people) == broken(publish([SECOND, YEAR], people, earlier), people, earlier) == {}
