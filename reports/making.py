"""Reports as work for the worker: asked for, watched while they are made, found again for a month."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from outbox import jobs
from outbox.jobs import Made, maker, report_step
from outbox.models import Job, JobQuerySet
from programmes.models import City, Grouping, Programme
from rendering import downloads
from rendering.languages import read_in
from reports import city_report, spreadsheets
from reports.access import reads_figures
from reports.models import Release
from reports.periods import period_of
from reports.releasing import STEPS, release
from reports.subjects import Subject

KIND = "report"
KEPT = timedelta(days=30)
PDF, XLSX, CSV = "pdf", downloads.XLSX, downloads.CSV
WRITERS = {PDF: city_report.render, XLSX: spreadsheets.xlsx, CSV: spreadsheets.csv}
CONTENT_TYPES = {PDF: "application/pdf", **downloads.CONTENT_TYPES}


def ask_for(*, subject: Subject, form: str, on: date | None = None, by: User) -> Job:
    """The one job that makes this for this person; asked again after it failed or its file went, another one."""
    language = read_in()
    args = {**args_of(subject), "on": on.isoformat() if on else None, "form": form, "language": language}
    day = on or timezone.localdate()
    key = f"{by.pk}:{subject.programme.code}:{subject.code}:{subject.period.code}:{day}:{form}:{language}"
    return jobs.request(kind=KIND, key=key, args=args, by=by)


def args_of(subject: Subject) -> dict[str, object]:
    return {
        "programme": subject.programme.pk,
        "city": subject.city.pk if subject.city else None,
        "grouping": subject.grouping.pk if subject.grouping else None,
        "period": subject.period.code,
    }


def subject_of(args: Mapping[str, Any]) -> Subject:
    programme = Programme.objects.get(pk=args["programme"])
    period = period_of(programme, args["period"])
    if period is None:
        raise ValueError(f"There is no period {args['period']}.")
    city = City.objects.get(pk=args["city"]) if args["city"] else None
    grouping = Grouping.objects.get(pk=args["grouping"]) if args["grouping"] else None
    return Subject(programme, period, city, grouping)


def of(user: User, programme: Programme) -> JobQuerySet:
    """What this login asked for and can still have, the latest first; not what it may no longer read."""
    since = timezone.now() - KEPT
    own = Job.objects.filter(kind=KIND, requested_by=user, superseded_at=None, requested_at__gt=since)
    found = own.filter(args__programme=programme.pk).select_related("file").order_by("-pk")
    if reads_figures(user):
        return found
    return found.filter(args__city__in=[*City.objects.of_official(user).values_list("pk", flat=True)])


@maker(KIND)
def make(job: Job) -> Made:
    args = job.args
    form, on = args["form"], args["on"]
    with translation.override(args["language"]):
        made = release(
            subject=subject_of(args),
            on=date.fromisoformat(on) if on else None,
            step=lambda done: report_step(job, done, STEPS + 1, STEP_WORDS[done]()),
        )
        report_step(job, STEPS, STEPS + 1, _("Setting the pages"))
        return Made(WRITERS[form](made), name=_name(made, form), content_type=CONTENT_TYPES[form], kept_for=KEPT)


STEP_WORDS = (
    lambda: _("Counting what happened"),
    lambda: _("Counting shops and results"),
    lambda: _("Holding back what says something about few"),
)


def _name(made: Release, form: str) -> str:
    return f"{slugify(_('report'))}-{made.reference.lower()}.{form}"
