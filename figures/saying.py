"""Values as people read them: rounded half up, once, in the language of the reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from figures.definition import Definition, Filters, Unit, Value, form_of
from rendering import dates

NOTHING = "–"
# What is shown of a number that is not whole.
DECIMALS = {Unit.COUNT: 1, Unit.MEAN: 2, Unit.SHARE: 1, Unit.POINTS: 1, Unit.EURO: 2, Unit.MINUTES: 1}


@dataclass(frozen=True, slots=True)
class Sentence:
    """Ready to be copied."""

    language: str
    text: str


def rounded(value: Fraction, decimals: int) -> Decimal:
    """Half up, exact."""
    return Decimal(floor(value * 10**decimals + Fraction(1, 2))).scaleb(-decimals)


def cell(value: Fraction | None, unit: Unit) -> Decimal | None:
    """For a spreadsheet: a number that one can reckon with; a share in percent."""
    if value is None:
        return None
    number = rounded(value * 100 if unit is Unit.SHARE else value, DECIMALS[unit])
    return number.to_integral_value() if unit is Unit.COUNT and value.denominator == 1 else number


def as_shown(value: Fraction, unit: Unit) -> Fraction:
    """The value, rounded as people read it; a share stays a ratio."""
    return Fraction(cell(value, unit) or 0) / (100 if unit is Unit.SHARE else 1)


def shown(value: Fraction | None, unit: Unit) -> str:
    """With its unit, where it is not merely a number."""
    said = short(value, unit)
    if value is None or unit not in (Unit.MINUTES, Unit.POINTS):
        return said
    many = 1 if value == 1 else 2
    if unit is Unit.POINTS:
        return ngettext("{number} point out of 100", "{number} points out of 100", many).format(number=said)
    return ngettext("{number} minute", "{number} minutes", many).format(number=said)


def short(value: Fraction | None, unit: Unit) -> str:
    """For tables and charts, whose head says the unit."""
    number = cell(value, unit)
    if number is None:
        return NOTHING
    is_whole = number == number.to_integral_value()
    said = number_format(int(number) if is_whole else number, use_l10n=True, force_grouping=True)
    if unit is Unit.SHARE:
        return _("{number}%").format(number=said)
    return _("€{number}").format(number=said) if unit is Unit.EURO else said


def has_n(unit: Unit, denominator: Fraction | None) -> bool:
    """Whether n stands beside it: what is shared out is over so many, where beside a count or a sum it would read as "of so many"."""
    return unit not in (Unit.COUNT, Unit.EURO) or denominator is not None


def sentences(
    definition: Definition, found: Value, filters: Filters, said: Sequence[object], languages: Sequence[str]
) -> list[Sentence]:
    """In each language; none where nothing was counted. `said` are the filters in words, lazy ones."""
    if found.value is None:
        return []
    return [Sentence(language, _sentence(language, definition, found, filters, said)) for language in languages]


def _sentence(language: str, definition: Definition, found: Value, filters: Filters, said: Sequence[object]) -> str:
    with override(language):
        form = definition.form(form_of(definition.unit, found.value or Fraction(), found.n))
        told = form.format(value=shown(found.value, definition.unit), n=shown(Fraction(found.n), Unit.COUNT))
        day = dates.day(filters.as_of)
        under = "; ".join(str(words) for words in said)
        told += " " + (_("As of {day}; {filters}.") if under else _("As of {day}.")).format(day=day, filters=under)
        return f"{told} {found.note}".strip()
