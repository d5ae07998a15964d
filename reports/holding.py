"""Which numbers of a table are held back: those of few, and as many more as it takes so that they can't be reckoned from sums."""

from collections.abc import Iterator, Mapping

from figures.disclosure import answers_floor

type Place[Row, Column] = tuple[Row, Column]


def held_back[Row, Column](counts: Mapping[Row, Mapping[Column, int]]) -> set[Place[Row, Column]]:
    """Of a table whose rows and columns are both summed up in public, as (row, column). Noughts are shown.

    What is held back in a row calls for another one there, which may call for another in its column, until nothing changes.
    """
    hidden: set[Place[Row, Column]] = set()
    while added := {*_in_lines(_by_row(counts), hidden), *_in_lines(_by_column(counts), hidden)} - hidden:
        hidden |= added
    return hidden


type Lines[Row, Column] = Iterator[dict[Place[Row, Column], int]]


def _by_row[Row, Column](counts: Mapping[Row, Mapping[Column, int]]) -> Lines[Row, Column]:
    for row, cells in counts.items():
        yield {(row, column): n for column, n in cells.items() if n}


def _by_column[Row, Column](counts: Mapping[Row, Mapping[Column, int]]) -> Lines[Row, Column]:
    columns = {column for cells in counts.values() for column in cells}
    for column in columns:
        yield {(row, column): cells[column] for row, cells in counts.items() if cells.get(column)}


def _in_lines[Row, Column](lines: Lines[Row, Column], hidden: set[Place[Row, Column]]) -> Iterator[Place[Row, Column]]:
    """Those below the floor; beside what is hidden at least one more, and as many as together reach the floor, the smallest first."""
    floor = answers_floor()
    for line in lines:
        taken = [place for place, n in line.items() if n < floor or place in hidden]
        spare = sorted(line.keys() - set(taken), key=lambda place: (line[place], str(place)))
        while taken and spare and (len(taken) == 1 or sum(line[place] for place in taken) < floor):
            taken.append(spare.pop(0))
        yield from taken
