from hypothesis import given, settings
from hypothesis import strategies as st

from reports.holding import held_back


def test_counts_of_few_are_held_back_and_noughts_are_shown():
    assert held_back({"food": {"namur": 3, "dinant": 0, "ciney": 2}}) == {("food", "namur"), ("food", "ciney")}


def test_another_is_held_back_so_that_the_sum_does_not_tell():
    assert held_back({"food": {"namur": 4, "dinant": 9, "ciney": 30}}) == {("food", "namur"), ("food", "dinant")}


def test_two_of_very_few_call_for_a_third():
    counts = {"food": {"namur": 1, "dinant": 2, "ciney": 30}}
    assert held_back(counts) == {("food", city) for city in ("namur", "dinant", "ciney")}


def test_columns_are_summed_up_too():
    counts = {"food": {"namur": 2, "dinant": 9}, "home": {"namur": 20, "dinant": 30}}
    assert held_back(counts) == {(row, city) for row in counts for city in ("namur", "dinant")}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=1, max_size=4))
def test_no_line_leaves_one_number_held_back_beside_others_that_are_shown(rows):
    counts = {row: dict(enumerate(cells)) for row, cells in enumerate(rows)}
    hidden = held_back(counts)
    for line in [[(r, c) for c in range(3)] for r in counts] + [[(r, c) for r in counts] for c in range(3)]:
        inside = [place for place in line if place in hidden]
        shown = [place for place in line if place not in hidden and counts[place[0]][place[1]]]
        together = sum(counts[r][c] for r, c in inside)
        assert not inside or not shown or (len(inside) > 1 and together >= 5)
