"""What a file comes to once it is read, how much of it is read, and why it is not. Without Django: the reading process has it too."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_LETTERS = 2_000  # in a cell
MOST_LETTERS_IN_ALL = 4 * MOST_BYTES  # a workbook may name one text a thousand times

# What no cell needs and no database keeps: controls, and halves of pairs.
UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
# What our own lists put before a text that looks like a formula, and spreadsheets before one that looks like a number.
GUARD = re.compile(r"'(?=[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠])")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with their numbers in the file, without the empty ones; `read_as` says how: encoding and separator, or sheet."""

    rows: list[tuple[int, list[str]]]
    read_as: dict[str, str]


class Unreadable(Exception):
    """Not a list that can be read; the code is one of reading.WORDS, and the values belong into its words."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(code)


def gathered(rows: Iterable[tuple[int, Sequence[str]]], read_as: dict[str, str]) -> Table:
    """The rows that say something, within the limits: the first one beyond ends the reading. Raises Unreadable."""
    found: list[tuple[int, list[str]]] = []
    letters = 0
    for number, cells in rows:
        told = _trimmed(cells)
        if len(told) > MOST_COLUMNS:  # looked at before millions of cells are tidied
            raise Unreadable("many columns", most=MOST_COLUMNS, row=number)
        plain = _trimmed([GUARD.sub("", UNKEEPABLE.sub("", cell)).strip() for cell in told])
        if not plain:
            continue
        if len(found) == MOST_ROWS:
            raise Unreadable("many rows", most=MOST_ROWS)
        if any(len(cell) > MOST_LETTERS for cell in plain):
            raise Unreadable("long cell", most=MOST_LETTERS, row=number)
        letters += sum(map(len, plain))
        if letters > MOST_LETTERS_IN_ALL:
            raise Unreadable("bomb")
        found.append((number, plain))
    if not found:
        raise Unreadable("empty")
    return Table(found, read_as)


def _trimmed(cells: Sequence[str]) -> list[str]:
    """Without the empty cells at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return [*cells[:end]]
