"""What the worker must know of this app: the contexts of its mails, and what the clock asks for."""

from typing import Any

from celery import shared_task
from django.conf import settings
from django.urls import reverse

import trainings.documents  # registers its makers
import trainings.exporting  # registers its maker
import trainings.importing.applying  # likewise
import trainings.letters  # registers the contexts of its mails
import trainings.posters  # noqa: F401  registers its maker
from outbox.mail import Secrets, context_of
from trainings import registering, telling
from trainings.importing import bringing
from trainings.interests import CONFIRM_WITHIN, CONFIRMATION, link_token
from trainings.models import Interest, Session


@shared_task  # type: ignore[untyped-decorator]
def expire() -> None:
    """Seats that were held or offered too long go back."""
    registering.expire_lapsed()


@shared_task  # type: ignore[untyped-decorator]
def remind() -> None:
    telling.remind()


@shared_task  # type: ignore[untyped-decorator]
def thank() -> None:
    telling.thank()


@shared_task  # type: ignore[untyped-decorator]
def warn_of_few() -> None:
    telling.warn_of_few()


@shared_task  # type: ignore[untyped-decorator]
def tidy() -> None:
    """Retention: what was typed on lists of participants goes."""
    bringing.erase_old()


@context_of(CONFIRMATION)
def interest_confirm_context(ids: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    """The link is signed while the mail is written: it is stored nowhere."""
    interest = Interest.objects.with_names().get(pk=ids["interest"])
    return {
        "programme": interest.topic.programme,
        "after": Session.objects.with_names().filter(pk=ids.get("after", 0)).first(),
        "interests": Interest.objects.beside(interest).pending().with_names(),
        "url": settings.BASE_URL + reverse("trainings:interest_confirm", args=[link_token(interest)]),
        "days": CONFIRM_WITHIN.days,
    }
