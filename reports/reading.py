"""A release as it is read: its figures and tables in the reader's language, made from what was frozen and from nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from figures.definition import Unit
from questionnaires.texts import said
from reports.crossing import SCORE
from reports.gathering import HELD_BACK
from reports.models import Release
from reports.saying import NOTHING, cell, shown

# In this order they stand in documents; a table that a release does not have, or has without a row, is left out.
TITLES = {
    "engagement": gettext_lazy("Engagement of the city"),
    "refusals": gettext_lazy("Cities that refused, and why"),
    "campaigns": gettext_lazy("Campaign by campaign"),
    "groupings": gettext_lazy("Grouping by grouping"),
    "mobilisation": gettext_lazy("What was done so that shops come"),
    "sessions": gettext_lazy("Sessions"),
    "families": gettext_lazy("Families of trades"),
    "scores": gettext_lazy("Digital maturity"),
    "topics": gettext_lazy("Topics most recommended"),
    "satisfaction": gettext_lazy("What participants said"),
    "barriers": gettext_lazy("What stands in the way"),
    "funnel": gettext_lazy("From the wish to the training"),
    "stopped": gettext_lazy("Why wishes came to nothing"),
    "declining": gettext_lazy("Why others want nothing for now"),
    "coming": gettext_lazy("What comes next"),
}
ROWS = {
    "engagement": gettext_lazy("Campaign"),
    "refusals": gettext_lazy("Reason"),
    "campaigns": gettext_lazy("Campaign"),
    "groupings": gettext_lazy("Grouping"),
    "mobilisation": gettext_lazy("Action"),
    "sessions": gettext_lazy("Session"),
    "families": gettext_lazy("Family"),
    "scores": gettext_lazy("Theme"),
    "topics": gettext_lazy("Topic"),
    "satisfaction": gettext_lazy("Question"),
    "barriers": gettext_lazy("Obstacle"),
    "funnel": gettext_lazy("Step"),
    "stopped": gettext_lazy("Reason"),
    "declining": gettext_lazy("Reason"),
    "coming": gettext_lazy("Session"),
}
HEADS = {
    "state": gettext_lazy("State"),
    "state-since": gettext_lazy("Since"),
    "invited": gettext_lazy("Invited on"),
    "actions": gettext_lazy("Actions"),
    "hours": gettext_lazy("Hours"),
    "day": gettext_lazy("Day"),
    "cities": gettext_lazy("Cities"),
    "participants": gettext_lazy("Participants"),
    "of-the-city": gettext_lazy("Of the city"),
    "shops": gettext_lazy("Shops"),
    "share": gettext_lazy("Share"),
    "mean": gettext_lazy("Points of 100"),
    "value": gettext_lazy("Result"),
    "answers": gettext_lazy("Answers"),
    "slips": gettext_lazy("Slips"),
}
NUMBERS = {unit.name: unit for unit in Unit}


@dataclass(frozen=True, slots=True)
class Cell:
    """`words` as people read it; `plain` is the number, day or text for a spreadsheet."""

    words: str
    plain: Any
    is_number: bool
    is_held_back: bool = False
    exact: Fraction | None = None
    head: "Head | None" = None


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


@dataclass(frozen=True, slots=True)
class Table:
    code: str
    title: str
    row_head: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]

    @property
    def own_heads(self) -> int:
        return sum(not head.is_whole for head in self.heads)

    @property
    def has_whole(self) -> bool:
        return any(head.is_whole for head in self.heads)

    @property
    def holds_back(self) -> bool:
        return any(one.is_held_back for row in self.rows for one in row.cells)

    @property
    def is_mostly_hidden(self) -> bool:
        """More than half of the subject's own: a sentence says more than the table."""
        own = [row.cells[place] for row in self.rows for place, head in enumerate(self.heads) if not head.is_whole]
        return 2 * sum(one.is_held_back for one in own) > len(own)

    @property
    def bars(self) -> list[dict[str, Any]]:
        """For the chart: the first own number of each row, beside that of the whole; shares in percent. None without one of its own."""
        place = 1 if self.heads[0].code == "shops" else 0
        other = place + self.own_heads
        drawn = [
            (row.label, percent(row.cells[place]), percent(row.cells[other]) if self.has_whole else None)
            for row in self.rows
        ]
        if not any(value for _label, value, _peer in drawn):
            return []
        told = [one for one in drawn if one[1:] != (None, None)]
        return [{"label": label, "value": value, "peer": peer} for label, value, peer in told]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    code: str
    unit: str
    name: str
    definition: str
    own: Cell
    whole: Cell
    n: int | None


def percent(one: Cell) -> int | None:
    """A share or points, from 0 to 100 for a bar."""
    if one.exact is None:
        return None
    is_share = one.head is not None and one.head.unit == Unit.SHARE.name
    hundredths = one.exact * 100 if is_share else one.exact
    return min(100, int(hundredths + Fraction(1, 2)))


