from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from rendering.downloads import CONTENT_TYPES, CSV, FORMS, XLSX, lines_file, table_file, written
from rendering.workbooks import Column, Kind, Sheet

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOTE = "Demonstration: the people, the shops and their answers are fictitious."


@pytest.fixture(autouse=True)
def _in_english(in_english):
    pass


def seats():
    return Sheet(
        "Seats", [Column("City"), Column("Seats", Kind.WHOLE, is_summed=True)], iter([("Namur", 3), ("Dinant", 1)])
    )


def sent(form, **asked):
    return table_file(seats(), form, title="Seats", name="seats", **asked)


def lines_of(answer):
    return answer.getvalue().decode("utf-8-sig").splitlines()


@pytest.mark.parametrize("form", FORMS)
def test_file_has_its_name_and_type_and_nobody_on_the_way_keeps_it(form):
    answer = sent(form)
    assert answer["Content-Disposition"] == f'attachment; filename="seats.{form}"'
    assert (answer["Content-Type"], answer["Cache-Control"]) == (CONTENT_TYPES[form], "private, no-store")


def test_table_is_the_same_in_both_forms():
    sheet = load_workbook(BytesIO(sent(XLSX).getvalue())).active
    assert lines_of(sent(CSV)) == ["City,Seats", "Namur,3", "Dinant,1"]
    assert [[*row] for row in sheet.iter_rows(max_row=3, values_only=True)] == [
        ["City", "Seats"],
        ["Namur", 3],
        ["Dinant", 1],
    ]


def test_csv_goes_out_while_its_rows_are_read():
    assert (sent(CSV).streaming, sent(XLSX).streaming) == (True, False)


def test_what_a_reader_must_know_stands_below_the_table_or_on_a_second_sheet():
    facts = [("Unit", "seats")]
    assert lines_of(sent(CSV, facts=facts))[-2:] == ["", "Unit,seats"]
    book = load_workbook(BytesIO(sent(XLSX, facts=facts).getvalue()))
    assert [[*row] for row in book["Method"].values] == [["About", "What it means"], ["Unit", "seats"]]


def test_file_of_a_demonstration_says_that_it_is_one(settings):
    settings.DEMO = True
    assert lines_of(sent(CSV))[-2:] == ["", f'Note,"{NOTE}"']
    assert [*load_workbook(BytesIO(sent(XLSX).getvalue()))["Method"].values][1] == ("Note", NOTE)


def test_own_lines_come_back_as_they_were_given(settings):
    settings.DEMO = True
    assert lines_of(lines_file([("City",), ("Namur",)], name="mine")) == ["City", "Namur"]


def test_file_of_the_same_moment_has_the_same_bytes():
    one, other = (b"".join(written(seats(), XLSX, title="Seats", at=NOON)) for _time in range(2))
    assert one == other
