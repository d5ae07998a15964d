"""Tables as the tests make them: out of groups, with all of their totals."""

from figures.floors import STRICTEST_FLOOR
from figures.tables import TOTAL, Table


def crossed(code, groups, row, column, *, floor=STRICTEST_FLOOR, open=lambda place: False):
    """`row` and `column` say where a group stands. It may be in several rows: totals count it once.

    Rows and columns come in the order of their codes; a place that no group belongs to is left out.
    """
    cells = {}
    for group in groups:
        for place in _places([*row(group)], [*column(group)]):
            cells.setdefault(place, set()).add(group)
    return Table(
        code=code,
        rows=_codes(row for row, _column in cells),
        columns=_codes(column for _row, column in cells),
        cells={place: frozenset(cells[place]) for place in sorted(cells)},
        floor=floor,
        open=frozenset(filter(open, cells)),
    )


def _places(rows, columns):
    if rows and columns:
        yield from ((row, column) for row in (*rows, TOTAL) for column in (*columns, TOTAL))


def _codes(found):
    return tuple(sorted(set(found) - {TOTAL}))
