"""Holding back what would say something about few: the counts of few, and those from which they could be worked out.

After Hundepool and others, Statistical Disclosure Control (Wiley, 2012), chapter 4, and the Handbook on Statistical Disclosure
Control (ESSnet SDC): linked tables are protected together, each sensitive cell against both ends of the interval in which a reader could
place it. The heuristic is Kelly, Golden and Assad's and Fischetti and Salazar's: for each end look for another world, as
a reader can't rule it out, at the least loss, and hide what differs between it and ours. See docs/decisions/0008.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

from figures.tables import TOTAL, Group, Groups, Published, Table
from figures.worlds import Need, Sum, World, Worlds


def publish(
    tables: Sequence[Table],
    people: Mapping[Group, int],
    earlier: Iterable[Published] = (),
    step: Callable[[], None] = lambda: None,
) -> tuple[Published, ...]:
    """The tables as anyone may see them, in their order, protected together and with what was published before.

    `people` says how many each group has (shops or persons, whole numbers of at least 0); one that is not in it has none.
    A count by attribute is shown if it is 0 or at least its table's floor; others are held back as it takes. Whatever a
    reader computes from all that is shown, each count below its floor, of a cell of a table or of a single group, could
    still be any from 0 to the floor less 1 as far as open places and earlier releases leave that possible.
    Who joined a group after an earlier release counted it is a group of their own: else the change between both is not
    protected. The same input gives the same output. `step` is called now and then, to say that it is still at work. Raises ValueError for a negative count, and RuntimeError rather than
    publish what could not be protected.
    """
    if min(people.values(), default=0) < 0:
        raise ValueError("A group of less than nobody.")
    sums = _sums(tables, people, [*earlier])
    hidden = {each.groups for each in sums if each.is_small}.union(*_worlds(sums, people, step))
    shown = {each.groups for each in sums if each.is_shown or each.is_known} - hidden
    return tuple(_published(table, people, shown) for table in tables)


def _published(table: Table, people: Mapping[Group, int], shown: Container[Groups]) -> Published:
    numbers = {place: _count(groups, people) if groups in shown else None for place, groups in table.cells.items()}
    return Published(table, numbers)


def _count(groups: Groups, people: Mapping[Group, int]) -> int:
    return sum(people.get(group, 0) for group in groups)


def _worlds(sums: Sequence[Sum], people: Mapping[Group, int], step: Callable[[], None]) -> list[World]:
    """So many that each small sum is at either end of its interval in one of them; none that could be done without."""
    worlds = Worlds(sums, people)
    small = sorted((each for each in sums if each.is_small), key=lambda each: -each.count)
    found: list[World] = []
    met: list[Need] = []
    for needs in ([each.to_nought for each in small], [each.to_floor for each in small if each.to_floor.change]):
        while needs:
            step()
            world, need = worlds.nearest(needs[0], needs[1:])
            found.append(world)
            met += [need, *(each for each in needs[1:] if each.is_met_in(world))]
            needs = [each for each in needs[1:] if not each.is_met_in(world)]
    return _without_spare(found, met)


def _without_spare(worlds: list[World], needs: Sequence[Need]) -> list[World]:
    """Later worlds may have done what an earlier one was looked for; the first are tried first."""
    met = [{number for number, need in enumerate(needs) if need.is_met_in(world)} for world in worlds]
    times = Counter(number for each in met for number in each)
    kept = []
    for world, numbers in zip(worlds, met, strict=True):
        if all(times[number] > 1 for number in numbers):
            times.subtract(numbers)
        else:
            kept.append(world)
    return kept


def _sums(tables: Sequence[Table], people: Mapping[Group, int], earlier: Sequence[Published]) -> list[Sum]:
    """All that is shown or was, and what of the rest must be protected; each once, in whatever tables it stands."""
    shown = {groups for table in tables for groups in _worth_showing(table, people)}
    known = _known(tables, earlier)
    most = _parts_of_known(known, people)
    sums = (
        Sum(groups, _count(groups, people), floor, most(groups, floor - 1), groups in known, groups in shown)
        for groups, floor in sorted(_floors(tables, earlier).items(), key=lambda item: sorted(item[0]))
    )
    return [each for each in sums if each.is_shown or each.is_known or each.is_small]


def _parts_of_known(known: Iterable[Groups], people: Mapping[Group, int]) -> Callable[[Groups, int], int]:
    """How many may be in a part of a known number: no more than in the least one that it is a part of."""
    wholes: dict[Group, list[tuple[int, Groups]]] = {}
    for whole in known:
        count = _count(whole, people)
        for group in whole:
            wholes.setdefault(group, []).append((count, whole))

    def most(groups: Groups, floor: int) -> int:
        return min((count for count, whole in wholes.get(next(iter(groups)), ()) if groups <= whole), default=floor)

    return lambda groups, floor: min(floor, most(groups, floor)) if groups else 0


def _worth_showing(table: Table, people: Mapping[Group, int]) -> Iterator[Groups]:
    """All cells, but the totals alone of a table that is given up: a sentence stands in its place, so let it help the others."""
    counts = {place: _count(groups, people) for place, groups in table.cells.items()}
    is_given_up = Published(
        table, {place: None if 0 < n < table.floor else n for place, n in counts.items()}
    ).is_mostly_hidden
    return (groups for place, groups in table.cells.items() if TOTAL in place or not is_given_up)


def _floors(tables: Sequence[Table], earlier: Sequence[Published]) -> dict[Groups, int]:
    """Of each cell the highest floor of its tables; of a single group the lowest."""
    floors: dict[Groups, int] = {}
    for table in (*tables, *(each.table for each in earlier)):
        for groups in table.cells.values():
            floors[groups] = max(table.floor, floors.get(groups, 0))
    single: dict[Groups, int] = {}
    for table in tables:
        for group in frozenset[Group]().union(*table.cells.values()):
            alone = frozenset({group})
            single[alone] = min(table.floor, single.get(alone, table.floor))
    return single | floors


def _known(tables: Sequence[Table], earlier: Sequence[Published]) -> set[Groups]:
    now = {table.cells[place] for table in tables for place in table.open}
    before = {each.table.cells[place] for each in earlier for place in each.table.cells if each.has(*place)}
    return now | before
