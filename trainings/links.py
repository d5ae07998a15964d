"""The link to a registration: signed while a mail is written, stored nowhere. It leads to a page, and the page posts."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from trainings import registering
from trainings.models import Registration

SALT = "trainings.registration"
AGE_DAYS = 365
MOVE_REFUSED = "the move was refused"


class BadLink(ValueError):
    """The link was changed on its way, or never was one of ours."""


class ExpiredLink(ValueError):
    """The link is too old."""


class UnknownAct(ValueError):
    """The page has no such button."""


def token_of(registration: Registration) -> str:
    return signing.dumps(registration.uid.hex, salt=SALT)


def registration_url(registration: Registration) -> str:
    return settings.BASE_URL + reverse("trainings:registration", args=[token_of(registration)])


def registration_of(token: str) -> Registration:
    """Raises BadLink or ExpiredLink."""
    try:
        uid = signing.loads(token, salt=SALT, max_age=AGE_DAYS * 86400)
        return Registration.objects.with_names().get(uid=uid)
    except signing.SignatureExpired as error:
        raise ExpiredLink from error
    except (signing.BadSignature, Registration.DoesNotExist) as error:
        raise BadLink from error


def act(*, registration: Registration, what: str, at: datetime | None = None) -> Registration:
    """What a button of the page does, by whoever holds the link. Raises UnknownAct, and what registering raises."""
    if what not in ACTS:
        raise UnknownAct(what)
    return ACTS[what](registration, at)


def _confirm(registration: Registration, at: datetime | None) -> Registration:
    return registering.confirm(registration=registration, at=at)


def _take(registration: Registration, at: datetime | None) -> Registration:
    return registering.take(registration=registration, at=at)


def _cancel(registration: Registration, at: datetime | None) -> Registration:
    return registering.cancel(registration=registration, at=at)


def _refuse(registration: Registration, at: datetime | None) -> Registration:
    return registering.cancel(registration=registration, reason=MOVE_REFUSED, at=at)


ACTS: dict[str, Callable[[Registration, datetime | None], Registration]] = {
    "confirm": _confirm,
    "accept": _confirm,
    "take": _take,
    "refuse": _refuse,
    "cancel": _cancel,
}
