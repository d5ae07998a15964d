from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from rendering import workbooks
from rendering.workbooks import Column, Kind, Sheet, TooManyRows, workbook

NOON = datetime(2026, 11, 3, 12, 30, 15, 999, tzinfo=UTC)
COLUMNS = (Column("Shop", width=30), Column("Seats", Kind.WHOLE, is_summed=True), Column("Day", Kind.DAY))


def made(*sheets):
    return workbook(sheets, title="Seats", made_at=NOON)


def opened(*sheets):
    return load_workbook(BytesIO(made(*sheets)))


def cells(value, kind=Kind.TEXT):
    """The cell below the head in a table of this one value."""
    return opened(Sheet("One", [Column("It", kind)], [[value]])).active["A2"]


@pytest.mark.parametrize(
    "text", ["=1+1", "{=1+1}", "+32 81", "-2", "@SUM(A1)", "https://x.example", "0012", "\t=1", "＝1"]
)
def test_text_stays_text(text):
    cell = cells(text)
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\x00\x0b=1", "=1"),
        ("Rue de Fer\n1", "Rue de Fer\n1"),
        ("محل \u202eزهور", "محل \u202eزهور"),
        ("a" * 40_000, "a" * 32_767),
        ("<b>&amp;", "<b>&amp;"),
        (" 12 ", " 12 "),
    ],
)
def test_text_is_written_as_it_is_without_what_no_file_can_hold(text, written):
    assert cells(text).value == written


@pytest.mark.parametrize(
    ("value", "kind", "read", "shown"),
    [
        (-3, Kind.WHOLE, -3, "#,##0"),
        (Decimal("-90.50"), Kind.MONEY, -90.5, "#,##0.00"),
        (0.5, Kind.SHARE, 0.5, "0.0%"),
        (date(2026, 11, 3), Kind.DAY, datetime(2026, 11, 3), "mm-dd-yy"),
        (NOON, Kind.TIME, datetime(2026, 11, 3, 13, 30, 15), "m/d/yy h:mm"),
    ],
)
def test_numbers_and_dates_are_real(value, kind, read, shown):
    """14 and 22, which openpyxl reads as American, follow the language of whoever opens it."""
    cell = cells(value, kind)
    found = cell.value.replace(microsecond=0) if isinstance(cell.value, datetime) else cell.value
    assert (found, cell.number_format) == (read, shown)


def test_nothing_stays_empty():
    assert cells(None).value is None


def test_sheet_is_ready_to_read_and_to_print():
    page = opened(Sheet("Seats", COLUMNS, [["Fleurs", 2, None], ["Pain", 1, date(2026, 11, 3)]])).active
    head = page["A1"]
    assert (head.value, head.font.bold, page.freeze_panes, page.auto_filter.ref) == ("Shop", True, "A2", "A1:C3")
    assert page.column_dimensions["A"].width == pytest.approx(30, abs=1)
    assert (page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToHeight) == ("landscape", 9, 0)
    assert (page.print_title_rows, page.oddFooter.right.text) == ("$1:$1", "&P / &N")


def test_sums_follow_the_filter_and_are_there_before_anything_is_computed():
    content = made(Sheet("Seats", COLUMNS, [["Fleurs", 2, None], ["Pain", 1, None]]))
    foot = load_workbook(BytesIO(content)).active[4]
    assert [cell.value for cell in foot] == ["Total", "=SUBTOTAL(109,B2:B3)", None]
    assert load_workbook(BytesIO(content), data_only=True).active["B4"].value == 3


def test_empty_table_is_its_head():
    page = opened(Sheet("Seats", COLUMNS, [])).active
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [["Shop", "Seats", "Day"]]


def test_names_of_sheets_are_made_allowed():
    names = ["Liège / Namur [2026]?", "liège namur 2026", "x" * 40, "x" * 40, "'*'", ""]
    assert opened(*(Sheet(name, COLUMNS, []) for name in names)).sheetnames == [
        "Liège Namur 2026",
        "liège namur 2026 2",
        "x" * 31,
        f"{'x' * 29} 2",
        "-",
        "- 2",
    ]


def test_same_content_gives_the_same_bytes_which_name_no_machine():
    one, two = (made(Sheet("Seats", COLUMNS, iter([["Fleurs", 2, None]]))) for _time in range(2))
    with ZipFile(BytesIO(one)) as archive:
        about = archive.read("docProps/core.xml").decode()
    assert one == two
    assert "<dc:title>Seats</dc:title><dc:creator></dc:creator><cp:lastModifiedBy></cp:lastModifiedBy>" in about
    assert "2026-11-03T12:30:15Z" in about


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 4)
    rows = [["Fleurs", 1, None]] * 3
    assert opened(Sheet("Seats", COLUMNS, rows[:2])).active.max_row == 4
    with pytest.raises(TooManyRows):
        made(Sheet("Seats", COLUMNS, rows))


def test_rows_do_not_stay_on_the_disk_when_their_source_breaks_off(monkeypatch, tmp_path):
    def rows():
        yield ["Fleurs", 1, None]
        assert len([*tmp_path.glob("workbook-*/*")]) == 1
        raise RuntimeError("the lease is lost")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(RuntimeError):
        made(Sheet("Seats", COLUMNS, rows()))
    assert [*tmp_path.iterdir()] == []
