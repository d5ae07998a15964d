"""Lists of participants as people bring them, and workbooks as nobody should."""

import io
import re
import zipfile

import openpyxl

HEADS = ["Nom", "Commerce", "Code postal", "E-mail"]
LONG = [*HEADS, "Rue", "TVA", "GSM", "Langue", "Accompagnant"]
NUMBER = "BE 0403.019.261"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
SST = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
ZOE = ["Zoé Lambert", "Fleurs Zoé", "5000", "zoe@fleurs.example"]
YANN = ["Yann Noël", "Bœuf & Cie", "5000", "yann@boeuf.example"]


def csv_of(*rows, heads=HEADS, separator=";", encoding="utf-8"):
    return "".join(separator.join(row) + "\r\n" for row in (heads, *rows)).encode(encoding)


def xlsx_of(*rows, heads=HEADS):
    book = openpyxl.Workbook()
    for row in (heads, *rows):
        book.active.append(row)
    return saved(book)


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(content, name, text, **more):
    """A workbook with one of its parts replaced, or more parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, text if part == name else old.read(part))
        for part, bytes_of in {**({} if name in old.namelist() else {name: text}), **more}.items():
            new.writestr(part, bytes_of)
    return stream.getvalue()


def with_strings(text):
    """A workbook with a table of shared strings, as Excel writes one."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    with zipfile.ZipFile(io.BytesIO(xlsx_of(ZOE))) as archive:
        types = archive.read("[Content_Types].xml").decode()
        sheet = archive.read(SHEET).decode()
    named = types.replace("</Types>", f'<Override PartName="/{STRINGS}" ContentType="{kind}"/></Types>')
    shared = re.sub(r't="inlineStr"><is><t>[^<]*</t></is>', 't="s"><v>0</v>', sheet)
    book = with_part(with_part(xlsx_of(ZOE), "[Content_Types].xml", named), SHEET, shared)
    return with_part(book, STRINGS, text)


def zip_of(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()
