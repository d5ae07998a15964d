"""One breakdown of a figure as a file, with what the figure means."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from fractions import Fraction

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from figures.definition import Definition, Unit
from figures.saying import has_n
from rendering.downloads import CSV, Facts, table_file
from rendering.workbooks import Column, Kind, Sheet
from reports.numbers import for_csv, for_workbook
from reports.parting import Part

# What a value was made of, as the page of its figure says it: a share is so many out of others, a mean a sum for so many.
OF_A_SHARE = (gettext_lazy("How many"), gettext_lazy("Out of"))
OF_A_MEAN = (gettext_lazy("In all"), gettext_lazy("For how many"))

type Written = Callable[[Fraction | None, Unit], object]


def breakdown_file(
    definition: Definition,
    parts: Iterable[Part],
    facts: Facts,
    *,
    title: str,
    name: str,
    form: str,
    at: datetime,
) -> HttpResponseBase:
    """`title` heads the parts; `facts` are what a reader must know."""
    rows = _rows(definition, parts, for_csv if form == CSV else for_workbook)
    sheet = Sheet(title, _columns(definition, title), [*rows])
    return table_file(sheet, form, title=str(definition.name), name=name, facts=facts, at=at)


def _columns(definition: Definition, title: str) -> list[Column]:
    made_of = OF_A_SHARE if definition.unit is Unit.SHARE else OF_A_MEAN
    return [
        Column(title, width=36),
        Column(f"{definition.name}, {definition.unit.value}", Kind.WHOLE, width=24),
        *(Column(str(head), Kind.WHOLE) for head in (*made_of, _("Over (n)"))),
    ]


def _rows(definition: Definition, parts: Iterable[Part], written: Written) -> Iterator[list[object]]:
    """Nothing of a part that is not shown: neither its value nor what it was made of."""
    for part in parts:
        made_of = zip((part.found.numerator, part.found.denominator), definition.made_of, strict=True)
        numbers = [written(value, unit) for value, unit in made_of]
        value = written(part.value, definition.unit)
        n = part.n if has_n(definition.unit, part.found.denominator) else None
        yield [part.label, value, *(numbers if part.is_shown else [None, None]), n]
