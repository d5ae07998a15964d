"""Tables as files: CSV, or a workbook; of a breakdown with what the figure means on a second sheet."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from figures.definition import Definition, Unit
from figures.saying import cell
from rendering.tables import csv_pages
from rendering.workbooks import CONTENT_TYPE, Column, Kind, Sheet, workbook
from reports.parting import Part

FORMS = ("csv", "xlsx")
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": CONTENT_TYPE}
LOOKS = {Unit.SHARE: "0.0", Unit.EURO: "#,##0.00", Unit.MEAN: "0.00", Unit.POINTS: "0.0", Unit.MINUTES: "0.0"}


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
    columns, rows = _columns(definition, title), [*_rows(definition, parts)]
    if form == "csv":
        lines: list[Sequence[object]] = [[column.head for column in columns], *rows, [], *facts]
        answer: HttpResponseBase = StreamingHttpResponse(csv_pages(lines), content_type=CONTENT_TYPES[form])
    else:
        method = [Column(_("About"), width=24), Column(_("What it means"), Kind.WORDS, width=90)]
        sheets = [Sheet(title, columns, rows), Sheet(_("Method"), method, facts, has_filter=False)]
        answer = HttpResponse(workbook(sheets, title=str(definition.name), made_at=at), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def table_file(sheet: Sheet, *, title: str, name: str, form: str) -> HttpResponse:
    """One table, in one of FORMS; it may hold names: nobody on the way keeps it."""
    content = _csv(sheet) if form == "csv" else workbook([sheet], title=title, made_at=timezone.now())
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.{form}")
    headers = {"Content-Disposition": disposition or "", "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=CONTENT_TYPES[form], headers=headers)


def _csv(sheet: Sheet) -> bytes:
    return b"".join(csv_pages([[column.head for column in sheet.columns], *sheet.rows]))


def _columns(definition: Definition, title: str) -> list[Column]:
    unit = str(definition.unit.value)
    return [
        Column(title, width=36),
        Column(f"{definition.name}, {unit}", Kind.WHOLE, width=24, shown=LOOKS.get(definition.unit, "")),
        Column(_("Numerator"), Kind.WHOLE, shown="General"),
        Column(_("Denominator"), Kind.WHOLE, shown="General"),
        Column(_("n"), Kind.WHOLE),
    ]


def _rows(definition: Definition, parts: Iterable[Part]) -> Iterator[list[object]]:
    """Nothing of a part that is not shown: neither its value nor what it was made of."""
    for part in parts:
        found = part.found
        numbers = [cell(each, Unit.EURO) for each in (found.numerator, found.denominator)]
        yield [part.label, cell(part.value, definition.unit), *(numbers if part.is_shown else [None, None]), part.n]
