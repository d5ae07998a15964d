"""Who may answer: each head that was there has one invitation. Its link and its code are made from the secret key and stored nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from businesses.forgetting import known_persons
from programmes.folding import folded
from trainings.models import Attendance, Registration, Session

# Without the letters and digits that are mistaken for one another.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 4
LINK_LETTERS = 16
PERSON, HELPER = "p", "h"


@dataclass(frozen=True, slots=True)
class Head:
    """Somebody who was there: the person of a registration, or the helper who came along."""

    registration: Registration
    is_helper: bool = False

    @property
    def session(self) -> Session:
        return self.registration.session

    @property
    def name(self) -> str:
        return self.known_name or _("The helper of %(name)s") % {"name": self.registration.person}

    @property
    def known_name(self) -> str:
        """Empty for a helper whom nobody has named yet."""
        return self.registration.helper_name if self.is_helper else str(self.registration.person)

    @property
    def known_phone(self) -> str:
        """Of the person; a helper is asked for on it."""
        return self.registration.person.phone

    @property
    def shop(self) -> str:
        return self.registration.business.name if self.registration.business else ""


def heads_of(session: Session) -> list[Head]:
    """Who was there on at least one date and is not forgotten, by alphabet; a helper stands under the person whom they accompany."""
    seen = set(_seen().filter(registration__session=session).values_list("registration", "is_helper"))
    rows = _known().filter(pk__in={pk for pk, _is_helper in seen})
    ordered = sorted(rows, key=lambda row: (folded(str(row.person)), row.pk))
    return [Head(row, is_helper) for row in ordered for is_helper in (False, True) if (row.pk, is_helper) in seen]


def _known() -> QuerySet[Registration]:
    """Forgetting somebody draws their registration a new number: an invitation made from that would be their second."""
    return Registration.objects.with_names().filter(person__in=known_persons())


def _seen() -> QuerySet[Attendance]:
    return Attendance.objects.filter(is_present=True)


# The link


def token_of(head: Head, secret: str | None = None) -> str:
    """The number of the registration, and sixteen letters (79 bits) that nobody guesses."""
    letters = _letters("surveys.link", head, LINK_LETTERS, secret).lower()
    return f"{head.registration.pk}{HELPER if head.is_helper else PERSON}-{letters}"


def path_of(head: Head) -> str:
    return reverse("surveys:answer", args=[token_of(head)])


def url_of(head: Head) -> str:
    return settings.BASE_URL + path_of(head)


def head_of(token: str) -> Head | None:
    """Whose invitation it is; None for a link that was changed, and for somebody who was not there after all or is forgotten."""
    number, _dash, _letters_typed = token.partition("-")
    key, whose = number[:-1], number[-1:]
    if not (key.isascii() and key.isdecimal() and len(key) < 12 and whose in (PERSON, HELPER)):
        return None
    registration = _known().filter(pk=int(key)).first()
    if registration is None:
        return None
    head = Head(registration, whose == HELPER)
    is_ours = any(constant_time_compare(token, token_of(head, secret)) for secret in _secrets())
    return head if is_ours and _was_there(head) else None


def _was_there(head: Head) -> bool:
    return _seen().filter(registration=head.registration, is_helper=head.is_helper).exists()


# The code that is given at check-in


def code_of(registration: Registration, *, is_helper: bool = False) -> str:
    """Four letters and digits. It opens nothing before the door has marked the head as present."""
    return _code(Head(registration, is_helper))


def _code(head: Head, secret: str | None = None) -> str:
    return _letters("surveys.code", head, CODE_LENGTH, secret)


def with_code(session: Session, typed: str) -> list[Head]:
    """Those of the session who were given this code: rarely more than one."""
    code = "".join(typed.split()).upper()
    return [head for head in heads_of(session) if code in {_code(head, secret) for secret in _secrets()}]


# What is kept of an invitation that was used


def mark_of(head: Head, secret: str | None = None) -> str:
    return salted_hmac("surveys.used", _subject(head), secret=secret, algorithm="sha256").hexdigest()[:32]


def is_among(head: Head, marks: Sequence[str]) -> bool:
    return bool(marks) and any(mark_of(head, secret) in marks for secret in _secrets())


def _secrets() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS


def _subject(head: Head) -> str:
    return f"{head.session.uid.hex}/{head.registration.uid.hex}/{head.is_helper}"


def _letters(salt: str, head: Head, count: int, secret: str | None) -> str:
    digest = salted_hmac(salt, _subject(head), secret=secret, algorithm="sha256").digest()
    number = int.from_bytes(digest[:16])
    return "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(count))
