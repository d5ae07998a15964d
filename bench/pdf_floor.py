"""What a PDF costs in a warm process: CPU seconds, memory, and the ratio to WeasyPrint alone.

    .venv/bin/python -m bench.pdf_floor [--rounds 15] [--long 200]

The document is tests/rendering/sample.html, filled once. "WeasyPrint alone" renders the same finished HTML with shared fonts, CSS
and fetcher, without what rendering/ adds; "nothing shared" is a first document in every respect but imports. Medians of rounds
that take turns.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

ROOT = Path(__file__).resolve().parent.parent


def megabytes() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--long", type=int, default=200)
    options = parser.parse_args()
    settings.configure(
        INSTALLED_APPS=["rendering"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [ROOT / "templates"],
                "APP_DIRS": True,
            }
        ],
        LANGUAGE_CODE="fr",
        LOCALE_PATHS=[ROOT / "locale"],
    )
    django.setup()

    from rendering import pdf  # noqa: PLC0415  # needs settings, as the next
    from tests.rendering.sample import sample  # noqa: PLC0415

    html = sample()
    shared = pdf.press()
    fetcher = pdf.FixedFetcher(shared.resources)

    def ours() -> bytes:
        return pdf.render(html)

    def alone() -> bytes:
        page = HTML(string=html, url_fetcher=fetcher)
        return page.write_pdf(stylesheets=[shared.css], font_config=shared.fonts, pdf_variant="pdf/ua-1")

    def unshared() -> bytes:
        fonts = FontConfiguration()
        css = CSS(string=(ROOT / "rendering" / "pdf.css").read_text(), font_config=fonts, url_fetcher=fetcher)
        page = HTML(string=html, url_fetcher=fetcher)
        return page.write_pdf(stylesheets=[css], font_config=fonts, pdf_variant="pdf/ua-1")

    size = len(ours())
    alone(), unshared()
    rounds = [(cpu(ours), cpu(alone), cpu(unshared)) for _ in range(options.rounds)]
    mine, theirs, cold = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(
        f"CPU seconds a PDF of {size / 1000:.0f} KB: {mine:.3f}; WeasyPrint alone {theirs:.3f}; nothing shared {cold:.3f}"
    )
    print(f"ratio to WeasyPrint alone: {mine / theirs:.2f} (aim 1.2); to nothing shared: {mine / cold:.2f}")

    gc.collect()
    before = megabytes()
    marks = []
    for count in range(1, options.long + 1):
        ours()
        if count % (options.long // 4 or 1) == 0:
            marks.append(megabytes())
    print(
        f"memory over {options.long}: {before:.0f} MB before, then "
        + ", ".join(f"{mark:.0f}" for mark in marks)
        + " MB"
    )


if __name__ == "__main__":
    main()
