"""What the worker must know of the portal itself: what it makes, and the last mail to who is erased."""

from typing import Any

from celery import shared_task

from outbox.jobs import Made, maker
from outbox.mail import Secrets, context_of
from outbox.models import Job
from portal.demo import loading
from portal.privacy import erasing, handing_over, purging
from trainings import moments
from trainings.models import Session


@maker(loading.KIND)
def load_demo(job: Job) -> None:
    loading.load(job)


@maker(handing_over.KIND)
def make_my_data(job: Job) -> Made:
    return handing_over.make(job)


@shared_task  # type: ignore[untyped-decorator]
def purge() -> None:
    """Retention, every night."""
    purging.purge()


@context_of(erasing.FAREWELL)
def farewell_context(ids: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    sessions = Session.objects.filter(pk__in=ids["sessions"]).with_names().order_by("starts_at")
    return {"sessions": [_named(session) for session in sessions]}


def _named(session: Session) -> dict[str, str]:
    return {"title": session.title, "when": moments.day_and_clock(session.starts_at) if session.starts_at else ""}
