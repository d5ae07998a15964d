"""What a reader can work out of published tables: written without a look at the engine, from what the tables say alone."""

from math import inf

from highspy import Highs, ObjSense

from figures.tables import Published


def solver_over(published):
    """Each group is an unknown of at least 0; each number shown, in whatever release, is an equation."""
    groups = sorted({group for each in published for cell in each.table.cells.values() for group in cell})
    column_of = {group: column for column, group in enumerate(groups)}
    solver = Highs()
    solver.silent()
    solver.addVars(len(groups), [0.0] * len(groups), [inf] * len(groups))
    for each in published:
        for place, number in each.numbers.items():
            columns = [column_of[group] for group in each.table.cells[place]]
            if number is not None:
                solver.addRow(number, number, len(columns), columns, [1.0] * len(columns))
    return solver, column_of


def interval(solver, columns):
    """Between which numbers the sum of these unknowns must lie."""
    for column in columns:
        solver.changeColCost(column, 1.0)
    ends = [end(solver, sense) for sense in (ObjSense.kMinimize, ObjSense.kMaximize)]
    for column in columns:
        solver.changeColCost(column, 0.0)
    return tuple(ends)


def end(solver, sense):
    solver.changeObjectiveSense(sense)
    solver.run()
    status = solver.modelStatusToString(solver.getModelStatus())
    assert status in {"Optimal", "Unbounded", "Primal infeasible or unbounded"}
    return round(solver.getInfo().objective_function_value, 4) if status == "Optimal" else inf


def broken(published, people, earlier=(), floor=5):
    """The small cells and groups that are placed more narrowly than from 0 to the floor less 1, with where.

    What open places say of them without the rest, as how many came at all, gives nothing away; nor does what was published
    earlier, which is tried on its own.
    """
    published = [*earlier, *published]
    solver, column_of = solver_over(published)
    told, _same = solver_over([*earlier, *(Published(each.table, only_open(each)) for each in published)])
    cells = {cell for each in published for cell in each.table.cells.values()}
    cells |= {frozenset({group}) for group in column_of}
    found = {}
    for cell in cells - {each.table.cells[place] for each in published for place in each.table.open}:
        if 0 < sum(people.get(group, 0) for group in cell) < floor:
            columns = [column_of[group] for group in cell]
            (low, high), (least, most) = interval(solver, columns), interval(told, columns)
            if low > max(0, least) + 0.001 or high < min(floor - 1, most) - 0.001:
                found[cell] = (low, high)
    return found


def only_open(published):
    return {place: n if place in published.table.open else None for place, n in published.numbers.items()}
