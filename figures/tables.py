"""Tables of counts before and after disclosure control. What is in several cells is said by the groups that they count.

A group is the smallest lot of shops or persons that is counted together: those of one quarter, who came to a session of
Namur and Dinant, of the food trades. A cell names its groups: both cities' rows have that one, the total has it once, the year
has those of its four quarters. So every link between tables, periods and releases is known without being declared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

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
