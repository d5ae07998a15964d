"""A table of a release as it is read: its cells in words, and what is drawn of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from figures.definition import Unit
from reports.wording import CAPTIONS

NUMBERS = {unit.name: unit for unit in Unit}


@dataclass(frozen=True, slots=True)
class Cell:
    """`words` as people read it; `exact` is its number, `plain` its day or text. The unit is its own: rows of one column may be
    different figures."""

    words: str
    plain: Any
    unit: str
    is_held_back: bool = False
    exact: Fraction | None = None
    head: "Head | None" = None

    @property
    def is_number(self) -> bool:
        return self.unit in NUMBERS


@dataclass(frozen=True, slots=True)
class Head:
    code: str
    words: str
    unit: str
    is_whole: bool

    @property
    def is_number(self) -> bool:
        return self.unit not in ("TEXT", "DAY")


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    label: str
    cells: tuple[Cell, ...]

    @property
    def own(self) -> list[Cell]:
        return [one for one in self.cells if one.head and not one.head.is_whole]

    @property
    def whole(self) -> list[Cell]:
        return [one for one in self.cells if one.head and one.head.is_whole]


@dataclass(frozen=True, slots=True)
class Part:
    """What a chart over time draws of one row."""

    label: str
    words: str
    value: Fraction | None


@dataclass(frozen=True, slots=True)
class Table:
    code: str
    title: str
    row_head: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    # Whose own columns these are: the subject, or a grouping of it where the subject is too small.
    about: str = ""
    is_own: bool = True
    is_too_small: bool = False
    is_mostly_hidden: bool = False
    notes: tuple[str, ...] = ()

    @property
    def caption(self) -> str:
        return str(CAPTIONS.get(self.code, ""))

    @property
    def own_heads(self) -> int:
        return sum(not head.is_whole for head in self.heads)

    @property
    def has_whole(self) -> bool:
        return any(head.is_whole for head in self.heads)

    @property
    def bars(self) -> list[dict[str, Any]]:
        """For the chart: the first own number of each row, beside that of the whole; shares in percent. None without one of its own."""
        if not self.own_heads:
            return []
        place = 1 if self.heads[0].code == "shops" else 0
        drawn = [
            (row.label, percent(row.own[place]), percent(row.whole[place]) if self.has_whole else None)
            for row in self.rows
        ]
        if not any(value for _label, value, _peer in drawn):
            return []
        told = [one for one in drawn if one[1:] != (None, None)]
        return [{"label": label, "value": value, "peer": peer} for label, value, peer in told]

    @property
    def over_time(self) -> list[tuple[str, list[Part]]]:
        """For the charts: each own column with something in it, under its head, from row to row."""
        heads = [row.head.words for row in self.rows[0].own if row.head] if self.rows else []
        drawn = zip(*(_parts(row) for row in self.rows), strict=True)
        return [
            (words, [*parts]) for words, parts in zip(heads, drawn, strict=True) if any(part.value for part in parts)
        ]


def _parts(row: Row) -> list[Part]:
    return [Part(row.label, one.words, one.exact) for one in row.own]


def narrowed(table: Table) -> Table:
    """Without the columns in which nothing was counted."""
    columns = [*zip(*(row.cells for row in table.rows), strict=True)]
    kept = [
        head
        for head, column in zip(table.heads, columns, strict=bool(columns))
        if _has_something(head, column, has_whole=table.has_whole)
    ]
    rows = tuple(replace(row, cells=tuple(one for one in row.cells if one.head in kept)) for row in table.rows)
    return replace(table, heads=tuple(kept), rows=rows)


def tells(one: Cell, *, has_whole: bool = False) -> bool:
    """Whether anything was counted: "no city refused" tells something, "vouchers of €0" does not. Beside the whole, counts of nothing
    but noughts tell no more than a sentence; a share of 0% has been counted."""
    untold = (Unit.EURO.name, Unit.COUNT.name) if has_whole else (Unit.EURO.name,)
    return one.is_held_back or bool(one.exact) or (one.exact is not None and one.unit not in untold)


def _has_something(head: Head, column: Sequence[Cell], *, has_whole: bool) -> bool:
    return not head.is_number or any(tells(one, has_whole=has_whole and not head.is_whole) for one in column)


def percent(one: Cell) -> int | None:
    """A share or points, from 0 to 100 for a bar."""
    if one.exact is None:
        return None
    hundredths = one.exact * 100 if one.unit == Unit.SHARE.name else one.exact
    return min(100, int(hundredths + Fraction(1, 2)))
