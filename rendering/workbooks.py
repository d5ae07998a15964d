"""Workbooks (XLSX), written row by row: real numbers and dates, text that is never executed, ready to be read and printed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from rendering.tables import UNWRITABLE

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What the format allows
MOST_ROWS = 1_048_576
LONGEST_NAME = 31
NOT_IN_A_NAME = str.maketrans("[]:*?/\\", "       ")
A4 = 9


class TooManyRows(Exception):
    """More rows than a sheet can hold: nothing is written rather than a part."""


class Kind(Enum):
    """What a column holds, and how a number in it is shown: 14 and 22 are the date, and date and time, of the reader's language."""

    TEXT = "@"
    WORDS = "wrapped text"
    WHOLE = "#,##0"
    MONEY = "#,##0.00"
    SHARE = "0.0%"
    DAY = 14
    TIME = 22

    @property
    def is_number(self) -> bool:
        return self not in (Kind.TEXT, Kind.WORDS)


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is in characters; `shown` another number format than that of the kind; a sum stands at the foot and follows the filter."""

    head: str
    kind: Kind = Kind.TEXT
    width: int = 14
    shown: str = ""
    is_summed: bool = False


@dataclass(frozen=True, slots=True)
class Looking:
    """A value that does not look like the rest of its column: a share among counts."""

    value: object
    kind: Kind
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. Its rows are taken one by one; a cell is what its value is: a number, a date, a text, or nothing (None)."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    has_filter: bool = True


def workbook(sheets: Iterable[Sheet], *, title: str, made_at: datetime) -> bytes:
    """The same bytes for the same sheets, title and time; nothing in them says on which machine. Raises TooManyRows."""
    from xlsxwriter import Workbook  # noqa: PLC0415  heavy: 0.2 s, and only who writes a workbook needs it

    written = BytesIO()
    # Rows wait on the disk until the end: in a folder of their own, which goes whatever happens
    with TemporaryDirectory(prefix="workbook-") as folder:
        book = Workbook(written, {"constant_memory": True, "tmpdir": folder})
        moment = made_at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
        book.set_properties({"title": title, "created": moment})
        try:
            _write(book, sheets)
        except BaseException:
            _let_go(book)
            raise
        book.close()
    return written.getvalue()


def _write(book: "Workbook", sheets: Iterable[Sheet]) -> None:
    names: list[str] = []
    for sheet in sheets:
        names.append(_name(sheet.name, names))
        _Page(book, book.add_worksheet(names[-1]), sheet).write()


def _let_go(book: "Workbook") -> None:
    """Of what is written no further, the file of each sheet is still open."""
    for page in book.worksheets():
        page.row_data_fh.close()


def _name(wanted: str, taken: Sequence[str]) -> str:
    """As spreadsheets allow it: short, without brackets and slashes, each once."""
    plain = " ".join(UNWRITABLE.sub("", wanted).translate(NOT_IN_A_NAME).split()).strip("' ") or "-"
    tries = (f"{plain[: LONGEST_NAME - len(end)].strip()}{end}" for end in _endings())
    return next(name for name in tries if name.lower() not in {other.lower() for other in taken})


def _endings() -> Iterator[str]:
    yield ""
    yield from (f" {number}" for number in range(2, 1000))


@dataclass(slots=True)
class _Page:
    """A sheet while it is written."""

    book: "Workbook"
    page: "Worksheet"
    sheet: Sheet
    formats: "list[Format]" = field(init=False)
    sums: list[Decimal] = field(init=False)
    others: "dict[tuple[Kind, str], Format]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.formats = [self._format(column) for column in self.sheet.columns]
        self.sums = [Decimal() for _column in self.sheet.columns]

    def write(self) -> None:
        self._head()
        last = 0
        for last, row in enumerate(self.sheet.rows, start=1):
            if last >= MOST_ROWS - 1:  # the last one is the foot's
                raise TooManyRows(self.sheet.name)
            self._row(last, row)
        if last and any(column.is_summed for column in self.sheet.columns):
            self._foot(last)
        if self.sheet.has_filter:
            self.page.autofilter(0, 0, last, len(self.sheet.columns) - 1)
        self._print_well()

    def _head(self) -> None:
        for number, column in enumerate(self.sheet.columns):
            self.page.set_column(number, number, column.width)
            align = "right" if column.kind.is_number else "left"
            head = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top", "align": align, "bottom": 1})
            self.page.write_string(0, number, _text(column.head), head)
        self.page.freeze_panes(1, 0)

    def _row(self, number: int, row: Sequence[object]) -> None:
        for place, value in enumerate(row):
            if value is None:
                continue
            format_ = self.formats[place]
            if isinstance(value, Looking):
                format_ = self._other(value)
                value = value.value
            if isinstance(value, datetime):
                local = timezone.make_naive(value) if timezone.is_aware(value) else value
                self.page.write_datetime(number, place, local, format_)
            elif isinstance(value, date):
                self.page.write_datetime(number, place, value, format_)
            elif isinstance(value, int | Decimal | float) and not isinstance(value, bool):
                self.page.write_number(number, place, value, format_)
                if self.sheet.columns[place].is_summed:
                    self.sums[place] += Decimal(str(value))
            elif text := _text(str(value)):
                self.page.write_string(number, place, text, format_)

    def _foot(self, last: int) -> None:
        """The sums as formulas of ours, over what a filter leaves."""
        from xlsxwriter.utility import xl_range  # noqa: PLC0415  as above

        if not self.sheet.columns[0].is_summed:
            self.page.write_string(last + 1, 0, _("Total"), self.book.add_format({"bold": True, "top": 1}))
        for place, column in enumerate(self.sheet.columns):
            if column.is_summed:
                look = self.book.add_format({"bold": True, "top": 1, **_look(column)})
                cells = xl_range(1, place, last, place)
                self.page.write_formula(last + 1, place, f"=SUBTOTAL(109,{cells})", look, self.sums[place])

    def _format(self, column: Column) -> "Format":
        return self.book.add_format(_look(column))

    def _other(self, one: Looking) -> "Format":
        key = (one.kind, one.shown)
        if key not in self.others:
            self.others[key] = self.book.add_format(_look(one))
        return self.others[key]

    def _print_well(self) -> None:
        """On A4, lying, as wide as a page, the head on each, with the name of the sheet and the number of the page."""
        self.page.set_paper(A4)
        self.page.set_landscape()
        self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(0)
        self.page.set_footer("&L&A&R&P / &N")


def _look(column: Column | Looking) -> dict[str, object]:
    if column.kind is Kind.WORDS:
        return {"text_wrap": True, "valign": "top"}
    return {"num_format": column.shown or column.kind.value}


def _text(text: str) -> str:
    return UNWRITABLE.sub("", text)  # what is too long for a cell, XlsxWriter cuts
