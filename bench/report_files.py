"""Reports and a large workbook, each in a process of its own that has made nothing before, as a fresh child of the worker."""

import time
from multiprocessing import get_context
from typing import Any

import django

from bench.documents import most_megabytes
from bench.saying import say

AIMS = {"city": 3, "balance": 10, "workbook": 20}  # seconds
MOST = {"city": 150, "balance": 150, "workbook": 30}  # megabytes


def measure(*, rows: int) -> None:
    say(
        "\nFiles, in a fresh worker: seconds from the row of the job to the file on the disk, and by how much the process grew at most"
    )
    for words, what, number in (
        ("the first report of a period", "city", 0),
        ("the report of another city, PDF", "city", 1),
        ("the balance, PDF", "balance", 0),
        (f"{rows:,} rows of 20 columns, XLSX", "workbook", rows),
    ):
        process = get_context("spawn").Process(target=in_worker, args=(words, what, number))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"The worker of {words} ended with {process.exitcode}.")


def in_worker(words: str, what: str, number: int) -> None:
    django.setup()
    from portal.celery import app  # noqa: PLC0415  after django.setup()

    app.loader.import_default_modules()  # as the worker does before it takes anything
    from outbox import tasks  # noqa: PLC0415  after the modules that register makers
    from outbox.models import Job  # noqa: PLC0415  after django.setup()

    job = WANTED[what](number)
    idle, started = most_megabytes(), time.perf_counter()
    tasks.run(job.pk)
    taken, grown = time.perf_counter() - started, most_megabytes() - idle
    job.refresh_from_db()
    if job.state != Job.State.DONE:
        raise SystemExit(job.error)
    # What says little of few is protected once for a whole period: whoever asks first waits for it, or the worker at night.
    verdicts = [] if words.startswith("the first") else [taken >= AIMS[what], grown > MOST[what]]
    say(
        f"  {words:36} {taken:6.2f} s, aim under {AIMS[what]}; {grown:4.0f} MB, aim at most {MOST[what]}; "
        f"{job.file.size / 1e6:.1f} MB{'  TOO MUCH' if any(verdicts) else ''}"
    )


def _report(number: int, *, is_whole: bool = False) -> Any:
    from programmes.models import City, Programme  # noqa: PLC0415  after django.setup()
    from reports import making, periods  # noqa: PLC0415
    from reports.subjects import Subject  # noqa: PLC0415

    programme = Programme.objects.get(code="commerce-connecte")
    last = programme.campaigns.filter(code__startswith="bench-").order_by("-starts_on")[1]
    cities = City.objects.filter(sessions__isnull=False).distinct().order_by("pk")
    subject = Subject(programme, periods.of_campaign(last), None if is_whole else cities[number])
    return making.ask_for(subject=subject, form=making.PDF, by=_somebody())


def _workbook(rows: int) -> Any:
    from uuid import uuid4  # noqa: PLC0415  beside the others

    from trainings import exporting  # noqa: PLC0415  after django.setup()
    from trainings.models import Registration  # noqa: PLC0415

    chosen = Registration.objects.filter(pk__in=Registration.objects.order_by("pk").values("pk")[:rows])
    return exporting.ask_for(registrations=chosen, form="xlsx", key=uuid4(), by=_somebody())


def _somebody() -> Any:
    from accounts.models import User  # noqa: PLC0415  after django.setup()

    return User.objects.order_by("pk").first() or User.objects.create_user("bench@programme.example")


WANTED = {"city": _report, "balance": lambda _number: _report(0, is_whole=True), "workbook": _workbook}
