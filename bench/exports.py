"""Ten thousand registrations with all their columns as CSV and as a workbook, in a process of its own, as the worker's child makes them."""

import statistics
import time
from itertools import islice
from multiprocessing import get_context

import django

from bench.documents import megabytes, most_megabytes
from bench.saying import median, say

ROWS = 10_000
AIMS = {"csv": 1, "xlsx": 5}  # seconds
MOST_GROWTH = 30  # MB over an idle worker


def measure(*, rounds: int) -> None:
    from bench import lists  # noqa: PLC0415  after django.setup()

    lists.load()
    for form in AIMS:
        process = get_context("spawn").Process(target=in_worker, args=(form, rounds))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"The worker of the exports ended with {process.exitcode}.")


def in_worker(form: str, rounds: int) -> None:
    """From the row of the job to the file on the disk, in a worker that has made nothing yet."""
    django.setup()
    from portal.celery import app  # noqa: PLC0415  after django.setup()

    app.loader.import_default_modules()  # as the worker does before it takes anything
    from accounts.models import User  # noqa: PLC0415  after django.setup()
    from outbox import tasks  # noqa: PLC0415
    from outbox.models import Job  # noqa: PLC0415
    from trainings.models import Registration  # noqa: PLC0415

    by = User.objects.order_by("pk").last() or User.objects.create_user("bench@programme.example")
    ids = [*islice(Registration.objects.order_by("pk").values_list("pk", flat=True).iterator(), ROWS)]
    idle, taken, cpu = megabytes(), [], []
    for _round in range(rounds):
        job = _asked(ids, form, by)
        started, worked = time.perf_counter(), time.process_time()
        tasks.run(job.pk)
        taken.append(time.perf_counter() - started)
        cpu.append(time.process_time() - worked)
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.error  # noqa: S101
    verdict = "" if statistics.median(taken) < AIMS[form] else "  TOO LONG"
    size = job.file.size / 1e6
    say(f"\n{len(ids):,} registrations as {form.upper()}, {size:.1f} MB")
    say(f"  seconds                                   {median(taken, 2)}; aim under {AIMS[form]}{verdict}")
    say(f"  of them CPU of the worker                 {median(cpu, 2)}")
    say(f"  MB over an idle worker, at the most       {most_megabytes() - idle:.0f}; aim at most {MOST_GROWTH}")


def _asked(ids: list[int], form: str, by):
    from uuid import uuid4  # noqa: PLC0415  beside the others

    from trainings import exporting  # noqa: PLC0415  after django.setup()
    from trainings.models import Registration  # noqa: PLC0415

    chosen = Registration.objects.filter(pk__gte=ids[0], pk__lte=ids[-1])
    return exporting.ask_for(registrations=chosen, form=form, key=uuid4(), by=by)
