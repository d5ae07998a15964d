"""The report of a diagnostic: asked for as a job, made by a worker, named for a person."""

from django.utils.text import slugify
from django.utils.timezone import localdate

from accounts.models import User
from diagnostics.models import Diagnostic
from outbox import jobs
from outbox.models import Job

KIND = "diagnostic-report"


def key_of(diagnostic: Diagnostic, language: str) -> str:
    """The file bears the name of the shop, once it is known: then it is another file."""
    return f"{diagnostic.public_id}:{language}:{diagnostic.business_id or ''}"


def ask_for(*, diagnostic: Diagnostic, language: str, by: User | None = None) -> Job:
    """The one job that makes this report in this language; asking twice gives one."""
    args = {"diagnostic": diagnostic.pk, "language": language}
    return jobs.request(kind=KIND, key=key_of(diagnostic, language), args=args, by=by)


def job_of(diagnostic: Diagnostic, language: str) -> Job | None:
    """The job that was asked for last, if any."""
    return Job.objects.current(kind=KIND, key=key_of(diagnostic, language)).select_related("file").first()


def file_name(diagnostic: Diagnostic) -> str:
    """diagnostic-fleurs-dupont-2026-11-21.pdf"""
    shop = diagnostic.business.name if diagnostic.business else ""
    whose = slugify(shop)[:60].strip("-_") or slugify(diagnostic.sub_sector.name)
    return f"diagnostic-{whose}-{localdate(diagnostic.completed_at).isoformat()}.pdf"
