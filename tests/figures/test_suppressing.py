import os
import subprocess
import sys
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from figures.suppressing import publish
from figures.tables import TOTAL, Published, Table
from figures.worlds import Sum, Worlds
from tests.figures.attack import broken
from tests.figures.crossing import crossed

ROWS, COLUMNS = ("dinant", "namur", "wavre"), ("crafts", "food", "health")


def people_of(*rows):
    return {
        (row, column): n
        for row, numbers in zip(ROWS, rows, strict=False)
        for column, n in zip(COLUMNS, numbers, strict=False)
    }


def table(groups, **fields):
    return crossed("shops", groups, lambda group: [group[0]], lambda group: [group[1]], **{"floor": 5, **fields})


def shown(published, *columns):
    return [[published.numbers[row, column] for column in columns] for row in (*published.table.rows, TOTAL)]


def is_hidden(published):
    return {place for place, number in published.numbers.items() if number is None}


def test_table_of_many_is_shown_as_it_is():
    people = people_of((5, 6), (7, 0))
    (found,) = publish([table(people)], people)
    assert shown(found, "crafts", "food", TOTAL) == [[5, 6, 11], [7, 0, 7], [12, 6, 18]]


def test_small_count_is_hidden_with_what_would_give_it_away():
    people = people_of((4, 20, 30), (20, 9, 50), (60, 50, 70))
    (found,) = publish([table(people)], people)
    assert is_hidden(found) == {(row, column) for row in ("dinant", "namur") for column in ("crafts", "food")}


def test_small_count_alone_in_its_row_takes_the_total_with_it():
    people = {("dinant", "food"): 3, ("namur", "food"): 8}
    (found,) = publish([table(people)], people)
    assert found.numbers["dinant", "food"] is None
    assert broken([found], people) == {}


@pytest.mark.parametrize(("n", "is_shown"), [(0, True), (1, False), (4, False), (5, True)])
def test_count_is_nought_or_at_least_the_floor(n, is_shown):
    people = people_of((n, 20, 30), (20, 9, 50), (60, 50, 70))
    (found,) = publish([table(people)], people)
    assert found.has("dinant", "crafts") == is_shown


@pytest.mark.parametrize("fields", [{"floor": 0}, {"floor": None}, {"floor": 4}])
def test_floor_that_is_missing_or_too_low_is_the_strictest(fields):
    few, enough = (people_of((n, 40, 40), (40, 40, 40), (40, 40, 40)) for n in (10, 11))
    found = [publish([table(people, **fields)], people)[0] for people in (few, enough)]
    assert [each.has("dinant", "crafts") for each in found] == [False, True]
    assert broken(found[:1], few, floor=11) == {}


def test_open_total_is_shown_however_small():
    people = people_of((1, 2, 0), (20, 9, 50), (60, 50, 70))
    (found,) = publish([table(people, open=lambda place: place[1] == TOTAL)], people)
    assert [found.numbers[row, TOTAL] for row in ROWS] == [3, 79, 180]
    assert {("dinant", "crafts"), ("dinant", "food")} <= is_hidden(found)
    assert broken([found], people) == {}


def test_cell_of_two_tables_is_hidden_in_both():
    people = people_of((3, 20, 30), (20, 9, 50), (60, 50, 70))
    alone = Table("food", ("food",), ("dinant",), {("crafts", "dinant"): frozenset({("dinant", "crafts")})}, floor=5)
    _crossed, found = publish([table(people), alone], people)
    assert found.numbers == {("crafts", "dinant"): None}


def test_cell_of_two_tables_has_the_stricter_floor_of_both():
    people = people_of((7, 20, 30), (20, 29, 50), (60, 50, 70))
    strict, loose = publish([table(people, floor=11), table(people)], people)
    assert not strict.has("dinant", "crafts")
    assert not loose.has("dinant", "crafts")


def test_same_input_gives_the_same_tables():
    people = people_of((3, 20, 1), (20, 9, 50), (2, 50, 70))
    reordered = dict(reversed(people.items()))
    assert publish([table(people)], people) == publish([table(reordered)], reordered)


def test_order_in_which_a_process_keeps_its_sets_does_not_matter():
    code = """
from tests.figures.test_attack import FIRST, GROUPS, SECOND, STORY, YEAR, publish
print([each.numbers for each in publish([FIRST, SECOND, YEAR], dict(zip(GROUPS, [n // 2 for n in STORY])))])
"""
    command = [sys.executable, "-c", code]
    run = partial(subprocess.run, command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    found = {run(env=os.environ | {"PYTHONHASHSEED": seed}).stdout for seed in "123"}
    assert len(found) == 1


def test_without_tables_or_people_nothing_is_published():
    assert publish([], {}) == ()
    (found,) = publish([table([])], {})
    assert (found.numbers, found.is_mostly_hidden) == ({}, False)


def test_group_of_less_than_nobody_is_refused():
    with pytest.raises(ValueError, match="less than nobody"):
        publish([], {("dinant", "food"): -1})


def test_solver_that_gives_up_is_an_error_and_no_reason_to_publish():
    people = {("dinant", "food"): 3, ("namur", "food"): 5}
    small = Sum(frozenset({("dinant", "food")}), count=3, floor=5, most=4)
    worlds = Worlds([small, Sum(frozenset(people), count=8, floor=5, most=4)], people)
    worlds._solver.setOptionValue("presolve", "off")
    worlds._solver.setOptionValue("simplex_iteration_limit", 0)
    with pytest.raises(RuntimeError, match="gave up"):
        worlds.nearest(small.to_nought, [])


def test_table_more_than_half_hidden_says_so_whatever_is_nought():
    people = people_of((3, 2, 0), (0, 4, 0), (0, 0, 70))
    (found,) = publish([table(people)], people)
    assert found.is_mostly_hidden
    assert not publish([table(people_of((50, 60, 70)))], people_of((50, 60, 70)))[0].is_mostly_hidden


def test_half_hidden_is_not_more_than_half():
    place = product(ROWS[:2], COLUMNS[:2])
    cells = {each: frozenset({each}) for each in place}
    half = Published(Table("shops", ROWS[:2], COLUMNS[:2], cells), dict(zip(cells, (None, None, 5, 6), strict=True)))
    more = Published(half.table, dict(zip(cells, (None, None, 0, 6), strict=True)))
    assert (half.is_mostly_hidden, more.is_mostly_hidden) == (False, True)


COUNTS = st.lists(st.integers(0, 12), min_size=9, max_size=9)


@settings(max_examples=60, deadline=None)
@given(COUNTS, st.booleans())
def test_no_small_count_of_any_table_can_be_placed(counts, is_open):
    people = dict(zip(product(ROWS, COLUMNS), counts, strict=True))
    (found,) = publish([table(people, open=lambda place: is_open and place[1] == TOTAL)], people)
    assert broken([found], people) == {}


@settings(max_examples=40, deadline=None)
@given(COUNTS, COUNTS)
def test_no_small_count_can_be_placed_by_an_earlier_release_either(before, late):
    first = {(*place, "1"): n for place, n in zip(product(ROWS, COLUMNS), before, strict=True)}
    later = {(*place, "2"): n for place, n in zip(product(ROWS, COLUMNS), late, strict=True)}
    earlier = publish([table(first)], first)
    found = publish([table(first | later)], first | later, earlier)
    assert broken(earlier, first) == broken(found, first | later, earlier) == {}
