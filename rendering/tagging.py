"""What WeasyPrint 70 leaves open between its tags and PDF/UA-1, put right just before the file is written.

It reads the finished boxes and objects of WeasyPrint, which are not a public interface: tests/rendering/test_pdf.py says when
an upgrade moves them.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import pydyf
from weasyprint.formatting_structure.boxes import MarginBox, TextBox

PRINTED = 4  # the flag of annotations that are on paper as on screen


def finish(document: Any, pdf: pydyf.PDF) -> None:
    """A `finisher` of WeasyPrint's write_pdf."""
    _describe_links(document)
    _say_what_headers_head(document)
    _take_running_lines_out(document, pdf)


def _describe_links(document: Any) -> None:
    """Say where a link leads in the document's words; WeasyPrint says its address."""
    for _kind, _target, _rectangle, box in chain.from_iterable(page.links for page in document.pages):
        if box.link_annotation is not None:
            box.link_annotation["F"] = PRINTED
            if words := box.element.get("title") or " ".join("".join(box.element.itertext()).split()):
                box.link_annotation["Contents"] = pydyf.String(words)


def _say_what_headers_head(document: Any) -> None:
    """A header that no cell points at, as that of a column of row headers, needs its scope."""
    for page in document.pages:
        for box in page._page_box.descendants():
            if box.element_tag == "th" and hasattr(box, "mark"):
                box.mark["A"]["Scope"] = "/Row" if box.element.get("scope") == "row" else "/Column"


def _take_running_lines_out(document: Any, pdf: pydyf.PDF) -> None:
    """The lines at the head and foot of every page are no content: a reader aloud skips them.

    WeasyPrint marks them as text that hangs nowhere in the tree. It paints them last, so they are the last marks of a page.
    """
    tree = _resolve(pdf, _resolve(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"])["Nums"]
    for number, (page, reference) in enumerate(zip(document.pages, pdf.page_references, strict=True)):
        if running := sum(isinstance(box, TextBox) for box in _in_margins(page)):
            operations = _resolve(pdf, _resolve(pdf, reference)["Contents"]).stream
            marks = [i for i, part in enumerate(operations) if isinstance(part, pydyf.Dictionary) and "MCID" in part]
            for i in marks[-running:]:
                operations[i - 1 : i + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
            del tree[2 * number + 1][-running:]


def _in_margins(page: Any) -> Iterator[Any]:
    for box in page._page_box.children:
        if isinstance(box, MarginBox):
            yield from box.descendants()


def _resolve(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
