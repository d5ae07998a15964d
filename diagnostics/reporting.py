"""The report of a diagnostic: asked for as a job, made by a worker, named for a person."""

from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from diagnostics.models import Diagnostic
from outbox import jobs
from outbox.models import Job

KIND = "diagnostic-report"


def key_of(diagnostic: Diagnostic, language: str) -> str:
    return f"{diagnostic.public_id}:{language}"


def ask_for(*, diagnostic: Diagnostic, language: str, by: User | None = None) -> Job:
    """The one job that makes this report in this language; asking twice gives one."""
    args = {"diagnostic": diagnostic.pk, "language": language}
    return jobs.request(kind=KIND, key=key_of(diagnostic, language), args=args, by=by)


def job_of(diagnostic: Diagnostic, language: str) -> Job | None:
    """The job that was asked for last, if any."""
    return Job.objects.current(kind=KIND, key=key_of(diagnostic, language)).select_related("file").first()


def file_name(diagnostic: Diagnostic) -> str:
    """diagnostic-fleurs-dupont-2026-11-21.pdf"""
    whose = diagnostic.business.name if diagnostic.business and diagnostic.business.name else diagnostic.sub_sector.name
    day = diagnostic.completed_at and diagnostic.completed_at.date().isoformat()
    return f"{_('diagnostic')}-{slugify(whose)[:60] or 'x'}-{day}.pdf"
