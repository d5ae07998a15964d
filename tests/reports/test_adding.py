from dataclasses import replace

import pytest

from figures.definition import Value, count, share
from reports import registry
from reports.adding import why_not
from reports.parting import Part

COUNT = registry.definition_of("participants")
ANSWERS = registry.definition_of("usefulness")
PLACES = "A session of several cities counts in each of them, and once in the whole."
APART = "Sessions with fewer than five answers count in the whole of their campaign alone."


def parts(*numbers, is_shown=True):
    return [Part(str(n), "", share(n, n) if n else Value(None, 0), is_shown, "") for n in numbers]


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("definition", "whole", "numbers", "by", "said"),
    [
        (COUNT, 8, (5, 3), "city", []),
        (COUNT, 8, (), "city", []),
        (COUNT, 8, (5, 4), "city", [PLACES]),
        (
            COUNT,
            8,
            (5, 4),
            "campaign",
            ["Who was counted in several of these parts is one in the whole: together the parts are more."],
        ),
        (COUNT, 8, (5, 1), "sub_sector", ["2 of 8 belong to none of these parts."]),
        (ANSWERS, 683, (529, 68, 5, 25, 5), "kind", ["51 of 683 belong to none of these parts.", APART]),
        (ANSWERS, 683, (529, 68), "city", [PLACES, APART]),
        (ANSWERS, 7, (7, 7), "kind", ["Each is counted over the same 7: they do not add up."]),
    ],
)
def test_why_parts_do_not_add_up_is_said(definition, whole, numbers, by, said):
    assert why_not(definition, count(whole), parts(*numbers), by) == said


@pytest.mark.usefixtures("in_english")
def test_where_parts_are_held_back_no_number_tells_them():
    found = [*parts(20), *parts(3, is_shown=False)]
    said = why_not(replace(ANSWERS, apart=""), count(27), found, "kind")
    assert said == ["Parts of few answers are held back: the others do not add up to the whole."]
