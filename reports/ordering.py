"""Tables that their readers put in order: the same columns on the page, with their sums at its foot, and in the file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.formats import date_format

from figures.definition import Unit, Words
from figures.saying import short
from programmes.folding import folded
from rendering import workbooks
from rendering.workbooks import Kind, Sheet


@dataclass(frozen=True, slots=True)
class Column[Row]:
    """`code` stands in the address; `read` takes its value out of a row: a text, a day or a number, None where there is none. `note`
    is said below it, on the page alone; what is not `on_page` is in the file alone."""

    code: str
    head: Words
    read: Callable[[Row], Any]
    kind: Kind = Kind.TEXT
    width: int = 12
    shown: str = ""
    is_summed: bool = False
    note: Callable[[Row], str] | None = None
    on_page: bool = True


@dataclass(frozen=True, slots=True)
class Head:
    """`asks` is what its link changes in the address; `direction` is that in which the rows stand now, if by it."""

    words: str
    is_number: bool
    asks: dict[str, str]
    direction: str


@dataclass(frozen=True, slots=True)
class Cell:
    head: str
    words: str
    is_number: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ordered[Row]:
    """`code` names the table in the address. `order` is the code of a column, after a minus from the greatest down; what is no such
    code leaves the rows as they came. What has no value stands last."""

    code: str
    title: str
    columns: Sequence[Column[Row]]
    rows: Sequence[Row]
    order: str = ""

    @property
    def shown(self) -> list[Column[Row]]:
        return [column for column in self.columns if column.on_page]

    @property
    def heads(self) -> Iterator[Head]:
        for column in self.shown:
            first, other = column.code, f"-{column.code}"
            if column.kind.is_number:
                first, other = other, first
            directions = {column.code: "ascending", f"-{column.code}": "descending"}
            asks = {self.code: other if self.order == first else first}
            yield Head(str(column.head), column.kind.is_number, asks, directions.get(self.order, ""))

    @property
    def in_order(self) -> list[Row]:
        column = next((each for each in self.shown if each.code == self.order.removeprefix("-")), None)
        if column is None:
            return [*self.rows]
        known = [row for row in self.rows if column.read(row) is not None]
        nothing = [row for row in self.rows if column.read(row) is None]
        return [*sorted(known, key=lambda row: _key(column.read(row)), reverse=self.order.startswith("-")), *nothing]

    @property
    def lines(self) -> Iterator[list[Cell]]:
        for row in self.in_order:
            yield [_cell(column, column.read(row), column.note(row) if column.note else "") for column in self.shown]

    @property
    def sums(self) -> list[Cell]:
        """Below each column but the first; nothing below those that do not add up."""
        return [_cell(column, self._sum(column)) for column in self.shown[1:]]

    def _sum(self, column: Column[Row]) -> Any:
        return sum(column.read(row) or 0 for row in self.rows) if column.is_summed else ""

    def sheet(self) -> Sheet:
        columns = [
            workbooks.Column(str(each.head), each.kind, each.width, each.shown, each.is_summed) for each in self.columns
        ]
        return Sheet(self.title, columns, ([each.read(row) for each in self.columns] for row in self.in_order))


def _key(value: Any) -> Any:
    return folded(value) if isinstance(value, str) else value


def _cell[Row](column: Column[Row], value: Any, note: str = "") -> Cell:
    return Cell(str(column.head), _said(value), column.kind.is_number, note)


def _said(value: Any) -> str:
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if value is None or isinstance(value, int | Decimal):
        return short(None if value is None else Fraction(value), Unit.COUNT)
    return str(value)
