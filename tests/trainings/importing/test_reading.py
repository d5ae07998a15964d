"""Any usual encoding, separator and workbook is read; whatever else is refused in words, before much of it is looked at."""

import io
import os
import resource
import subprocess
import sys
import zipfile
from datetime import date

import openpyxl
import pytest

from tests.trainings.importing.files import (
    HEADS,
    SHEET,
    SST,
    YANN,
    ZOE,
    csv_of,
    saved,
    with_part,
    with_strings,
    xlsx_of,
    zip_of,
)
from trainings.importing import apart, heads, reading, tables, workbooks
from trainings.importing.decoding import encoding_of
from trainings.importing.tables import MOST_BYTES, MOST_ROWS, Unreadable

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "%s">%s]><sst xmlns='
    '"http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&a9;</t></si></sst>'
)
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or ''};" * 10}">' for n in range(1, 10))


def refused(content, read=apart.read):
    with pytest.raises(Unreadable) as refusal:
        read(content)
    assert reading.words_of(refusal.value)
    return refusal.value.code


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16-LE"),
        ("utf-16-be", "UTF-16-BE"),
        ("cp1252", "Windows-1252"),
        ("iso8859-15", "Latin-9"),
        ("mac-roman", "Mac Roman"),
    ],
)
def test_csv_is_read_in_every_usual_encoding_and_separator(encoding, name, separator):
    table = apart.read(csv_of(ZOE, YANN, separator=separator, encoding=encoding))
    assert table.rows == [(1, HEADS), (2, ZOE), (3, YANN)]
    assert table.read_as == {"encoding": name, "separator": separator}


def test_file_is_read_in_a_process_of_its_own_without_our_secrets(monkeypatch):
    seen = {}
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *args, **named: seen.update(named) or run(*args, **named))
    assert reading.read(csv_of(ZOE)).rows == [(1, HEADS), (2, ZOE)]
    assert set(seen["env"]) == {"OPENPYXL_LXML", "PYTHONPATH", "PYTHONIOENCODING"}
    assert reading.read(xlsx_of(ZOE)).rows == [(1, HEADS), (2, ZOE)]
    assert "DATABASE_URL" in os.environ


def test_what_hangs_is_ended(tmp_path, settings, monkeypatch):
    """A reading process that sleeps."""
    package = tmp_path / "trainings" / "importing"
    package.mkdir(parents=True)
    (package / "apart.py").write_text("import time\ntime.sleep(8)\n")
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert refused(csv_of(ZOE), lambda content: reading.read(content, seconds=1)) == "slow"


def test_reading_process_limits_its_time_and_memory():
    command = "import sys; sys.argv[1:] = ['7']; from trainings.importing import apart; apart.main(); import resource"
    command += "; print(resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_AS)[0])"
    surroundings = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(  # noqa: S603  our own command line
        [sys.executable, "-c", command], input=csv_of(ZOE), capture_output=True, env=surroundings, check=True
    )
    assert done.stdout.decode().rpartition("}")[2] == f"7 {apart.MOST_MEMORY}\n"
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] == resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n;;\r\n", "empty"),
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0 JFIF", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (b"<html><table><tr><td>Nom</td></tr></table></html>", "web page"),
        (b"{\\rtf1 Nom}", "text document"),
        (b"x" * (MOST_BYTES + 1), "large"),
    ],
)
def test_other_files_are_refused_by_their_first_bytes(content, code, monkeypatch):
    monkeypatch.setattr(subprocess, "run", None)  # nothing is read of them
    assert refused(content, reading.read) == code


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"content.xml": "<office/>"}, "open document"),
        ({"word/document.xml": "<w/>"}, "text document"),
        ({"xl/workbook.bin": "x"}, "binary workbook"),
        ({"notes.txt": "x"}, "another zip"),
    ],
)
def test_other_archives_are_refused_by_what_is_in_them(parts, code):
    assert refused(zip_of(**parts)) == code


def test_bytes_that_are_no_text_are_refused():
    assert refused(bytes(range(256)) * 40) == "not a list"


class Guarded(zipfile.ZipFile):
    """Nothing in it may be unpacked."""

    def open(self, *args, **named):
        raise AssertionError("it was unpacked")


