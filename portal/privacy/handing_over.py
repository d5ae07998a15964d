"""“Download my data”: one file to read and one for programs, made by the worker for one login, and handed to nobody else."""

import json
from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.models import User
from businesses.forgetting import Whose
from outbox import jobs
from outbox.forgetting import drop_jobs
from outbox.jobs import Made, report_step
from outbox.models import Job, JobQuerySet
from portal.context import the_only_programme
from portal.privacy.gathering import gather
from portal.privacy.reading import readable
from rendering import pdf
from rendering.letterhead import Letterhead

KIND = "my-data"
PDF, JSON = "pdf", "json"
FORMS = (PDF, JSON)
KEPT = timedelta(days=1)


@transaction.atomic
def ask(*, user: User, language: str) -> list[Job]:
    """Both files, as things stand now; those under way are waited for."""
    drop_jobs(_of(user).exclude(state__in=[Job.State.REQUESTED, Job.State.RUNNING]))
    args = {"user": user.pk, "persons": _persons(user), "language": language}
    return [jobs.request(kind=KIND, key=f"{user.pk}:{form}", args={**args, "form": form}, by=user) for form in FORMS]


def job_of(user: User, form: str) -> Job | None:
    """The one that this login asked for, and which says nothing of persons for whom it no longer stands."""
    job = _of(user).filter(key=f"{user.pk}:{form}").select_related("file").first()
    return job if job and set(job.args["persons"]) <= set(_persons(user)) else None


def _of(user: User) -> JobQuerySet:
    return Job.objects.filter(kind=KIND, requested_by=user, superseded_at=None)


def _persons(user: User) -> list[int]:
    return [person.pk for person in Whose.of_login(user).persons]


def _whose(user: User, job: Job) -> Whose:
    return Whose.of_login(user, among=job.args["persons"])


def make(job: Job) -> Made:
    """Only of the persons for whom the login stood when it asked, and still does."""
    user = User.objects.get(pk=job.args["user"])
    with translation.override(job.args["language"]):
        report_step(job, 1, 2, _("Gathering what is kept"))
        name = f"{_('my-data')}-{localdate().isoformat()}"
        if job.args["form"] == JSON:
            return Made(json_of(user, job), f"{name}.json", "application/json", KEPT)
        return Made(pdf.render(html_of(user, job)), f"{name}.pdf", "application/pdf", KEPT)


def json_of(user: User, job: Job) -> bytes:
    """By table, each row with the fields of the database; an answer with its question."""
    parts = {
        part.code: [
            [{"field": one.code, "label": one.label, "value": one.value, "text": one.text} for one in row]
            for row in part.rows
        ]
        for part in gather(_whose(user, job))
    }
    told = {"made_at": job.requested_at, "language": job.args["language"], "tables": parts}
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def html_of(user: User, job: Job) -> str:
    programme = the_only_programme()
    context = {
        "letterhead": programme.letterhead if programme else Letterhead(),
        "chapters": [*readable(gather(_whose(user, job)))],
        "user": user,
        "made_at": job.requested_at,
    }
    return render_to_string("portal/pdf/my_data.html", context)
