"""A table as a file, CSV or workbook: the same bytes for whoever sends it at once and whoever keeps it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from rendering import workbooks
from rendering.tables import csv_pages
from rendering.workbooks import Column, Kind, Sheet

CSV, XLSX = "csv", "xlsx"
FORMS = (CSV, XLSX)
CONTENT_TYPES = {CSV: "text/csv; charset=utf-8", XLSX: workbooks.CONTENT_TYPE}

# What a reader must know beside the table: each a heading and its words.
type Facts = Sequence[tuple[str, object]]


def table_file(
    sheet: Sheet, form: str, *, title: str, name: str, facts: Facts = (), at: datetime | None = None
) -> HttpResponseBase:
    """`form` is one of FORMS, `name` that of the file without its ending. CSV goes out while its rows are read."""
    content = written(sheet, form, title=title, facts=facts, at=at or timezone.now())
    answer = StreamingHttpResponse if form == CSV else HttpResponse
    return answer(content, content_type=CONTENT_TYPES[form], headers=_headers(f"{name}.{form}"))


def lines_file(lines: Iterable[Sequence[object]], *, name: str) -> HttpResponseBase:
    """Somebody's own lines, given back as CSV as they are; the first of them is their head."""
    return StreamingHttpResponse(csv_pages(lines), content_type=CONTENT_TYPES[CSV], headers=_headers(f"{name}.{CSV}"))


def written(sheet: Sheet, form: str, *, title: str, facts: Facts = (), at: datetime) -> Iterable[bytes]:
    """The facts stand below the table, or on a second sheet. Raises TooManyRows of what a workbook cannot hold."""
    said = [*((_("Note"), words) for words in fictitious()), *facts]
    if form == CSV:
        foot = [(), *said] if said else []
        return csv_pages(chain([[column.head for column in sheet.columns]], sheet.rows, foot))
    sheets = [sheet, _method(said)] if said else [sheet]
    return [workbooks.workbook(sheets, title=title, made_at=at)]


def fictitious() -> list[str]:
    """What files must say that are made in a demonstration; its pages say so at their foot."""
    return [_("Demonstration: the people, the shops and their answers are fictitious.")] if settings.DEMO else []


def _method(facts: Facts) -> Sheet:
    columns = [Column(_("About"), width=24), Column(_("What it means"), Kind.WORDS, width=90)]
    return Sheet(_("Method"), columns, facts, has_filter=False)


def _headers(name: str) -> dict[str, str]:
    """It may hold names: nobody on the way keeps it."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return {"Content-Disposition": disposition or "", "Cache-Control": "private, no-store"}