BOMBS = {
    "ratio": lambda: with_part(xlsx_of(ZOE), SHEET, b"<a>" + b" " * 20_000_000),
    "size": lambda: with_part(xlsx_of(ZOE), "x", b"", **{f"xl/{n}": bytes(1_000_000) for n in range(27)}),
    "parts": lambda: with_part(xlsx_of(ZOE), "x", b"", **{f"xl/{n}": b"" for n in range(2_100)}),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_zip_bomb_is_refused_before_anything_is_unpacked(bomb, monkeypatch):
    content = BOMBS[bomb]()
    monkeypatch.setattr(zipfile, "ZipFile", Guarded)
    assert refused(content) == "bomb"


def test_entities_are_refused():
    assert refused(with_strings(BOMB % ("ha" * 10, ENTITIES)), reading.read) == "bomb"


def test_entities_that_hide_their_declaration_are_not_unfolded():
    hidden = (BOMB % ("ha" * 10, ENTITIES)).replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")
    assert refused(with_strings(hidden), reading.read) == "damaged"


def test_shared_strings_are_read():
    assert apart.read(with_strings(f"{SST}<si><t>Été</t></si></sst>")).rows == [(1, ["Été"] * 4), (2, ["Été"] * 4)]


def test_more_tags_than_a_list_has_are_refused_before_they_are_parsed(monkeypatch):
    monkeypatch.setattr(openpyxl, "load_workbook", None)
    assert refused(with_strings(SST + "".join(f"<si><t>{n}</t></si>" for n in range(210_000)) + "</sst>")) == "bomb"


def test_one_long_text_named_in_every_cell_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MOST_LETTERS_IN_ALL", 50_000)
    assert refused(xlsx_of(*[["x" * 1900] * 10] * 10)) == "bomb"


def sheet_with(text):
    found = io.BytesIO(xlsx_of(ZOE))
    with zipfile.ZipFile(found) as archive:
        sheet = archive.read(SHEET).decode()
    return with_part(found.getvalue(), SHEET, text(sheet))


@pytest.mark.parametrize("size", ["A1:XFD1048576", "A1:A1"])
def test_size_that_a_sheet_only_says_it_has_is_not_believed(size):
    content = sheet_with(lambda sheet: sheet.replace('ref="A1:D2"', f'ref="{size}"'))
    assert size in str(zipfile.ZipFile(io.BytesIO(content)).read(SHEET))
    assert apart.read(content).rows == [(1, HEADS), (2, ZOE)]


@pytest.mark.parametrize("number", [1_048_576, 999_999_999])
def test_row_a_million_rows_below_is_refused_without_going_there(number):
    far = f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    assert refused(sheet_with(lambda sheet: sheet.replace("</sheetData>", far))) == "far down"


def test_rows_stop_at_the_first_one_too_many():
    assert refused(csv_of(*[ZOE] * MOST_ROWS)) == "many rows"
    assert len(apart.read(csv_of(*[ZOE] * (MOST_ROWS - 1))).rows) == MOST_ROWS


def test_columns_and_letters_have_their_limits():
    assert refused(csv_of(["x"] * 61)) == "many columns"
    assert refused(csv_of(["x" * 2001])) == "long cell"
    assert refused(csv_of(['"' + "x" * 200_000])) == "broken quotes"


@pytest.mark.parametrize("content", [b"PK\x03\x04 torn", xlsx_of(ZOE)[:900], with_part(xlsx_of(ZOE), SHEET, "<no")])
def test_torn_workbook_is_refused(content):
    assert refused(content) == "damaged"


def test_workbook_is_read_as_one_sees_it():
    book = openpyxl.Workbook()
    book.active.title = "Cachée"
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Inscrits")
    sheet.append(["Nom", "CP", "Date", "Aide", "Note"])
    sheet.append([])
    sheet.append(["Zoé", 5000.0, date(2026, 3, 1), True, 1.5])
    table = apart.read(saved(book))
    assert table.rows == [(1, ["Nom", "CP", "Date", "Aide", "Note"]), (3, ["Zoé", "5000", "2026-03-01", "1", "1.5"])]
    assert table.read_as == {"sheet": "Inscrits", "sheets": "1"}


def test_signs_that_no_database_keeps_are_left_out():
    rows = [["Zo\x00é", "Na\x07mur"], *[["Yann", "Namur"]] * 20]
    assert apart.read(csv_of(*rows, heads=["Nom", "Ville"])).rows[1] == (2, ["Zoé", "Namur"])


def test_guard_of_our_own_lists_is_taken_off():
    assert apart.read(b"Nom;GSM\nZo;'+32 470\n").rows[1] == (2, ["Zo", "+32 470"])
    assert apart.read(b"Nom;Ville\nO;'t Hoekje\n").rows[1] == (2, ["O", "'t Hoekje"])


def test_line_with_the_separator_is_believed():
    assert apart.read(b"sep=|\nNom|Commerce, rue\nZo|Fleurs; Zo\n").rows == [
        (2, ["Nom", "Commerce, rue"]),
        (3, ["Zo", "Fleurs; Zo"]),
    ]


def test_utf16_without_mark_is_not_taken_for_text_with_zeros():
    assert encoding_of("Nom;Commerce".encode("utf-16-be")) == "utf-16-be"


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("N° d'entreprise (BCE) *", "number"),
        ("NOM", "name"),
        ("Présent(e) ?", "present"),
        ("Straße und Hausnummer", "street"),
        ("E-MAILADRES", "email"),
        ("GSM", "phone"),
        ("Gemeinde", "city"),
        ("Postleitzahl:", "postal_code"),
        ("Naam van de winkel", "shop"),
        ("Given name", "first_name"),
        ("Remarques", ""),
    ],
)
def test_heads_are_known_in_four_languages(written, field):
    assert heads.field_of(written) == field


def test_name_beside_a_first_name_is_the_last_name():
    assert heads.columns_of(["N°", "Prénom", "Nom", "Rue", "N°"]) == [
        "",
        "first_name",
        "last_name",
        "street",
        "house_number",
    ]


def test_heads_are_found_below_a_title():
    rows = [(1, ["Soirée du 3 mars"]), (3, ["Nom", "Commerce"]), (4, ["Zoé", "Fleurs"])]
    assert heads.head_of(rows) == (3, ["name", "shop"])


def test_no_two_fields_share_a_head():
    words = [head for group in heads.HEADS.values() for head in group.split("|")]
    assert len(words) == len(set(words))
    assert [head for head in words if heads.field_of(head) == ""] == []


def test_ordinary_workbook_is_far_below_the_limits():
    content = xlsx_of(*[[f"Zoé {n}", f"Fleurs {n}", "5000", f"zoe{n}@fleurs.example"] for n in range(MOST_ROWS - 1)])
    parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    assert sum(part.file_size for part in parts) * 4 < workbooks.MOST_UNPACKED
    assert len(reading.read(content).rows) == MOST_ROWS
