"""What tests ask of a PDF: its words, its structure, its fonts, a check of PDF/UA-1, and pictures to look at."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import outloud
import pypdfium2
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, NameObject


@dataclass(frozen=True)
class Element:
    """A node of the structure tree: its tag, its depth, its alternative text."""

    tag: str
    depth: int
    alt: str


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def text(pdf: bytes) -> str:
    """The words of all pages, with plain single spaces."""
    return " ".join(" ".join(page.extract_text() for page in reader(pdf).pages).split())


def structure(pdf: bytes) -> list[Element]:
    found: list[Element] = []

    def walk(node: Any, depth: int) -> None:
        node = node.get_object()
        if isinstance(node, DictionaryObject) and "/S" in node:
            found.append(Element(node["/S"][1:], depth, str(node.get("/Alt", ""))))
        children = node.get("/K", []) if isinstance(node, DictionaryObject) else []
        for child in children if isinstance(children, list) else [children]:
            if isinstance(child.get_object(), DictionaryObject):
                walk(child, depth + 1)

    walk(reader(pdf).root_object["/StructTreeRoot"], -1)
    return found


def bookmarks(pdf: bytes) -> list[str]:
    def flat(items: list[Any]) -> list[str]:
        return [title for item in items for title in (flat(item) if isinstance(item, list) else [item.title])]

    return flat(reader(pdf).outline)


def fonts(pdf: bytes) -> dict[str, bool]:
    """The name of each font in use, without its subset mark, and whether its file is in the PDF."""
    found = {}
    for page in reader(pdf).pages:
        for font in page["/Resources"].get("/Font", {}).get_object().values():
            font = font.get_object()
            described = font.get("/DescendantFonts", [font])[0].get_object()["/FontDescriptor"].get_object()
            embedded = bool({"/FontFile", "/FontFile2", "/FontFile3"} & set(described))
            found[font[NameObject("/BaseFont")].split("+")[-1].lstrip("/")] = embedded
    return found


def complaints(pdf: bytes, folder: Path) -> list[str]:
    """What outloud finds wrong against PDF/UA-1: errors and warnings, each as a line; empty is good."""
    path = folder / "checked.pdf"
    path.write_bytes(pdf)
    result = outloud.check(str(path))
    assert result.error is None
    return [
        f"{finding.severity} {finding.rule} page {finding.page}: {finding.message} [{finding.evidence}]"
        for finding in result.sorted_findings()
        if finding.severity in ("error", "warning")
    ]


def pictures(pdf: bytes, folder: Path, dots_per_inch: int = 80) -> list[Path]:
    """Each page as a PNG, for a person to look at."""
    paths = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, start=1):
            paths.append(folder / f"page-{number}.png")
            page.render(scale=dots_per_inch / 72).to_pil().save(paths[-1])
    return paths
