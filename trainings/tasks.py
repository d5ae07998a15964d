"""What the worker must know of this app: the contexts of its mails."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from outbox.mail import Secrets, context_of
from trainings.interests import CONFIRM_WITHIN, CONFIRMATION, link_token
from trainings.models import Interest


@context_of(CONFIRMATION)
def interest_confirm_context(ids: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    """The link is signed while the mail is written: it is stored nowhere."""
    interest = Interest.objects.with_names().get(pk=ids["interest"])
    return {
        "programme": interest.topic.programme,
        "interests": Interest.objects.beside(interest).pending().with_names(),
        "url": settings.BASE_URL + reverse("trainings:interest_confirm", args=[link_token(interest)]),
        "days": CONFIRM_WITHIN.days,
    }
