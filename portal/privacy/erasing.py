"""“Erase me”: from the top floor down, each app forgets what it knows of somebody. What the figures count stays, as rows of nobody."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import accounts.forgetting as logins
import businesses.forgetting as persons
import diagnostics.forgetting as diagnostics
import outbox.forgetting as outbox
import programmes.forgetting as contacts
import surveys.forgetting as slips
import trainings.forgetting as seats
from accounts.models import User
from businesses.forgetting import Whose
from businesses.models import Business, Person
from businesses.reaching import has_mail
from outbox.mail import TITLES
from portal.privacy import texts
from trainings.models import Registration

FAREWELL = "portal/emails/farewell"
TITLES[FAREWELL] = _("Your data is erased")


@transaction.atomic
def erase_login(*, user: User, language: str, at: datetime | None = None) -> None:
    """A login, the persons it stands for and the shops that are theirs alone. Raises accounts.forgetting.WorksHere."""
    if user.is_staff:
        raise logins.WorksHere
    User.objects.select_for_update().get(pk=user.pk)  # a shop that is being brought is brought first
    _erase(Whose.of_login(user), language, at or timezone.now())


@transaction.atomic
def erase_person(*, person: Person, language: str, at: datetime | None = None) -> None:
    """Somebody without a login, by the link to a registration. One with a login stays as they are: they sign in first."""
    _erase(Whose.of_person(person), language, at or timezone.now())


def _erase(whose: Whose, language: str, now: datetime) -> None:
    seats.wait_for(whose)
    told = _whom_to_tell(whose, now)
    seats.cancel_upcoming(whose, now)
    _forget(whose, now)
    for address, sessions in told.items():
        outbox.say_farewell(template=FAREWELL, to=address, language=language, ids={"sessions": sessions})


def _whom_to_tell(whose: Whose, now: datetime) -> dict[str, list[int]]:
    """Addresses with the sessions of which they are told that nobody comes; an address that never confirmed is told nothing."""
    told: dict[str, list[int]] = {}
    rows = [*seats.upcoming(whose, now).filter(confirmed_at__isnull=False).select_related("person")]
    for row in rows:
        if has_mail(row.person):
            told.setdefault(row.person.email, []).append(row.session_id)
    if whose.user:
        told[whose.user.email] = [row.session_id for row in rows]
    return told


def _forget(whose: Whose, now: datetime) -> None:
    keys = [person.pk for person in whose.persons]
    about = {
        Registration: [row.pk for row in seats.of(whose)],
        Person: keys,
        Business: [shop.pk for shop in whose.shops],
        User: [whose.user.pk] if whose.user else [],
    }
    words = whose.words | seats.words_of(whose) | slips.words_of(whose)
    outbox.forget_mails(whose.addresses)
    slips.forget(keys)
    slips.forget_as_helper(whose)
    diagnostics.forget(keys)
    seats.forget(whose, now)
    persons.forget(whose)
    contacts.forget(whose.addresses, whose.phones, texts.any_of(words))
    if whose.user:
        outbox.forget_orders(whose.user)
        logins.forget(whose.user, whose.addresses)
    else:
        logins.end_sessions(None, whose.addresses)
    logins.blank_log(about)
    texts.erase(words)
