"""What the worker does when the bell rings: ids in, take the lease, call one function. Running twice does no harm."""

import logging

from celery import shared_task

from outbox import files, forgetting, jobs, leasing, mail
from outbox.models import Job, Mail

logger = logging.getLogger(__name__)


@shared_task(time_limit=15 * 60)  # type: ignore[untyped-decorator]
def run(job_id: int) -> None:
    if job := leasing.take(Job, job_id):
        jobs.make(job)


# Killed well before the lease ends, so that a mail server that dribbles can't make two workers send the same mail.
@shared_task(time_limit=90)  # type: ignore[untyped-decorator]
def send(mail_id: int) -> None:
    if owed := leasing.take(Mail, mail_id):
        mail.deliver(owed)
        if forgetting.is_farewell(owed):
            forgetting.drop_farewells()


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> None:
    leasing.sweep(Mail)
    leasing.sweep(Job)


@shared_task  # type: ignore[untyped-decorator]
def tidy() -> None:
    """Retention: what has expired goes, the rows keep the fact."""
    forgetting.drop_farewells()
    logger.info(
        "Deleted %s expired files and %s files without a row, erased the secrets of %s failed mails.",
        files.delete_expired(),
        files.delete_orphans(),
        mail.erase_failed_secrets(),
    )
