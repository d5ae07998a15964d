"""The report of a diagnostic in a warm worker: a process of its own, as Celery's children are."""

import gc
import statistics
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import django
import psutil
from django.utils import translation

from bench.client import chance_of
from bench.saying import median, say

AIM_RATIO = 1.2
WARM = 20


def measure(*, rounds: int, long: int) -> None:
    process = get_context("spawn").Process(target=in_worker, args=(rounds, long))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"The worker of the PDFs ended with {process.exitcode}.")


def in_worker(rounds: int, long: int) -> None:
    django.setup()
    from weasyprint import HTML  # noqa: PLC0415  # heavy, and after the fork that is none

    from bench.past import take  # noqa: PLC0415  # after django.setup()
    from diagnostics.models import Diagnostic  # noqa: PLC0415
    from diagnostics.tasks import report_html  # noqa: PLC0415
    from rendering import pdf  # noqa: PLC0415

    translation.activate("fr")
    taken = take(WARM, chance_of(2))
    ids = [diagnostic.pk for diagnostic in taken]
    shared = pdf.press()
    fetcher = pdf.FixedFetcher(shared.resources)

    def fresh(number: int) -> Diagnostic:
        return Diagnostic.objects.with_labels().select_related("business").get(pk=ids[number % WARM])

    def ours(number: int) -> bytes:
        return pdf.render(report_html(fresh(number)))

    finished = [report_html(fresh(number)) for number in range(WARM)]

    def alone(number: int) -> bytes:
        page = HTML(string=finished[number % WARM], url_fetcher=fetcher)
        return page.write_pdf(stylesheets=[shared.css], font_config=shared.fonts, pdf_variant="pdf/ua-1")

    sizes = [len(ours(number)) for number in range(WARM)]
    alone(0)
    before = megabytes()
    for number in range(long):
        ours(number)
    after = megabytes()
    timed = [(seconds(ours, number), seconds(alone, number)) for number in range(rounds)]
    own, bare = zip(*timed, strict=True)
    say(f"\nThe PDF of a diagnostic, {statistics.median(sizes) / 1000:.0f} KB, in a warm worker")
    say(f"  CPU seconds, from the row to the file     {median(own, 3)}")
    say(f"  WeasyPrint alone, the finished HTML       {median(bare, 3)}")
    say(f"  ratio                                     {median([o / b for o, b in timed], 2)}; aim at most {AIM_RATIO}")
    say(f"  memory after {WARM} and after {WARM + long} PDFs          {before:.0f} and {after:.0f} MB")


def seconds(work: Callable[[int], object], number: int) -> float:
    started = time.process_time()
    work(number)
    return time.process_time() - started


def megabytes() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


def most_megabytes() -> float:
    """The most that this process ever had, and no other before it in its place."""
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024 / 1e6
