"""“Tell me when a session opens near me”: asking, confirming an e-mail, and taking it back."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, normalised_address
from outbox.mail import TITLES, queue
from programmes.models import City
from trainings.models import Interest, Session, Topic

CONFIRMATION = "trainings/emails/interest_confirm"
TITLES[CONFIRMATION] = _("Shall we tell you when a session opens?")
SALT = "trainings.interest"
CONFIRM_WITHIN = timedelta(days=14)
# However many topics are asked for, an address that has confirmed nothing gets one mail in this time.
MAIL_AGAIN_AFTER = timedelta(hours=1)


class LinkExpired(Exception):
    """The link of the mail is too old to confirm with; it still serves to take the request back."""


@transaction.atomic
def ask(
    *,
    topic: Topic,
    city: City,
    language: str,
    user: User | None = None,
    email: str = "",
    after: Session | None = None,
    at: datetime | None = None,
) -> Interest:
    """Give a user, or an e-mail whose holder will be asked. Asking twice is asking once; after withdrawing it asks anew.

    `after` is the session that it was asked after, on a slip: the mail reminds of it.
    Raises outbox.mail.BadAddress, with nothing stored.
    """
    at = at or timezone.now()
    whose = {"user": user, "email": ""} if user else {"user": None, "email": normalised_address(email)}
    confirmed_at = at if user else None
    told = {"language": language, "asked_at": at, "confirmed_at": confirmed_at}
    interest, _is_new = Interest.objects.select_for_update().get_or_create(
        topic=topic, city=city, **whose, defaults=told
    )
    if interest.withdrawn_at:
        interest.withdrawn_at = None
        interest.language, interest.asked_at, interest.confirmed_at = language, at, confirmed_at
        interest.save(update_fields=["withdrawn_at", "language", "asked_at", "confirmed_at"])
    if not interest.confirmed_at:
        _mail_confirmation(interest, after, at)
    return interest


@transaction.atomic
def confirm(*, interest: Interest, at: datetime | None = None) -> int:
    """The holder of the address has said yes to all that the page listed; returns how many are new. Twice does no harm."""
    return Interest.objects.beside(interest).pending().update(confirmed_at=at or timezone.now())


@transaction.atomic
def withdraw(*, interest: Interest, at: datetime | None = None) -> int:
    """Takes back this one; returns 0 when it was taken back already."""
    return Interest.objects.filter(pk=interest.pk, withdrawn_at=None).update(withdrawn_at=at or timezone.now())


@transaction.atomic
def withdraw_all(*, interest: Interest, at: datetime | None = None) -> int:
    """Takes back all that this address, or this login, has asked for; returns how many."""
    return Interest.objects.beside(interest).filter(withdrawn_at=None).update(withdrawn_at=at or timezone.now())


def link_token(interest: Interest) -> str:
    return signing.dumps(interest.pk, salt=SALT)


def interest_of(token: str) -> Interest:
    """The interest of a link, however old the link is. Raises Interest.DoesNotExist, also for an altered link, and where its asker
    was forgotten: all of nobody would be beside it."""
    try:
        return Interest.objects.known().with_names().get(pk=signing.loads(token, salt=SALT))
    except signing.BadSignature as error:
        raise Interest.DoesNotExist from error


def has_expired(token: str) -> bool:
    try:
        signing.loads(token, salt=SALT, max_age=CONFIRM_WITHIN)
    except signing.SignatureExpired:
        return True
    return False


def _mail_confirmation(interest: Interest, after: Session | None, at: datetime) -> None:
    """One mail for all that the address is waiting for: a stranger can't fill somebody's mailbox with it."""
    if Interest.objects.beside(interest).pending().filter(mailed_at__gt=at - MAIL_AGAIN_AFTER).exists():
        return
    interest.mailed_at = at
    interest.save(update_fields=["mailed_at"])
    ids = {"interest": interest.pk} | ({"after": after.pk} if after else {})
    queue(template=CONFIRMATION, to=interest.email, language=interest.language, ids=ids)
