"""The mails that somebody received, for “my space”: what they were and what became of them. Their words are not kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mailing import SIGN_IN_CODE
from accounts.models import User
from outbox.mail import title_of
from outbox.models import Mail
from trainings.models import Registration

SHOWN = 30
KEPT_IN_SIGHT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Received:
    title: str
    on: datetime
    state: str
    is_sent: bool
    is_failed: bool


def received_by(user: User, registrations: Sequence[Registration] = ()) -> Iterator[Received]:
    """At every address of this login, the latest first; codes to sign in are left out. `registrations` are its own: they
    lend the names of their sessions."""
    sessions = {registration.pk: registration.session.title for registration in registrations}
    persons = [registration.person for registration in registrations if registration.person.user_id == user.pk]
    addresses = {user.email, *(person.email for person in persons if person.email)}
    recent = Mail.objects.filter(to__in=addresses, requested_at__gt=timezone.now() - KEPT_IN_SIGHT)
    for mail in recent.exclude(template=SIGN_IN_CODE).order_by("-requested_at", "-pk")[:SHOWN]:
        about = sessions.get(mail.ids.get("registration"), "")
        title = title_of(mail.template)
        is_sent, is_failed = mail.state == Mail.State.SENT, mail.state == Mail.State.FAILED
        yield Received(
            title=f"{title} · {about}" if about else title,
            on=mail.sent_at or mail.requested_at,
            state=_("sent") if is_sent else _("could not be sent") if is_failed else _("on its way"),
            is_sent=is_sent,
            is_failed=is_failed,
        )
