"""Asking for a document and making it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from outbox import bell, files, leasing
from outbox.models import Job

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """What a maker hands over: the bytes, and the name that a person will see."""

    content: bytes
    name: str
    content_type: str
    kept_for: timedelta = files.KEPT_FOR


type Maker = Callable[[Job], Made | None]
MAKERS: dict[str, Maker] = {}


def maker(kind: str) -> Callable[[Maker], Maker]:
    """Register who makes jobs of this kind; stands in the `tasks.py` of an app, where the worker finds it.

    A maker runs outside of any transaction. It may raise leasing.TemporaryRefusal to be asked again later.
    """

    def register(function: Maker) -> Maker:
        MAKERS[kind] = function
        return function

    return register


@transaction.atomic
def request(*, kind: str, key: str, args: Mapping[str, object], by: AbstractBaseUser | None = None) -> Job:
    """The one job of this kind and key: a new one if there is none, if it failed, or if its file can't be served now.

    Belongs to the caller's transaction; a broker that does not answer neither raises nor holds it.
    """
    current = Job.objects.current(kind=kind, key=key)
    spent = [job.pk for job in current.select_related("file") if _is_spent(job)]
    current.filter(pk__in=spent).update(superseded_at=Now())
    new = Job(kind=kind, key=key, args=dict(args), requested_by_id=by.pk if by else None)
    Job.objects.bulk_create([new], ignore_conflicts=True)
    job = current.get()
    if job.state == Job.State.REQUESTED:
        bell.ring_on_commit(job)
    return job


def _is_spent(job: Job) -> bool:
    return job.is_failed or (job.file is not None and not files.is_servable(job.file))


def report_step(job: Job, done: int, total: int, label: str = "") -> None:
    """Show progress and keep the lease; raises LeaseLost, which ends the maker, if another attempt took over."""
    leasing.renew(job, steps_done=done, steps_total=total, step=str(label)[:200])


def make(job: Job) -> None:
    """Run the maker of a job that was taken, and record what came of it."""
    try:
        with translation.override(settings.LANGUAGE_CODE):
            made = MAKERS[job.kind](job)
        _keep(job, made)
    except leasing.LeaseLost:
        logger.warning("Job %s, attempt %s: another attempt took over.", job.pk, job.attempt)
    except leasing.TemporaryRefusal as refusal:
        leasing.record_refusal(job, str(refusal))
    except Exception as error:
        logger.exception("Job %s (%s), attempt %s", job.pk, job.kind, job.attempt)
        words = _("It could not be made (%(what)s). The worker's log says more.") % {"what": type(error).__name__}
        leasing.record_crash(job, words)


def _keep(job: Job, made: Made | None) -> None:
    if made is None:
        leasing.finish(job)
        return
    file = files.write(content=made.content, name=made.name, content_type=made.content_type, kept_for=made.kept_for)
    try:
        with transaction.atomic():
            file.save()
            leasing.finish(job, file=file)
    except leasing.LeaseLost:
        files.discard(file)
        raise
