"""The link to a registration: signed while a mail is written, stored nowhere. It leads to a page, and the page posts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

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


def certificate_path(registration: Registration, *, is_helper: bool) -> str:
    """The page of a certificate, for who holds the link to its registration."""
    query = {"helper": 1} if is_helper else None
    return reverse("trainings:certificate_by_link", args=[token_of(registration)], query=query)


def registration_of(token: str) -> Registration:
    """Raises BadLink or ExpiredLink."""
    try:
        uid = signing.loads(token, salt=SALT, max_age=AGE_DAYS * 86400)
        return Registration.objects.with_names().get(uid=uid)
    except signing.SignatureExpired as error:
        raise ExpiredLink from error
    except (signing.BadSignature, Registration.DoesNotExist) as error:
        raise BadLink from error


def act(*, registration: Registration, what: str, at: datetime | None = None, **said: str) -> Registration:
    """What a button of the page does, by whoever holds the link; `said` is typed beside it, as the verb calls it.

    Raises UnknownAct, and what registering raises.
    """
    if what not in ACTS:
        raise UnknownAct(what)
    return ACTS[what](registration=registration, at=at, **said)


ACTS: Mapping[str, Callable[..., Registration]] = {
    "confirm": registering.confirm,
    "accept": registering.confirm,
    "take": registering.take,
    "refuse": partial(registering.cancel, reason=MOVE_REFUSED),
    "cancel": registering.cancel,
    "bring": registering.bring_helper,
    "leave": registering.leave_helper,
}