class Reading:
    """Of one release. Raises ContentChanged where the content is not what its checksum was taken of."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.content: Mapping[str, Any] = release.checked_content()

    @property
    def about(self) -> str:
        return str(said(self.content["subject"]["names"]))

    @property
    def period(self) -> str:
        return str(said(self.content["period"]["names"]))

    @property
    def since(self) -> date:
        return date.fromisoformat(self.content["period"]["since"])

    @property
    def until(self) -> date:
        return date.fromisoformat(self.content["period"]["until"])

    @property
    def as_of(self) -> datetime:
        return localtime(datetime.fromisoformat(self.content["as_of"]))

    @property
    def floor(self) -> int:
        return int(self.content["floor"])

    @property
    def shops(self) -> int | None:
        """How many there are in the city; None: not known."""
        found: int | None = self.content["shops"]
        return found

    @property
    def is_whole(self) -> bool:
        return bool(self.content["subject"]["code"] == "whole")

    @property
    def is_empty(self) -> bool:
        """Nobody has come yet."""
        return self.number("sessions-held") == 0

    @property
    def checksum_lines(self) -> list[str]:
        """In groups of eight, to be compared by eye."""
        return [self.release.checksum[start : start + 8] for start in range(0, 64, 8)]

    @cached_property
    def figures(self) -> dict[str, KeyFigure]:
        return {one["code"]: self._figure(one) for one in self.content["figures"]}

    @cached_property
    def tables(self) -> dict[str, Table]:
        found = {
            code: self._table(code, self.content["tables"][code]) for code in TITLES if code in self.content["tables"]
        }
        return {code: table for code, table in found.items() if table.rows}

    @property
    def words(self) -> list[tuple[str, str]]:
        """How each figure is called and what it counts."""
        return [(str(said(one["name"])), str(said(one["definition"]))) for one in self.content["words"].values()]

    def sentence(self, code: str) -> str:
        """With {value} and {n}, as it was said when it was released."""
        return str(said(self.content["words"][code]["sentence"]))

    def number(self, code: str) -> Fraction | None:
        """The subject's own; None where nothing was counted."""
        return self.figures[code].own.exact if code in self.figures else None

    def _figure(self, one: Mapping[str, Any]) -> KeyFigure:
        told = self.content["words"][one["code"]]
        own, whole = (
            _read(each["value"], one["unit"], is_held_back=each.get("is_held_back"))
            for each in (one["own"], one["whole"])
        )
        return KeyFigure(
            one["code"],
            one["unit"],
            str(said(told["name"])),
            str(said(told["definition"])),
            own,
            whole,
            one["own"]["n"],
        )

    def _table(self, code: str, plain: Mapping[str, Any]) -> Table:
        heads = tuple(self._head(column) for column in plain["columns"])
        rows = tuple(self._row(code, heads, row) for row in plain["rows"])
        return Table(code, str(TITLES[code]), str(ROWS[code]), heads, rows)

    def _head(self, column: Mapping[str, Any]) -> Head:
        known = HEADS.get(column["code"])
        words = str(known) if known else str(said(self.content["words"][column["code"]]["name"]))
        return Head(column["code"], words, column["unit"], column["is_whole"])

    def _row(self, table: str, heads: Sequence[Head], row: Mapping[str, Any]) -> Row:
        units = [self._unit(head, row["code"]) for head in heads]
        read = (_read(value, unit) for value, unit in zip(row["cells"], units, strict=True))
        cells = tuple(replace(one, head=head) for one, head in zip(read, heads, strict=True))
        return Row(row["code"], _label(table, row), cells)

    def _unit(self, head: Head, code: str) -> str:
        """Where each row is a figure of its own, the unit is that figure's."""
        return self.content["words"][code]["unit"] if head.unit == "VALUE" else head.unit


def _label(table: str, row: Mapping[str, Any]) -> str:
    if names := said(row["names"]):
        return str(names)
    return _("All themes together") if row["code"] == SCORE else _("Not known")


def _read(value: Any, unit: str, *, is_held_back: bool | None = False) -> Cell:
    is_number = unit in NUMBERS
    if is_held_back or value == HELD_BACK:
        return Cell(_("not shown"), None, is_number, is_held_back=True)
    if value is None:
        return Cell(NOTHING, None, is_number)
    if unit == "DAY":
        day = date.fromisoformat(value)
        return Cell(date_format(day, "SHORT_DATE_FORMAT"), day, is_number)
    if not is_number:
        return Cell(str(said(value)), str(said(value)), is_number)
    exact = Fraction(value)
    return Cell(_brief(exact, NUMBERS[unit]), _reckonable(exact, NUMBERS[unit]), is_number, exact=exact)


def _brief(value: Fraction, unit: Unit) -> str:
    """Points stand below a head that says so."""
    if unit is not Unit.POINTS:
        return shown(value, unit)
    number = cell(value, unit)
    return number_format(number, force_grouping=True) if number is not None else NOTHING


def _reckonable(value: Fraction, unit: Unit) -> Any:
    """A share as the ratio that a spreadsheet shows in percent."""
    return float(value) if unit is Unit.SHARE else cell(value, unit)
