"""Sheets of paper as they are typed: a row a sheet, a cell a question, by the numbers that are printed beside the choices."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from surveys.asked import Asked, BadAnswers, Given, Nothing, read

ROWS = 5
# Typed for a sheet on which nothing was ticked.
BLANK = "-"


@dataclass(frozen=True, slots=True)
class Cell:
    name: str
    question: Asked
    typed: str = ""
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """`given` is None while nothing is typed in it, or something is wrong in it."""

    number: int
    cells: tuple[Cell, ...]
    given: Given | None = None

    @property
    def is_wrong(self) -> bool:
        return any(cell.mistake for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    rows: list[Row] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        return any(row.is_wrong for row in self.rows)

    @property
    def mistakes(self) -> list[tuple[int, Cell]]:
        """With the number of their sheet."""
        return [(row.number, cell) for row in self.rows for cell in row.cells if cell.mistake]

    @property
    def sheets(self) -> list[Given]:
        return [row.given for row in self.rows if row.given is not None]


def grid(questions: Sequence[Asked], left: int, typed: Mapping[str, str] | None = None) -> Grid:
    """As many rows as there are sheets left, or more where more were typed, and no more than fit on a screen."""
    here = typed or {}
    rows = [_row(number, questions, here) for number in range(1, ROWS + 1)]
    return Grid([row for row in rows if row.number <= left or any(cell.typed for cell in row.cells)])


def _row(number: int, questions: Sequence[Asked], typed: Mapping[str, str]) -> Row:
    here = {question.code: typed.get(f"{number}-{question.code}", "").strip()[:2000] for question in questions}
    given, mistakes = _read(questions, here)
    cells = tuple(
        Cell(f"{number}-{question.code}", question, here[question.code], mistakes.get(question.code, ""))
        for question in questions
    )
    return Row(number, cells, None if mistakes else given)


def _read(questions: Sequence[Asked], here: Mapping[str, str]) -> tuple[Given | None, Mapping[str, str]]:
    if not any(here.values()):
        return None, {}
    said = {question.code: [*_codes(question, here[question.code])] for question in questions}
    try:
        return read(questions, said), {}
    except Nothing:
        return {}, {}
    except BadAnswers as error:
        return None, {code: _in_numbers(questions, code) for code in error.mistakes}


def _codes(question: Asked, typed: str) -> Iterator[str]:
    """What the numbers stand for; what is no number of a choice stays, and is found wrong."""
    if typed == BLANK:
        return
    if question.kind in ("text", "scale"):
        yield typed
        return
    by_number = {str(choice.number): choice.code for choice in question.choices}
    for word in re.split(r"[\s,;.+/]+", typed):
        if word:
            yield by_number.get(word, f"?{word}")


def _in_numbers(questions: Sequence[Asked], code: str) -> str:
    question = next(question for question in questions if question.code == code)
    if question.kind == "scale":
        return _("From %(low)s to %(high)s, in steps of %(step)s") % {
            "low": question.values[0],
            "high": question.values[-1],
            "step": question.values[1] - question.values[0],
        }
    if question.kind == "text":
        return _("At most 1000 characters")
    if question.kind == "single":
        return _("One number from 1 to %(last)s") % {"last": len(question.choices)}
    return _("Numbers from 1 to %(last)s; “none” stands alone") % {"last": len(question.choices)}
