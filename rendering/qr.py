"""QR codes as inline SVG, the same in pages and PDF."""

from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(address: str, words: str) -> SafeString:
    """The address in the ink of the page, with what it is as its text."""
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        nl=False,
        border=0,
        dark="#1d2333",
        svgclass="qr",
        lineclass=None,
        title=words,
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308  segno escapes the title, and draws the rest
