"""Tables as CSV that a spreadsheet opens as it is meant, and never executes."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from django.utils import timezone
from django.utils.formats import get_format

BOM = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else
# What a spreadsheet takes for the beginning of a formula, however wide it is written and whatever blank comes before it.
FORMULA = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠\t\r\n]")
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LINES_AT_ONCE = 500


def csv_pages(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, some hundred lines at a time.

    Where the reader's language writes a decimal comma, as spreadsheets there expect: semicolons between the cells.
    """
    comma = str(get_format("DECIMAL_SEPARATOR"))
    page = StringIO()
    page.write(BOM)
    writer = csv.writer(page, delimiter=";" if comma == "," else ",")
    for number, row in enumerate(rows, start=1):
        writer.writerow([cell(value, comma) for value in row])
        if number % LINES_AT_ONCE == 0:
            yield _taken(page)
    yield _taken(page)


def cell(value: object, comma: str = ".") -> str:
    """Numbers and dates as numbers and dates; text as text, even where it looks like a formula."""
    if isinstance(value, str) and value[:1].isalnum() and value.isprintable():
        return value  # most of them: begins with a letter or a digit, and nothing in it is invisible
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"
    if isinstance(value, date | int):
        return str(value)
    if isinstance(value, Decimal | float):
        return format(value, "f" if isinstance(value, Decimal) else "").replace(".", comma)
    text = UNWRITABLE.sub("", str(value))
    return f"'{text}" if FORMULA.match(text) else text


def _taken(page: StringIO) -> bytes:
    written = page.getvalue().encode()
    page.seek(0)
    page.truncate()
    return written
