"""The mails that somebody received, for “my space”: what they were and what became of them. Their words are not kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import mailing as of_accounts
from accounts.models import User
from diagnostics import mailing as of_diagnostics
from outbox.models import Mail
from portal.privacy import erasing
from reports import quarterly
from surveys import telling as of_surveys
from trainings import interests, telling
from trainings.models import Registration

SHOWN = 30
KEPT_IN_SIGHT = timedelta(days=365)
TITLES: dict[str, Promise] = {
    **telling.LABELS,
    of_accounts.INVITATION: gettext_lazy("Invitation"),
    of_accounts.SIGN_IN_CODE: gettext_lazy("A code to sign in"),
    of_diagnostics.LINK: gettext_lazy("The link to your diagnostic"),
    interests.CONFIRMATION: gettext_lazy("Shall we tell you when a session opens?"),
    of_surveys.INVITE: gettext_lazy("What did you think of the session?"),
    of_surveys.REMIND: gettext_lazy("Reminder: what did you think of the session?"),
    of_surveys.SIX_WEEKS: gettext_lazy("Six weeks later: what came of your wishes?"),
    quarterly.TEMPLATE: gettext_lazy("The report of the quarter is ready"),
    erasing.FAREWELL: gettext_lazy("Your data is erased"),
}
# Of a mail that the portal no longer writes.
OTHER = gettext_lazy("A mail")


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
    for mail in recent.exclude(template=of_accounts.SIGN_IN_CODE).order_by("-requested_at", "-pk")[:SHOWN]:
        about = sessions.get(mail.ids.get("registration"), "")
        title = str(TITLES.get(mail.template, OTHER))
        is_sent, is_failed = mail.state == Mail.State.SENT, mail.state == Mail.State.FAILED
        yield Received(
            title=f"{title} · {about}" if about else title,
            on=mail.sent_at or mail.requested_at,
            state=_("sent") if is_sent else _("could not be sent") if is_failed else _("on its way"),
            is_sent=is_sent,
            is_failed=is_failed,
        )
