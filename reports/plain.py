"""How a release writes things down: numbers as exact text, words in every language of the programme, tables by their codes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils import translation
from django.utils.text import capfirst

from figures.definition import Definition, Value
from reports.subjects import Subject

type Json = Any
type Cells = list[Json]
# Its code, how it is called, and its cells.
type Line = tuple[str, Mapping[str, str], Cells]

HELD_BACK = "held back"


@dataclass(frozen=True, slots=True)
class Column:
    """Where `is_whole` the column is of the whole programme, which stands beside the subject's own."""

    code: str
    unit: str
    is_whole: bool = False

    def plain(self) -> Json:
        return {"code": self.code, "unit": self.unit, "is_whole": self.is_whole}


def plain(definition: Definition, found: Value) -> Json:
    """Exact, as text: 4/25. What must not be shown of few is marked, and gone."""
    if not definition.may_show(found):
        return {"is_held_back": bool(found.n), "value": None, "n": None}
    parts = {"numerator": number(found.numerator), "denominator": number(found.denominator)}
    return {"value": number(found.value), "n": found.n, **parts}


def number(value: Fraction | None) -> str | None:
    return None if value is None else str(Fraction(value))


def in_languages(subject: Subject, say: Callable[[], object]) -> dict[str, str]:
    spoken = {}
    for language in subject.programme.languages:
        with translation.override(language):
            spoken[language] = str(say())
    return spoken


def called(subject: Subject, words: Any) -> dict[str, str]:
    """A text that is said in the language of whoever reads."""
    return in_languages(subject, lambda: capfirst(words))


def table(columns: Iterable[Column], rows: Iterable[Line]) -> Json:
    lines = [{"code": code, "names": dict(names), "cells": cells} for code, names, cells in rows]
    return {"columns": [column.plain() for column in columns], "rows": lines}


def beside(subject: Subject, columns: list[Column]) -> list[Column]:
    """The subject's own columns, then the same of the whole."""
    return columns if subject.cities is None else [*columns, *(replace(column, is_whole=True) for column in columns)]
