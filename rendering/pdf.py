"""HTML to PDF/UA-1, by WeasyPrint, with nothing that is not in this process already.

A document is one finished HTML page made from `rendering/document.html`. It may refer to nothing outside itself: whatever
asks for a file, an address or a `data:` URL is a mistake of ours or an attack, and no PDF comes of it.

What costs most is made once in a process and shared by its documents: fonts, parsed CSS. Pango and fontconfig are not safe
between threads: one document at a time is rendered in a process, others wait. Processes are independent; the first document
of a process makes what is shared, so fork before it, not after.

The same HTML gives the same bytes on the same machine: dates come from the document's own meta elements, never from the clock.
"""

import re
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import NamedTuple
from xml.etree.ElementTree import Element

import cssselect2
import tinycss2
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from rendering.tagging import finish

FONTS = {
    "tremplin:font/regular": "AtkinsonHyperlegible-Regular.ttf",
    "tremplin:font/bold": "AtkinsonHyperlegible-Bold.ttf",
}
SVG = "{http://www.w3.org/2000/svg}"

_one_at_a_time = Lock()
_custom_property = re.compile(r"(--[\w-]+)\s*:\s*([^;]+)")
# Controls, private use and no characters, which no reader can say; emoji, of which the fonts would draw a crossed box.
_unspeakable = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufe0f\ufffe\uffff\U0001f000-\U0001faff]")
_var = re.compile(r"var\((--[\w-]+)\)")


class OutsideReference(Exception):
    """A document asked for something outside itself."""


class Press(NamedTuple):
    """What the documents of one process share."""

    resources: dict[str, bytes]
    fonts: FontConfiguration
    css: CSS
    charts: cssselect2.Matcher


class FixedFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint carries no types
    """Serves the bytes it was given and refuses everything else; it keeps what was refused, since SVG images swallow errors."""

    def __init__(self, resources: dict[str, bytes]) -> None:
        # Not the parent's: that one makes openers for files, proxies and TLS, which reads certificates for 17 ms a document.
        self._fail_on_errors = True
        self.resources = resources
        self.refused: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url not in self.resources:
            self.refused.append(url[:200])
            raise OutsideReference(f"A PDF may not refer to {url[:200]!r}.")
        return URLFetcherResponse(url, self.resources[url], {"Content-Type": "font/ttf"})


def render(html: str) -> bytes:
    """Return the tagged PDF of a finished page; raise OutsideReference when it refers to anything outside itself."""
    with _one_at_a_time:
        shared = press()
        fetcher = FixedFetcher(shared.resources)
        try:
            # With a base of its own a relative address is refused like any other; without one it would be passed over in silence.
            document = HTML(string=_unspeakable.sub("", html), url_fetcher=fetcher, base_url="tremplin:document")
            _dress_charts(document.etree_element, shared.charts)
            pdf: bytes = document.write_pdf(
                stylesheets=[shared.css], font_config=shared.fonts, pdf_variant="pdf/ua-1", finisher=finish
            )
        except FatalURLFetchingError as error:
            raise OutsideReference(str(error)) from error
        if fetcher.refused:
            raise OutsideReference(f"A PDF may not refer to {fetcher.refused[0]!r}.")
        return pdf


@cache
def press() -> Press:
    """Make what is shared. `press.cache_clear()` gives it back, with the temporary folder in which WeasyPrint keeps fonts."""
    faces = files("fontpkg_atkinson_hyperlegible") / "files"
    resources = {url: (faces / name).read_bytes() for url, name in FONTS.items()}
    fonts = FontConfiguration()
    css = CSS(string=_own_file("pdf.css"), font_config=fonts, url_fetcher=FixedFetcher(resources))
    return Press(resources, fonts, css, _chart_rules(_own_file("charts.css")))


def _own_file(name: str) -> str:
    return (files("rendering") / name).read_text("utf-8")


def _chart_rules(css: str) -> cssselect2.Matcher:
    matcher = cssselect2.Matcher()
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        declarations = {
            declaration.name: tinycss2.serialize(declaration.value).strip()
            for declaration in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        }
        for selector in cssselect2.compile_selector_list(rule.prelude):
            matcher.add_selector(selector, declarations)
    return matcher


def _dress_charts(root: Element, rules: cssselect2.Matcher) -> None:
    """Colour inline SVG by class, and let its description be heard.

    WeasyPrint does not apply a page's CSS inside SVG, so the rules become attributes; it reads aloud the title alone, while our
    charts say their figures in desc; and it asks a text of every SVG, so that one without meaning becomes a box for pdf.css.
    """
    colours = dict(_custom_property.findall(root.get("style", "")))
    for svg in list(root.iter(f"{SVG}svg")):
        if svg.get("aria-hidden") == "true":
            _make_box(svg)
            continue
        for node in cssselect2.ElementWrapper.from_xml_root(svg).iter_subtree():
            for *_, declarations in sorted(rules.match(node), key=lambda match: match[:2]):
                for name, value in declarations.items():
                    node.etree_element.set(name, _var.sub(lambda var: colours.get(var[1], "currentColor"), value))
        words = [" ".join((part.text or "").split()) for part in svg if part.tag in (f"{SVG}title", f"{SVG}desc")]
        if (title := svg.find(f"{SVG}title")) is not None:
            title.text = ". ".join(part.rstrip(".") for part in words if part)


def _make_box(svg: Element) -> None:
    classes, tail = svg.get("class", ""), svg.tail
    svg.clear()
    svg.tag, svg.tail = "i", tail
    svg.set("class", classes)
