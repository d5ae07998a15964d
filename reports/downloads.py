"""Tables as files: CSV, or a workbook; of a breakdown with what the figure means on a second sheet."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import chain

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from figures.definition import Definition, Unit
from rendering.tables import csv_pages
from rendering.workbooks import CONTENT_TYPE, Column, Kind, Sheet, workbook
from reports.numbers import for_csv, for_workbook
from reports.parting import Part

FORMS = ("csv", "xlsx")
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": CONTENT_TYPE}

type Written = Callable[[Fraction | None, Unit], object]


def download(
    definition: Definition,
    parts: Iterable[Part],
    facts: Sequence[tuple[str, str]],
    *,
    title: str,
    name: str,
    form: str,
    at: datetime,
) -> HttpResponseBase:
    """`title` heads the parts; `facts` are what a reader must know: each a heading and its words."""
    columns = _columns(definition, title)
    rows = [*_rows(definition, parts, for_csv if form == "csv" else for_workbook)]
    if form == "csv":
        lines: list[Sequence[object]] = [[column.head for column in columns], *rows, [], *facts]
        answer: HttpResponseBase = StreamingHttpResponse(csv_pages(lines), content_type=CONTENT_TYPES[form])
    else:
        method = [Column(_("About"), width=24), Column(_("What it means"), Kind.WORDS, width=90)]
        sheets = [Sheet(title, columns, rows), Sheet(_("Method"), method, facts, has_filter=False)]
        answer = HttpResponse(workbook(sheets, title=str(definition.name), made_at=at), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def rows_file(
    columns: Sequence[Column], lines: Iterable[Sequence[object]], *, title: str, name: str, form: str
) -> HttpResponseBase:
    """As many rows as there are: CSV goes out while they are read. They hold names: nobody on the way keeps them."""
    if form == "xlsx":
        return table_file(Sheet(title, columns, lines), title=title, name=name, form=form)
    pages = csv_pages(chain([[column.head for column in columns]], lines))
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.{form}")
    headers = {"Content-Disposition": disposition or "", "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(pages, content_type=CONTENT_TYPES[form], headers=headers)


def table_file(sheet: Sheet, *, title: str, name: str, form: str) -> HttpResponse:
    """One table, in one of FORMS; it may hold names: nobody on the way keeps it."""
    content = _csv(sheet) if form == "csv" else workbook([sheet], title=title, made_at=timezone.now())
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.{form}")
    headers = {"Content-Disposition": disposition or "", "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=CONTENT_TYPES[form], headers=headers)


def _csv(sheet: Sheet) -> bytes:
    return b"".join(csv_pages([[column.head for column in sheet.columns], *sheet.rows]))


def _columns(definition: Definition, title: str) -> list[Column]:
    return [
        Column(title, width=36),
        Column(f"{definition.name}, {definition.unit.value}", Kind.WHOLE, width=24),
        *(Column(head, Kind.WHOLE) for head in (_("Numerator"), _("Denominator"), _("n"))),
    ]


def _rows(definition: Definition, parts: Iterable[Part], written: Written) -> Iterator[list[object]]:
    """Nothing of a part that is not shown: neither its value nor what it was made of."""
    for part in parts:
        made_of = zip((part.found.numerator, part.found.denominator), definition.made_of, strict=True)
        numbers = [written(value, unit) for value, unit in made_of]
        value = written(part.value, definition.unit)
        yield [part.label, value, *(numbers if part.is_shown else [None, None]), part.n]
