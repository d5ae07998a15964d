"""A release as a workbook and as CSV: the numbers of the PDF, to be reckoned with."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from figures.definition import Unit
from rendering import workbooks
from rendering.tables import csv_pages
from rendering.workbooks import Column, Kind, Sheet
from reports.models import Release
from reports.reading import Cell, Head, KeyFigure, Reading, Table

LOOKS = {
    Unit.COUNT.name: (Kind.WHOLE, "#,##0.##"),
    Unit.MEAN.name: (Kind.WHOLE, "0.00"),
    Unit.POINTS.name: (Kind.WHOLE, "0.0"),
    Unit.SHARE.name: (Kind.SHARE, ""),
    Unit.EURO.name: (Kind.MONEY, ""),
    Unit.MINUTES.name: (Kind.WHOLE, "0.0"),
    "DAY": (Kind.DAY, ""),
    "TEXT": (Kind.TEXT, ""),
    "VALUE": (Kind.SHARE, ""),
}


def xlsx(release: Release) -> bytes:
    """One sheet a table, then the method. Raises reports.models.ContentChanged."""
    reading = Reading(release)
    sheets = [_summary(reading), *(_sheet(reading, table) for table in reading.tables.values()), _method(reading)]
    return workbooks.workbook(sheets, title=release.reference, made_at=release.made_at)


def csv(release: Release) -> bytes:
    """One line a number. Raises reports.models.ContentChanged."""
    reading = Reading(release)
    head = (_("Reference"), _("Table"), _("Row"), _("Column"), _("Of"), _("Value"), _("Note"))
    lines = [[release.reference, *line] for line in (*_facts(reading), *_lines(reading))]
    return b"".join(csv_pages([head, *lines]))


def _summary(reading: Reading) -> Sheet:
    """Each figure in its own unit: a share is a share, in percent."""
    columns = [
        Column(_("Figure"), width=44),
        Column(_("Unit"), width=18),
        Column(reading.about, Kind.WHOLE, width=18, shown="#,##0.##"),
        *([] if reading.is_whole else [Column(_("All cities"), Kind.WHOLE, width=18, shown="#,##0.##")]),
        Column(_("What it counts"), Kind.WORDS, width=90),
    ]
    rows = [_figure_row(reading, figure) for figure in reading.figures.values()]
    return Sheet(_("Key figures"), columns, rows)


def _figure_row(reading: Reading, figure: KeyFigure) -> list[object]:
    """Shares in percent here, because a column has one look."""
    beside = [] if reading.is_whole else [_in_percent(figure.whole, figure.unit)]
    unit = str(Unit[figure.unit].value)
    return [figure.name, unit, _in_percent(figure.own, figure.unit), *beside, figure.definition]


def _in_percent(one: Cell, unit: str) -> object:
    if one.is_held_back:
        return one.words
    return float(one.exact * 100) if one.exact is not None and unit == Unit.SHARE.name else one.plain


def _sheet(reading: Reading, table: Table) -> Sheet:
    columns = [Column(table.row_head, width=40), *(_column(reading, table, head) for head in table.heads)]
    rows = [[row.label, *(_plain(one) for one in row.cells)] for row in table.rows]
    return Sheet(table.title, columns, rows)


def _column(reading: Reading, table: Table, head: Head) -> Column:
    kind, shown = LOOKS[head.unit]
    return Column(_titled(reading, table, head), kind, width=18 if kind is not Kind.TEXT else 30, shown=shown)


def _titled(reading: Reading, table: Table, head: Head) -> str:
    return f"{head.words}, {_whose(reading, head)}" if table.has_whole else head.words


def _whose(reading: Reading, head: Head) -> str:
    return pgettext("column of the whole programme", "of all") if head.is_whole else reading.about


def _plain(one: Cell) -> object:
    """A number, a day, or words; what is not shown says so, and is no number."""
    return one.words if one.is_held_back else one.plain


def _method(reading: Reading) -> Sheet:
    columns = [Column(_("About"), width=34), Column(_("What it means"), Kind.WORDS, width=100)]
    return Sheet(_("Method"), columns, [*_stated(reading), *reading.words], has_filter=False)


def _stated(reading: Reading) -> list[tuple[str, object]]:
    release = reading.release
    return [
        (_("Reference"), release.reference),
        (_("About"), f"{reading.about}, {reading.period}"),
        (_("From"), reading.since),
        (_("To"), reading.until),
        (_("As of"), reading.as_of),
        (_("Checksum (SHA-256)"), release.checksum),
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
    for figure in reading.figures.values():
        unit = str(Unit[figure.unit].value)
        yield [_("Key figures"), figure.name, unit, reading.about, *_valued(figure.own, figure.unit)]
        if not reading.is_whole:
            yield [_("Key figures"), figure.name, unit, _("All cities"), *_valued(figure.whole, figure.unit)]
    for table in reading.tables.values():
        for row in table.rows:
            for one, head in zip(row.cells, table.heads, strict=True):
                yield [table.title, row.label, head.words, _whose(reading, head), *_valued(one, head.unit)]


def _valued(one: Cell, unit: str) -> Sequence[object]:
    """Shares in percent, as people read them."""
    if one.is_held_back:
        return ["", one.words]
    is_share = unit in (Unit.SHARE.name, "VALUE") and one.exact is not None
    return [round(float(one.exact * 100), 4) if is_share and one.exact is not None else one.plain, ""]
