"""The door of a session: a link that opens this session only, the PIN on its sheet, and from when until when they hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from allauth.core.internal import ratelimit  # the public function can't take a try back
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.access import is_staff_with_second_factor
from accounts.models import User
from trainings.models import Session

PIN_DIGITS = 6
# Without the letters that are mistaken for one another: a link that is typed from the paper.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LINK_LETTERS = 10
# Whole days before the first date and after the last one.
DAYS_BEFORE, DAYS_AFTER = 1, 2
# Names leave the phone so long after the end.
NAMES_KEPT = timedelta(days=1)
# In the browser's session: the doors that a PIN has opened, the latest last.
OPENED = "doors"
MOST_OPENED = 10


class Standing(StrEnum):
    EARLY = "early"
    OPEN = "open"
    OVER = "over"
    OFF = "off"  # the session is cancelled, or has no date


class TooManyTries(Exception):
    """The PIN was asked for too often, of this session or from this address."""


@dataclass(frozen=True, slots=True)
class Window:
    """From the first moment to the first one that is too late."""

    opens_at: datetime
    closes_at: datetime


# The link and the PIN: made from the secret key, stored nowhere


def url(session: Session) -> str:
    return settings.BASE_URL + reverse("trainings:door", args=[token_of(session)])


def token_of(session: Session, secret: str | None = None) -> str:
    """Short enough to be typed: the session's number, and fifty bits that nobody guesses."""
    number = _digest("trainings.door.link", session, secret)
    letters = (ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(LINK_LETTERS))
    return f"{session.pk}-{''.join(letters)}"


def session_of(token: str) -> Session | None:
    """Whose link it is; None for one that was changed, or never was one of ours."""
    number = token.partition("-")[0]
    if not (number.isascii() and number.isdecimal() and len(number) < 12):
        return None
    session = Session.objects.published().with_names().filter(pk=int(number)).first()
    is_ours = session and any(constant_time_compare(token, token_of(session, key)) for key in _keys())
    return session if is_ours else None


def door_pin(session: Session, secret: str | None = None) -> str:
    """Six digits that open the door page of this session, beside its link.

    The same on every sheet of this session; another key gives another PIN. A million possibilities are few: tries are limited.
    """
    return f"{_digest('trainings.door.pin', session, secret) % 10**PIN_DIGITS:0{PIN_DIGITS}d}"


def is_pin(session: Session, typed: str) -> bool:
    """As it stands on a sheet, perhaps one that was printed before the secret key was changed."""
    digits = "".join(typed.split())
    return any(constant_time_compare(digits, door_pin(session, key)) for key in _keys())


def _keys() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS


def _digest(salt: str, session: Session, secret: str | None) -> int:
    return int.from_bytes(salted_hmac(salt, session.uid.hex, secret=secret, algorithm="sha256").digest()[:8])


# When


def window(session: Session) -> Window | None:
    """Whole days by the clock on the wall; None without dates."""
    if session.starts_at is None or session.ends_at is None:
        return None
    return Window(midnight(session.starts_at, -DAYS_BEFORE), midnight(session.ends_at, DAYS_AFTER + 1))


def midnight(moment: datetime, days: int) -> datetime:
    """With which the day of the moment begins, or another so many days later."""
    day = timezone.localdate(moment) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time()))


def standing(session: Session, at: datetime) -> Standing:
    span = window(session)
    if span is None or not session.takes_place:
        return Standing.OFF
    if at < span.opens_at:
        return Standing.EARLY
    return Standing.OPEN if at < span.closes_at else Standing.OVER


# Who


def let_in(request: HttpRequest, session: Session, typed: str) -> bool:
    """Whether this is the PIN: then this browser opens this door, and no other. Only what was wrong counts as a try.

    Raises TooManyTries.
    """
    tries = ratelimit.consume(request, app="allauth.account", action="door_pin", key=session.uid.hex)
    if not tries:
        raise TooManyTries
    if not is_pin(session, typed):
        return False
    tries.rollback()
    opened = [uid for uid in request.session.get(OPENED, []) if uid != str(session.uid)]
    request.session[OPENED] = [*opened, str(session.uid)][-MOST_OPENED:]
    request.session.cycle_key()
    return True


def leave(request: HttpRequest, session: Session) -> None:
    opened = request.session.get(OPENED, [])
    if str(session.uid) in opened:
        request.session[OPENED] = [uid for uid in opened if uid != str(session.uid)]


def may_enter(request: HttpRequest, session: Session) -> bool:
    """Who typed the PIN here; and without it who gives the session, and staff who may change registrations."""
    user = request.user
    return (
        str(session.uid) in request.session.get(OPENED, [])
        or (user.is_authenticated and gives(user, session))
        or is_of_staff(request)
    )


def gives(user: User, session: Session) -> bool:
    return Session.objects.taught_by(user).filter(pk=session.pk).exists()


def is_of_staff(request: HttpRequest) -> bool:
    """They also type late sheets: for them the door stays open."""
    return is_staff_with_second_factor(request) and request.user.has_perm("trainings.change_registration")
