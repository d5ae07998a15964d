"""Other worlds: how the groups could be counted so that a reader of the published tables would not see the difference."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf
from typing import TYPE_CHECKING

from figures.tables import Group, Groups

if TYPE_CHECKING:
    from highspy import Highs

# By how many each sum differs from what was counted; those that do not are left out. Halves occur: see docs/decisions/0008.
type World = Mapping[Groups, float]

# The solver is right to a ten-millionth; what is less than this is nothing.
NOTHING = 1e-5
# What it earns to do for another need as well: never as much as hiding anything costs.
LITTLE = 1e-2


@dataclass(frozen=True, slots=True)
class Sum:
    """A number of shops or persons. `is_known` where it can't be hidden any more, `is_shown` where it is to be published.

    One that is neither is protected all the same: a single group, a cell held back by an earlier release. `most` is what it
    could be at most as far as it is protected: its floor less 1, or a known number that it is a part of.
    """

    groups: Groups
    count: int
    floor: int
    most: int
    is_known: bool = False
    is_shown: bool = True

    @property
    def is_small(self) -> bool:
        return 0 < self.count < self.floor and not self.is_known

    @property
    def cost(self) -> int:
        """What is lost by hiding it: first that there is a number at all, then how many it counts."""
        return self.floor + self.count if self.is_shown and not self.is_small else 0

    @property
    def to_nought(self) -> "Need":
        return Need(self, -self.count)

    @property
    def to_floor(self) -> "Need":
        return Need(self, self.most - self.count)


@dataclass(frozen=True, slots=True)
class Need:
    """That a sum could, for all a reader knows, differ by `change` at least: upwards where it is positive."""

    sum: Sum
    change: float

    def is_met_in(self, world: World) -> bool:
        found = world.get(self.sum.groups, 0)
        return found > self.change - NOTHING if self.change > 0 else found < self.change + NOTHING


class Worlds:
    """A linear programme over all groups; asked for a world that meets a need, it finds the one that hides least.

    Each group is a column of at least 0; each sum is a row that says that its groups add up to its count, give or take three
    more columns: `up`, which ends where its need does, `more` and `down`. They cost what hiding the sum would lose, and
    nothing once it is hidden. What other sums need earns a little, so that few worlds do for all of them.
    """

    def __init__(self, sums: Sequence[Sum]) -> None:
        self._sums = sums
        self._groups = sorted(frozenset[Group]().union(*(each.groups for each in sums)))
        self._first = {each.groups: len(self._groups) + 3 * number for number, each in enumerate(sums)}
        self._hidden = {each.groups for each in sums if each.cost == 0}
        self._solver = _solver()
        self._state()

    def nearest(self, need: Need, others: Sequence[Need]) -> tuple[World, Need]:
        """A world that meets the need, or as much of it as known numbers leave possible; what it changes is hidden now.

        It meets as many of the others, which go the same way, as it can without hiding more.
        """
        world = self._find(need, others)
        if world is None:
            farthest = self._farthest(need)
            need = Need(need.sum, farthest.get(need.sum.groups, 0))
            world = self._find(need, others) or farthest
        self._hidden |= world.keys()
        return world, need

    def _state(self) -> None:
        column_of = {group: column for column, group in enumerate(self._groups)}
        columns = len(self._groups) + 3 * len(self._sums)
        self._solver.addVars(columns, [0.0] * columns, [inf] * columns)
        for each in self._sums:
            first = self._first[each.groups]
            own = sorted(column_of[group] for group in each.groups)
            signs = [1.0] * len(own) + [-1.0, -1.0, 1.0]
            self._solver.addRow(each.count, each.count, len(signs), [*own, first, first + 1, first + 2], signs)
            self._free(each)

    def _find(self, need: Need, others: Sequence[Need]) -> World | None:
        self._set_costs(self._losses(need.change > 0, {each.sum.groups for each in others}))
        self._bound(need, abs(need.change))
        found = self._solved()
        self._free(need.sum)
        return found

    def _losses(self, is_up: bool, others: set[Groups]) -> Iterator[tuple[float, float, float]]:
        for each in self._sums:
            cost = 0 if each.groups in self._hidden else each.cost
            if each.groups in others:
                yield (-LITTLE, 0, 2 * LITTLE) if is_up else (2 * LITTLE, 2 * LITTLE, -LITTLE)
            else:
                yield (cost, cost, cost)

    def _farthest(self, need: Need) -> World:
        self._set_costs((-1, -1, -1) if each == need.sum else (0, 0, 0) for each in self._sums)
        self._bound(need, 0)
        found = self._solved()
        self._free(need.sum)
        if found is None:
            raise RuntimeError("The solver does not find what was counted.")
        return found

    def _solved(self) -> World | None:
        self._solver.run()
        status = self._solver.modelStatusToString(self._solver.getModelStatus())
        if status not in {"Optimal", "Infeasible"}:
            raise RuntimeError(f"The solver gave up: {status}.")
        if status == "Infeasible":
            return None
        ways = self._solver.getSolution().col_value[len(self._groups) :]
        changes = zip(self._sums, ways[::3], ways[1::3], ways[2::3], strict=True)
        found = ((each, up + more - down) for each, up, more, down in changes)
        return {each.groups: change for each, change in found if abs(change) > NOTHING}

    def _bound(self, need: Need, least: float) -> None:
        most = abs(need.change)
        ways = [(least, most), (0, 0), (0, 0)] if need.change > 0 else [(0, 0), (0, 0), (least, most)]
        self._set_bounds(need.sum, ways)

    def _free(self, each: Sum) -> None:
        most = 0 if each.is_known else inf
        self._set_bounds(each, [(0, each.most - each.count if each.is_small else most), (0, most), (0, most)])

    def _set_bounds(self, each: Sum, ways: Sequence[tuple[float, float]]) -> None:
        first = self._first[each.groups]
        least, most = zip(*ways, strict=True)
        self._solver.changeColsBounds(3, [first, first + 1, first + 2], [*least], [*most])

    def _set_costs(self, losses: Iterable[tuple[float, float, float]]) -> None:
        count = 3 * len(self._sums)
        columns = [*range(len(self._groups), len(self._groups) + count)]
        self._solver.changeColsCost(count, columns, [*chain.from_iterable(losses)])


def _solver() -> "Highs":
    from highspy import Highs  # noqa: PLC0415 - 0.1 s and 30 MB that only the worker needs, when it makes a release

    solver = Highs()  # type: ignore[no-untyped-call]  # highspy types all but this
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("simplex_strategy", 4)  # primal: costs change from one world to the next, half the time
    return solver
