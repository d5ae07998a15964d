"""A file as rows of text, or why not, in words that say what to do."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trainings.importing.tables import MOST_BYTES, Table, Unreadable

MOST_SECONDS = 8  # a full-sized list takes one
MEGABYTES = MOST_BYTES // 1024 // 1024

# How a file begins that is something else, and what that is.
BEGINNINGS = {
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"BM": "picture",
    b"II*\x00": "picture",
    b"{\\rtf": "text document",
    b"Rar!": "another zip",
    b"7z\xbc\xaf": "another zip",
    b"\x1f\x8b": "another zip",
    b"PK\x05\x06": "another zip",
}
WORDS: Mapping[str, Promise] = {
    "empty": _("Nothing stands in this file. Choose the file with the list of participants."),
    "large": _("This file has more than %(most)s MB. Keep only the sheet with the participants, without pictures."),
    "many rows": _(
        "This list has more than %(most)s rows. Cut it into several files and bring them one after the other."
    ),
    "many columns": _("Row %(row)s has more than %(most)s columns. Keep only those about the participants."),
    "long cell": _("A cell of row %(row)s has more than %(most)s letters. Shorten it, or leave that column out."),
    "far down": _(
        "After row %(row)s comes a very long empty stretch. Copy the rows with participants into a new workbook and bring that."
    ),
    "broken quotes": _(
        "From row %(row)s on the quotation marks don’t close. Save the list anew from your spreadsheet."
    ),
    "bomb": _(
        "This workbook unpacks to far more than a list of participants. Copy the rows into a new workbook and bring that."
    ),
    "slow": _("This file takes too long to read. Copy the rows into a new workbook and bring that."),
    "damaged": _("This workbook can’t be opened: it is damaged, or was not written by a spreadsheet. Save it anew."),
    "locked": _("This workbook is protected by a password. Save it without a password, then bring that file."),
    "old workbook": _(
        "This is a workbook of an old Excel (.xls). Open it and save it as “Excel workbook (.xlsx)” or as CSV."
    ),
    "binary workbook": _(
        "This is a binary workbook (.xlsb). Open it and save it as “Excel workbook (.xlsx)” or as CSV."
    ),
    "open document": _("This is an OpenDocument file. Open it and save it as “Excel workbook (.xlsx)” or as CSV."),
    "text document": _("This is a text document, not a list. Copy its table into a spreadsheet and save that as CSV."),
    "presentation": _("This is a presentation, not a list. Bring a CSV file or an Excel workbook (.xlsx)."),
    "pdf": _("This is a PDF: its rows can’t be read reliably. Ask for the list as a spreadsheet or as CSV."),
    "picture": _("This is a picture, not a list. Bring a CSV file or an Excel workbook (.xlsx)."),
    "web page": _(
        "This is a web page, even if it is called .xls. Open it in your spreadsheet and save it as .xlsx or CSV."
    ),
    "another zip": _(
        "This is an archive, not a list. Unpack it and bring the CSV file or Excel workbook (.xlsx) in it."
    ),
    "not a list": _("This is neither text nor a workbook. Bring a CSV file or an Excel workbook (.xlsx)."),
}


def words_of(refusal: Unreadable) -> str:
    return str(WORDS[refusal.code]) % refusal.values


def read(content: bytes, *, seconds: int = MOST_SECONDS) -> Table:
    """Raises Unreadable: by the first bytes where they tell, else by what the reading process finds within its limits."""
    check_beginning(content)
    found = _answer_of(content, seconds)
    if "refused" in found:
        raise Unreadable(found["refused"], **found["values"])
    return Table([(number, cells) for number, cells in found["rows"]], found["read_as"])


def check_beginning(content: bytes) -> None:
    """Raises Unreadable for what is something else at first sight."""
    if not content.strip(b"\x00\r\n\t ,;|\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty")
    if len(content) > MOST_BYTES:
        raise Unreadable("large", most=MEGABYTES)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("locked" if "EncryptedPackage".encode("utf-16-le") in content else "old workbook")
    if kind := next((kind for start, kind in BEGINNINGS.items() if content.startswith(start)), ""):
        raise Unreadable(kind)
    if content[:1000].lstrip(b"\xef\xbb\xbf\r\n\t ").lower().startswith((b"<html", b"<!doctype", b"<?xml", b"<table")):
        raise Unreadable("web page")


def _answer_of(content: bytes, seconds: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "trainings.importing.apart", str(seconds)]
    # defusedxml reads all of it, also where lxml is installed; nothing else of our surroundings is handed on
    surroundings = {"OPENPYXL_LXML": "False", "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(  # noqa: S603  our own command line
            command,
            input=content,
            capture_output=True,
            timeout=seconds,
            check=True,
            cwd=settings.BASE_DIR,
            env=surroundings,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise Unreadable("slow") from error
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
