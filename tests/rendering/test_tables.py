from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from rendering.tables import LINES_AT_ONCE, cell, csv_pages


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+32 81", "-2", "@SUM(A1)", "\t=1", "＝1", " =1", "\u200b=1", "\r=1", "\x00=1", "\u202e=1", "\u2067=1"],
)
def test_text_never_becomes_a_formula(text):
    assert cell(text).startswith("'")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (-3, "-3"),
        (Decimal("-90.50"), "-90,50"),
        (date(2026, 11, 3), "2026-11-03"),
        (datetime(2026, 11, 3, 18, tzinfo=UTC), "2026-11-03 19:00"),
        ("Fleurs d’Or = 1", "Fleurs d’Or = 1"),
    ],
)
def test_numbers_dates_and_text_stay_what_they_are(value, written):
    assert cell(value, ",") == written


@pytest.mark.parametrize(("language", "line"), [("fr", 'é;90,00;"a;b"\r\n'), ("en", "é,90.00,a;b\r\n")])
def test_cells_are_parted_as_spreadsheets_of_the_language_expect(language, line):
    with translation.override(language):
        assert b"".join(csv_pages([("é", Decimal("90.00"), "a;b")])) == b"\xef\xbb\xbf" + line.encode()


def test_long_tables_come_in_pages():
    pages = [*csv_pages((number,) for number in range(2 * LINES_AT_ONCE + 1))]
    assert [len(page.splitlines()) for page in pages] == [LINES_AT_ONCE, LINES_AT_ONCE, 1]
