"""Other worlds: how the groups could be counted so that a reader of the published tables would not see the difference."""

from collections.abc import Mapping, Sequence
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
# How a group differs: upwards, more than that, downwards.
WAYS = (1.0, 1.0, -1.0)


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

    Each group has three columns, by which it differs: `up`, which ends where it reaches its floor, `more`, and `down` to nobody.
    Each sum that is known or shown is a row: a known one differs by nothing, a shown one has two more columns, `over` and `under`,
    which cost what hiding it would lose, and nothing once it is hidden. One row more is that of the need. What has been hidden
    from the first needs no row. Groups that others need earn a little, so that few worlds do for all of them.
    """

    def __init__(self, sums: Sequence[Sum], people: Mapping[Group, int]) -> None:
        self._groups = sorted(frozenset[Group]().union(*(each.groups for each in sums)))
        self._first = {group: 3 * number for number, group in enumerate(self._groups)}
        self._counts = [people.get(group, 0) for group in self._groups]
        self._most = {
            group: each.most for each in sums if each.is_small and len(each.groups) == 1 for group in each.groups
        }
        self._shown = [each for each in sums if each.cost]
        self._known = [each for each in sums if each.is_known]
        self._holding: dict[Group, list[Groups]] = {group: [] for group in self._groups}
        for each in sums:
            for group in each.groups:
                self._holding[group].append(each.groups)
        self._hidden: set[Groups] = set()
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
        for group, count in zip(self._groups, self._counts, strict=True):
            self._solver.addVars(3, [0, 0, 0], [max(0, self._most.get(group, 0) - count), inf, count])
        for each in self._shown:
            over = self._solver.getNumCol()
            self._solver.addVars(2, [0, 0], [inf, inf])
            self._add_row(each.groups, [over, over + 1], [-1.0, 1.0])
        for each in self._known:
            self._add_row(each.groups)
        self._need_row = self._solver.getNumRow()
        self._solver.addRow(-inf, inf, 0, [], [])

    def _add_row(self, groups: Groups, columns: Sequence[int] = (), signs: Sequence[float] = ()) -> None:
        own = sorted(chain.from_iterable(self._ways(group) for group in groups))
        self._solver.addRow(0, 0, len(own) + len(columns), [*own, *columns], [*WAYS * len(groups), *signs])

    def _ways(self, group: Group) -> range:
        return range(self._first[group], self._first[group] + 3)

    def _find(self, need: Need, others: Sequence[Need]) -> World | None:
        self._set_costs(need.change > 0, {group for each in others for group in each.sum.groups})
        return self._solved(need, need.change, need.change)

    def _farthest(self, need: Need) -> World:
        sign = -1 if need.change > 0 else 1
        columns = [column for group in need.sum.groups for column in self._ways(group)]
        self._solver.changeColsCost(
            self._solver.getNumCol(), [*range(self._solver.getNumCol())], [0] * self._solver.getNumCol()
        )
        self._solver.changeColsCost(len(columns), columns, [sign * way for way in WAYS] * len(need.sum.groups))
        found = self._solved(need, min(0, need.change), max(0, need.change))
        if found is None:
            raise RuntimeError("The solver does not find what was counted.")
        return found

    def _solved(self, need: Need, least: float, most: float) -> World | None:
        self._state_need(need, WAYS, least, most)
        self._solver.run()
        status = self._solver.modelStatusToString(self._solver.getModelStatus())
        if status not in {"Optimal", "Infeasible"}:
            raise RuntimeError(f"The solver gave up: {status}.")
        values = self._solver.getSolution().col_value
        self._state_need(need, (0, 0, 0), -inf, inf)
        return None if status == "Infeasible" else self._world(values)

    def _state_need(self, need: Need, signs: Sequence[float], least: float, most: float) -> None:
        for group in need.sum.groups:
            for column, sign in zip(self._ways(group), signs, strict=True):
                self._solver.changeCoeff(self._need_row, column, sign)
        self._solver.changeRowBounds(self._need_row, least, most)

    def _world(self, values: Sequence[float]) -> World:
        found: dict[Groups, float] = {}
        for number, group in enumerate(self._groups):
            up, more, down = values[3 * number : 3 * number + 3]
            if abs(change := up + more - down) > NOTHING:
                for groups in self._holding[group]:
                    found[groups] = found.get(groups, 0) + change
        return {groups: change for groups, change in found.items() if abs(change) > NOTHING}

    def _set_costs(self, is_up: bool, wanted: set[Group]) -> None:
        """Who goes the way that is wanted earns a little; what is neither wanted nor needed is not free, so that it stays."""
        costs: list[float] = []
        for group in self._groups:
            if group not in wanted:
                costs += [0, 0, 0]
            else:
                costs += [-LITTLE, 0, 2 * LITTLE] if is_up else [2 * LITTLE, 2 * LITTLE, -LITTLE]
        for each in self._shown:
            costs += [0 if each.groups in self._hidden else each.cost] * 2
        self._solver.changeColsCost(len(costs), [*range(len(costs))], costs)


def _solver() -> "Highs":
    from highspy import Highs  # noqa: PLC0415 - 0.1 s and 30 MB that only the worker needs, when it makes a release

    solver = Highs()  # type: ignore[no-untyped-call]  # highspy types all but this
    solver.silent()
    solver.setOptionValue("threads", 1)
    return solver
