"""A release as a workbook and as CSV: the numbers of the PDF, to be reckoned with."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from figures.definition import Unit
from rendering import workbooks
from rendering.downloads import fictitious
from rendering.tables import csv_pages
from rendering.workbooks import Column, Kind, Looking, Sheet
from reports.models import Release
from reports.numbers import for_csv, for_workbook
from reports.reading import KeyFigure, Reading
from reports.tables import NUMBERS, Cell, Head, Table
from reports.wording import TITLES

# Titles that are too long for the name of a sheet, of which a spreadsheet reads 31 characters.
SHEETS = {
    "refusals": gettext_lazy("Cities that refused"),
    "mobilisation": gettext_lazy("Mobilisation"),
    "months": gettext_lazy("Over time"),
    "stopped": gettext_lazy("Wishes without a training"),
    "declining": gettext_lazy("Nothing wanted for now"),
}
KINDS = {"DAY": Kind.DAY, "TEXT": Kind.TEXT}


def xlsx(release: Release) -> bytes:
    """One sheet a table, then the method. Raises reports.models.ContentChanged."""
    reading = Reading(release)
    sheets = [_summary(reading), *(_sheet(table) for table in reading.tables.values() if table.rows), _method(reading)]
    return workbooks.workbook(sheets, title=release.reference, made_at=release.made_at)


def csv(release: Release) -> bytes:
    """One line a number. Raises reports.models.ContentChanged."""
    reading = Reading(release)
    head = (_("Reference"), _("Table"), _("Row"), _("Column"), _("Of"), _("Value"), _("Note"))
    lines = [[release.reference, *line] for line in (*_facts(reading), *_lines(reading))]
    return b"".join(csv_pages([head, *lines]))


def _summary(reading: Reading) -> Sheet:
    columns = [
        Column(_("Figure"), width=44),
        Column(_("Unit"), width=18),
        Column(reading.about, Kind.WHOLE, width=18),
        *([] if reading.is_whole else [Column(_("All cities"), Kind.WHOLE, width=18)]),
        Column(_("What it counts"), Kind.WORDS, width=90),
    ]
    return Sheet(_("Key figures"), columns, [_figure_row(reading, figure) for figure in reading.counted])


def _figure_row(reading: Reading, figure: KeyFigure) -> list[object]:
    cells = [figure.own] if reading.is_whole else [figure.own, figure.whole]
    return [figure.name, str(Unit[figure.unit].value), *map(_plain, cells), figure.definition]


def _sheet(table: Table) -> Sheet:
    columns = [Column(table.row_head, width=40), *(_column(table, head) for head in table.heads)]
    rows = [[row.label, *map(_plain, row.cells)] for row in table.rows]
    return Sheet(name_of(table.code), columns, rows)


def name_of(table: str) -> str:
    """How the sheet of this table is called."""
    return str(SHEETS.get(table) or TITLES[table])


def _column(table: Table, head: Head) -> Column:
    kind = KINDS.get(head.unit, Kind.WHOLE)
    return Column(_titled(table, head), kind, width=30 if kind is Kind.TEXT else 18)


def _titled(table: Table, head: Head) -> str:
    return f"{head.words}, {_whose(table, head)}" if table.has_whole or not table.is_own else head.words


def _whose(table: Table, head: Head) -> str:
    return pgettext("column of the whole programme", "of all") if head.is_whole else table.about


def _plain(one: Cell) -> object:
    """A number in the look of its own unit, a day, or words; what is not shown says so, and is no number."""
    if one.is_held_back:
        return one.words
    return for_workbook(one.exact, NUMBERS[one.unit]) if one.is_number else one.plain


def _method(reading: Reading) -> Sheet:
    columns = [Column(_("About"), width=34), Column(_("What it means"), Kind.WORDS, width=100)]
    stated = [(name, _dated(value)) for name, value in _stated(reading)]
    return Sheet(_("Method"), columns, [*stated, *reading.words], has_filter=False)


def _dated(value: object) -> object:
    """A day looks like a day among words."""
    if isinstance(value, date):
        return Looking(value, Kind.TIME if isinstance(value, datetime) else Kind.DAY)
    return value


def _stated(reading: Reading) -> list[tuple[str, object]]:
    release = reading.release
    return [
        (_("Reference"), release.reference),
        *((_("Note"), words) for words in fictitious()),
        (_("About"), f"{reading.about}, {reading.period}"),
        (_("From"), reading.since),
        (_("To"), reading.until),
        (_("As of"), reading.as_of),
        (_("Checksum (SHA-256)"), release.checksum),
        *([(_("Surveys"), reading.open_surveys)] if reading.open_surveys else []),
        *([(_("Without a value so far"), reading.uncounted)] if reading.uncounted else []),
        *((name_of(table.code), " ".join(table.notes)) for table in reading.tables.values() if table.notes),
        (
            _("What is not shown"),
            _("Answers, scores and opinions of fewer than {floor}, and what would tell them.").format(
                floor=reading.floor
            ),
        ),
    ]


def _facts(reading: Reading) -> Iterator[list[object]]:
    for name, value in _stated(reading)[1:]:
        yield [_("Method"), name, "", "", value, ""]


def _lines(reading: Reading) -> Iterator[list[object]]:
    for figure in reading.counted:
        unit = str(Unit[figure.unit].value)
        yield [_("Key figures"), figure.name, unit, reading.about, *_valued(figure.own)]
        if not reading.is_whole:
            yield [_("Key figures"), figure.name, unit, _("All cities"), *_valued(figure.whole)]
    for table in reading.tables.values():
        for row in table.rows:
            for one, head in zip(row.cells, table.heads, strict=True):
                yield [name_of(table.code), row.label, head.words, _whose(table, head), *_valued(one)]


def _valued(one: Cell) -> Sequence[object]:
    if one.is_held_back:
        return ["", one.words]
    return [for_csv(one.exact, NUMBERS[one.unit]) if one.is_number else one.plain, ""]
