"""Geometry of a value over time: a column for each period. As in charts.py, attributes are strings, in percent of the width and in em."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

TOP_EM, HEIGHT_EM = 1.6, 8.0  # where the tallest column begins, below its own figure; how tall it is
GAP = Fraction(1, 5)  # of the room of a column


@dataclass(frozen=True, slots=True)
class Column:
    """`words` stand above it where they are said: on the highest, over which no other column can lie."""

    label: str
    words: str
    is_said: bool
    x: str
    y: str
    width: str
    height: str
    middle: str
    text_y: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Trend:
    columns: tuple[Column, ...]
    height: str
    foot: str
    label_y: str
    words_y: str

    @property
    def first(self) -> Column:
        return self.columns[0]

    @property
    def last(self) -> Column:
        return self.columns[-1]


def trend(parts: Iterable[Any]) -> Trend | None:
    """Parts have `label`, `words` and `value` (a number from 0, or None). None where there are fewer than two, or all is nought."""
    items = [*parts]
    values = [Fraction(item.value or 0) for item in items]
    highest = max(values, default=Fraction(0))
    if len(items) < 2 or not highest:
        return None
    columns = tuple(
        _column(place, len(items), item, value / highest, place == values.index(highest))
        for place, (item, value) in enumerate(zip(items, values, strict=True))
    )
    foot = TOP_EM + HEIGHT_EM
    return Trend(columns, height=_em(foot + 3.1), foot=_em(foot), label_y=_em(foot + 1.3), words_y=_em(foot + 2.6))


def _column(place: int, total: int, item: Any, share: Fraction, is_said: bool) -> Column:
    room = Fraction(100, total)
    left, width = room * place + room * GAP / 2, room * (1 - GAP)
    height = Fraction(HEIGHT_EM) * share
    top = Fraction(TOP_EM) + Fraction(HEIGHT_EM) - height
    middle = left + width / 2
    return Column(
        label=str(item.label),
        words=str(item.words),
        is_said=is_said,
        x=_percent(left),
        y=_em(top),
        width=_percent(width),
        height=_em(height),
        middle=_percent(Fraction(0) if middle < 10 else Fraction(100) if middle > 90 else middle),
        text_y=_em(top - Fraction(2, 5)),
        anchor="start" if middle < 10 else "end" if middle > 90 else "middle",
    )


def _percent(share: Fraction) -> str:
    return f"{float(share):.4g}%"


def _em(height: float | Fraction) -> str:
    return f"{round(float(height), 2):g}em"
