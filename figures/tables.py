"""Tables of counts before and after disclosure control. What is in several cells is said by the groups that they count.

A group is the smallest lot of shops or persons that is counted together: those of one quarter, who came to a session of
Namur and Dinant, of the food trades. A cell names its groups: both cities' rows have that one, the total has it once, the year
has those of its four quarters. So every link between tables, periods and releases is known without being declared.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from figures.floors import STRICTEST_FLOOR, strict

type Group = tuple[str, ...]
type Groups = frozenset[Group]
type Place = tuple[str, str]  # the code of a row and of a column

TOTAL = ""


@dataclass(frozen=True, slots=True)
class Table:
    """What each place counts; totals stand at TOTAL. A place that everybody knows to be empty is left out.

    `open` are the places that are nobody's secret (how many came to a city's sessions): never hidden, known to anyone
    who would work out the others. A floor that is missing or too low is the strictest.
    """

    code: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Place, Groups]
    floor: int = STRICTEST_FLOOR
    open: frozenset[Place] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "floor", strict(self.floor))


def crossed(
    code: str,
    groups: Iterable[Group],
    row: Callable[[Group], Iterable[str]],
    column: Callable[[Group], Iterable[str]],
    *,
    floor: int = STRICTEST_FLOOR,
    open: Callable[[Place], bool] = lambda place: False,
) -> Table:
    """The table of these groups with all of its totals. A group may stand in several rows: totals count it once.

    Rows and columns come in the order of their codes; a place that no group belongs to is left out.
    """
    cells: dict[Place, set[Group]] = {}
    for group in groups:
        for place in _places([*row(group)], [*column(group)]):
            cells.setdefault(place, set()).add(group)
    return Table(
        code=code,
        rows=_codes(row for row, _column in cells),
        columns=_codes(column for _row, column in cells),
        cells={place: frozenset(cells[place]) for place in sorted(cells)},
        floor=floor,
        open=frozenset(filter(open, cells)),
    )


def _places(rows: Collection[str], columns: Collection[str]) -> Iterable[Place]:
    if rows and columns:
        yield from ((row, column) for row in (*rows, TOTAL) for column in (*columns, TOTAL))


def _codes(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found) - {TOTAL}))


@dataclass(frozen=True)
class Published:
    """A table as anyone may see it: None where the number is held back. `table` says what each counts, never how many."""

    table: Table
    numbers: Mapping[Place, int | None]

    def has(self, row: str, column: str) -> bool:
        """Whether the number there is shown; a mean or a share over as many answers stands or falls with it."""
        return self.numbers.get((row, column)) is not None

    @cached_property
    def is_mostly_hidden(self) -> bool:
        """More than half of what is not nought, totals aside, is held back: a sentence says more than the table."""
        inner = [number for (row, column), number in self.numbers.items() if row != TOTAL and column != TOTAL]
        return 2 * inner.count(None) > len(inner) - inner.count(0)

    def as_data(self) -> dict[str, Any]:
        """For JSON, with all that later releases are held against; groups are named once and then by their number."""
        groups = sorted(frozenset().union(*self.table.cells.values()))
        number_of = {group: number for number, group in enumerate(groups)}
        return {
            "code": self.table.code,
            "rows": list(self.table.rows),
            "columns": list(self.table.columns),
            "floor": self.table.floor,
            "open": sorted(map(list, self.table.open)),
            "groups": list(map(list, groups)),
            "cells": [
                [*place, self.numbers[place], sorted(number_of[group] for group in self.table.cells[place])]
                for place in sorted(self.table.cells)
            ],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Published":
        groups = [tuple(group) for group in data["groups"]]
        cells = {(row, column): frozenset(groups[n] for n in own) for row, column, _number, own in data["cells"]}
        table = Table(
            code=data["code"],
            rows=tuple(data["rows"]),
            columns=tuple(data["columns"]),
            cells=cells,
            floor=data["floor"],
            open=frozenset((row, column) for row, column in data["open"]),
        )
        return cls(table, {(row, column): number for row, column, number, _groups in data["cells"]})
