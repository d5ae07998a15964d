"""Geometry of the charts: numbers in, frozen dataclasses of ready SVG attributes out. The drawing is in templates/rendering.

Attributes are strings: a page's language would otherwise write 1.5 as "1,5". Charts of rows are measured in percent of the width
and in em, so that their text keeps its size on a phone and grows with the reader's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import cos, pi, sin
from textwrap import wrap
from typing import Any

CENTRE_X, CENTRE_Y, RADIUS = 150, 140, 110
ROW_EM, BAR_EM = 3.0, 1.45  # height of a row; where its bar begins below the row's top
# Letters of a label on one line, so that its value still has room beside it: on a phone, and on paper or a desk. SVG wraps nothing
# by itself.
PHONE, DESK = 34, 60
LINE_EM = 1.2

type Number = int | float | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Gauge:
    score: int
    low: int
    high: int
    band: str
    track: str
    value: str
    range: str

    @property
    def is_open(self) -> bool:
        """Whether "don't know" leaves room above or below the score."""
        return self.low != self.high


@dataclass(frozen=True, slots=True)
class Row:
    """`lines` are the label, each with its place; the value stands beside the first."""

    label: str
    lines: tuple[tuple[str, str], ...]
    value: int | None
    other: int | None
    width: str
    mark: str
    text_y: str
    bar_y: str
    mark_y: str

    @property
    def difference(self) -> int | None:
        """How far the value stands above the other (below: negative)."""
        return None if self.value is None or self.other is None else self.value - self.other


@dataclass(frozen=True, slots=True)
class Rows:
    """`fits` says for which width they are drawn ("phone" or "desk"), "" where they are the same for any."""

    rows: tuple[Row, ...]
    height: str
    fits: str = ""


@dataclass(frozen=True, slots=True)
class LedgerBar:
    gained: Number
    worth: Number
    width: str


def gauge(score: int, low: int | None = None, high: int | None = None, band: str = "") -> Gauge:
    """A half circle from 0 to 100; `low` and `high` are the range left open by "don't know"."""
    low, high = (score if low is None else low), (score if high is None else high)
    if not 0 <= low <= score <= high <= 100:
        raise ValueError(f"a gauge needs 0 <= low <= score <= high <= 100, not {low}, {score}, {high}")
    return Gauge(score, low, high, band, track=arc(0, 100), value=arc(0, score), range=arc(low, high))


def arc(start: int, end: int) -> str:
    """The path on the half circle from one score to another; empty where there is nothing to draw."""
    if start >= end:
        return ""
    return f"M{_point(start)}A{RADIUS} {RADIUS} 0 0 1 {_point(end)}"


def rows(items: Iterable[object], value: str, other: str) -> list[Rows]:
    """Drawn for every width, of which CSS shows one: twice where a label is too long for one line of a phone."""
    listed = [*items]
    if all(len(str(_read(item, "label"))) <= PHONE for item in listed):
        return [rows_of(listed, value, other, letters=DESK)]
    widths = (("phone", PHONE), ("desk", DESK))
    return [replace(rows_of(listed, value, other, letters), fits=width) for width, letters in widths]


def rows_of(listed: Sequence[object], value: str, other: str, letters: int) -> Rows:
    """One bar of 0 to 100 for each item, which has `label` and, under the names given, a value and a mark (either may be None); a line
    of a label has so many letters at most."""
    lines = [wrap(str(_read(item, "label")), letters) or [""] for item in listed]
    tops = [*accumulate((ROW_EM + LINE_EM * (len(each) - 1) for each in lines), initial=0.0)]
    drawn = tuple(
        _row(top, each, _read(item, value), _read(item, other))
        for top, each, item in zip(tops, lines, listed, strict=False)
    )
    return Rows(drawn, height=_em(tops[-1]))


def ledger_bar(gained: Number, missed: Number) -> LedgerBar:
    """What a question brought of what it is worth, both in points out of 100."""
    worth: Number = gained + missed  # type: ignore[operator]  # both are of one type
    share = Fraction(gained) / Fraction(worth) if worth else Fraction(0)
    return LedgerBar(gained, worth, width=_percent(float(share * 100)))


def _row(top: float, lines: list[str], value: int | None, other: int | None) -> Row:
    bar = top + BAR_EM + LINE_EM * (len(lines) - 1)
    return Row(
        label=" ".join(lines),
        lines=tuple((line, _em(top + 1.05 + LINE_EM * place)) for place, line in enumerate(lines)),
        value=value,
        other=other,
        width=_percent(value or 0),
        mark="" if other is None else _percent(other),
        text_y=_em(top + 1.05),
        bar_y=_em(bar),
        mark_y=_em(bar - 0.2),
    )


def _read(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def _point(score: int) -> str:
    angle = pi * (1 - score / 100)
    return f"{CENTRE_X + RADIUS * cos(angle):.3f} {CENTRE_Y - RADIUS * sin(angle):.3f}"


def _percent(share: float) -> str:
    if not 0 <= share <= 100:
        raise ValueError(f"a bar goes from 0 to 100, not {share}")
    return f"{share:.4g}%"


def _em(height: float) -> str:
    return f"{round(height, 2):g}em"
