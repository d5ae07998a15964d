"""Mails, jobs and files that lead to somebody: they go when the person asks, or when their time is over."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from outbox import files, mail
from outbox.models import File, Job, JobQuerySet, Mail
from outbox.purging import in_batches, years_before

# From when a mail was sent or given up, and from when a job ended.
YEARS = 1
# How the keys of mails begin whose row goes as soon as they are sent.
FAREWELL = "farewell/"


def say_farewell(*, template: str, to: str, language: str, ids: Mapping[str, object]) -> Mail:
    """The last mail to somebody: nothing is kept of it once it is sent or given up."""
    return mail.queue(template=template, to=to, language=language, ids=ids, key=f"{FAREWELL}{uuid4()}")


def is_farewell(mail: Mail) -> bool:
    return (mail.key or "").startswith(FAREWELL)


def drop_farewells() -> None:
    Mail.objects.about(FAREWELL).filter(state__in=[Mail.State.SENT, Mail.State.FAILED]).delete()


def forget_mails(addresses: Iterable[str]) -> None:
    """All that these addresses were sent, or are about to be; a farewell is still said."""
    Mail.objects.filter(to__in=[*addresses]).exclude(key__startswith=FAREWELL).delete()


def drop_jobs(jobs: JobQuerySet) -> int:
    """With their files. One that is being made now ends without a result, for its row is gone; returns how many jobs."""
    rows = list(jobs.order_by("pk").select_for_update(of=("self",)))
    made = list(File.objects.filter(job__in=rows))
    Job.objects.filter(pk__in=[row.pk for row in rows]).delete()
    File.objects.filter(pk__in=[file.pk for file in made]).delete()
    for file in made:
        transaction.on_commit(partial(files.discard, file))
    return len(rows)


def forget_orders(user: AbstractBaseUser) -> None:
    """What this login asked for."""
    drop_jobs(Job.objects.filter(requested_by_id=user.pk))


def purge_mails(*, at: datetime | None = None, dry_run: bool = False) -> int:
    old = Mail.objects.filter(finished_at__lt=years_before(at or timezone.now(), YEARS))
    return in_batches(old, lambda keys: Mail.objects.filter(pk__in=keys).delete(), dry_run=dry_run)


def purge_jobs(*, at: datetime | None = None, dry_run: bool = False) -> int:
    old = Job.objects.filter(finished_at__lt=years_before(at or timezone.now(), YEARS))
    return in_batches(old, lambda keys: drop_jobs(Job.objects.filter(pk__in=keys)), dry_run=dry_run)
