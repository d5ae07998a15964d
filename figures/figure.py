from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with what it takes to trust it: its value and unit, over how many, what it counts, since and until when.

    `value` is None where nothing may be shown (see disclosure.py) or nothing was counted.
    """

    name: str
    definition: str
    unit: str
    value: Fraction | None
    n: int
    since: date | None = None
    until: date | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    as_of: datetime | None = None
    note: str = ""
