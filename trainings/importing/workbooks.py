"""XLSX, within limits that are looked at before anything is unpacked. Only the reading process imports this: openpyxl is heavy.

A workbook is a zip of XML. What the directory of the zip says is all that zipfile ever unpacks; what a sheet says of its own size
is not believed: rows are taken one by one, and the first one too many ends it.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl

from trainings.importing.tables import MOST_COLUMNS, MOST_ROWS, Table, Unreadable, gathered

MOST_PARTS = 2_000
MOST_UNPACKED = 24 * 1024 * 1024
# What takes its time is tags, not letters: 5,000 rows of 20 cells have 600,000.
MOST_TAGS = 800_000
# A sheet shrinks to a tenth or a fiftieth; a bomb to a thousandth.
MOST_RATIO = 200
RATIO_FROM = 1024 * 1024
# A formatted sheet has empty rows and columns between and behind those that say something.
MOST_FAR_DOWN = 20 * MOST_ROWS
MOST_FAR_RIGHT = 4 * MOST_COLUMNS
PIECE = 256 * 1024
PARTS = {
    "xl/workbook.xml": "",
    "xl/workbook.bin": "binary workbook",
    "content.xml": "open document",
    "word/document.xml": "text document",
    "ppt/presentation.xml": "presentation",
}


def read_workbook(content: bytes) -> Table:
    """The first sheet that is not hidden. Raises Unreadable."""
    try:
        _check(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise Unreadable("empty")
        read_as = {"sheet": str(sheets[0].title), "sheets": str(len(sheets))}
        return gathered(_rows(sheets[0]), read_as)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # openpyxl raises whatever it meets in a file that was not written by a spreadsheet
        raise Unreadable("damaged") from error


def _check(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    names = {part.filename for part in parts}
    kind = next((kind for name, kind in PARTS.items() if name in names), "another zip")
    if kind:
        raise Unreadable(kind)
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("locked")
    unpacked = sum(part.file_size for part in parts)
    swells = any(part.file_size > MOST_RATIO * max(part.compress_size, RATIO_FROM // MOST_RATIO) for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or swells:
        raise Unreadable("bomb")
    if _tags(content) > MOST_TAGS:
        raise Unreadable("bomb")


def _tags(content: bytes) -> int:
    """Counted piece by piece, without understanding any of it; ends at the first one too many."""
    count = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            if not part.endswith((".xml", ".rels")):
                continue
            with archive.open(part) as stream:
                while count <= MOST_TAGS and (piece := stream.read(PIECE)):
                    count += piece.count(b"<")
                    if b"<!DOCTYPE" in piece:  # no spreadsheet writes one; what hides it meets defusedxml
                        raise Unreadable("bomb")
    return count


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Without what the sheet says of its size."""
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MOST_FAR_RIGHT, values_only=True)
    last = 0
    for number, cells in enumerate(rows, 1):
        if number > MOST_FAR_DOWN:
            raise Unreadable("far down", row=last)
        if cells.count(None) < len(cells):
            written = [_written(cell) for cell in cells]
            last = number
            yield number, written


def _written(cell: object) -> str:
    """As one reads it: 5000 and not 5000.0, a day without its midnight."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
