"""Mails about a diagnostic."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diagnostics import links
from diagnostics.models import Diagnostic
from outbox.mail import TITLES, queue
from outbox.models import Mail

LINK = "diagnostics/emails/link"
TITLES[LINK] = _("The link to your diagnostic")
# Pressing the button twice is asking once.
AGAIN_AFTER = timedelta(minutes=5)


def send_link(*, diagnostic: Diagnostic, to: str, language: str) -> None:
    """Mails the secret link. Raises outbox.mail.BadAddress."""
    ids = {"diagnostic": diagnostic.pk}
    asked = Mail.objects.filter(template=LINK, to=to, ids=ids, requested_at__gt=timezone.now() - AGAIN_AFTER)
    if not asked.exclude(state=Mail.State.FAILED).exists():
        queue(template=LINK, to=to, language=language, ids=ids, secrets={"link": links.secret_url(diagnostic)})
