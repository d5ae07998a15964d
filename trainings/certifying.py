"""Certificates: who has earned one, issuing it, taking it back, and finding it by the code on the paper.

What a certificate says is written when it is issued. Attendance that is corrected afterwards revokes nothing by itself:
staff see it (`Certificate.objects.corrected()`) and decide.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from trainings import attending, seating
from trainings.models import (
    Attendance,
    Certificate,
    Registration,
    RegistrationQuerySet,
    Session,
    SessionDate,
)

# No letters or digits that look alike on paper: what is typed as one of those is read as the one meant.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 12, 4
LOOKS_LIKE = str.maketrans("OILU", "011V")


class NotEarned(Exception):
    """The dates attended are too few, or the last date has not begun."""


class NoName(ValueError):
    """Nobody said what the helper, or the person, is called."""


class WasRevoked(Exception):
    """It was issued and taken back: only `replace` gives another."""


class NoReason(ValueError):
    """A certificate is not taken back without a reason."""


@dataclass(frozen=True, slots=True)
class Earned:
    """One head of a registration that attended enough, and the last certificate that was issued for it."""

    registration: Registration
    is_helper: bool
    dates: tuple[SessionDate, ...]
    certificate: Certificate | None

    @property
    def name(self) -> str:
        name = self.registration.helper_name if self.is_helper else self.registration.person.name
        return " ".join(name.split())

    @property
    def may_be_issued(self) -> bool:
        return self.certificate is None and bool(self.name)

    @property
    def may_be_had(self) -> bool:
        """Now or as soon as it is asked for; not what was taken back, nor what bears no name yet."""
        return self.may_be_issued or (self.certificate is not None and not self.certificate.is_revoked)


def earned(registrations: RegistrationQuerySet, at: datetime | None = None) -> list[Earned]:
    """Who among these attended enough, now that the last date has begun; with the certificates that there are."""
    return earned_among(with_attendance(registrations), at)


def with_attendance(registrations: RegistrationQuerySet) -> RegistrationQuerySet:
    """With all that `earned_among` looks at."""
    return (
        registrations.with_names()
        .select_related("session__module")
        .prefetch_related(
            "session__dates",
            Prefetch("attendances", Attendance.objects.filter(is_present=True), to_attr="present"),
            Prefetch("certificates", to_attr="issued"),
        )
    )


def earned_among(rows: Iterable[Registration], at: datetime | None = None) -> list[Earned]:
    """The same for registrations that are here already, loaded `with_attendance`."""
    now = at or timezone.now()
    heads = [_head(row, is_helper) for row in rows if _is_over(row.session, now) for is_helper in (False, True)]
    return [head for head in heads if 0 < attending.threshold(head.registration.session) <= len(head.dates)]


def may_be_issued(registration: Registration, is_helper: bool = False, at: datetime | None = None) -> bool:
    heads = earned(Registration.objects.filter(pk=registration.pk), at)
    return any(head.may_be_issued for head in heads if head.is_helper == is_helper)


def _is_over(session: Session, now: datetime) -> bool:
    dates = [*session.dates.all()]
    return session.takes_place and bool(dates) and dates[-1].starts_at <= now


def _head(registration: Registration, is_helper: bool) -> Earned:
    seen: list[Attendance] = registration.present  # type: ignore[attr-defined]  # prefetched
    there = {attendance.date_id for attendance in seen if attendance.is_helper == is_helper}
    all_issued: list[Certificate] = registration.issued  # type: ignore[attr-defined]  # prefetched
    issued = [row for row in all_issued if row.is_helper == is_helper]
    return Earned(
        registration=registration,
        is_helper=is_helper,
        dates=tuple(date for date in registration.session.dates.all() if date.pk in there),
        certificate=max(issued, key=lambda row: (not row.is_revoked, row.issued_at, row.pk), default=None),
    )


@transaction.atomic
def issue(
    *, registration: Registration, is_helper: bool = False, by: User | None = None, at: datetime | None = None
) -> Certificate:
    """The one certificate of this head; asked for twice, it is the same. Raises NotEarned, NoName or WasRevoked."""
    now = at or timezone.now()
    seating.locked(registration.session)
    issued = Certificate.objects.filter(registration=registration, is_helper=is_helper)
    if standing := issued.standing().first():
        return standing
    if issued.exists():
        raise WasRevoked
    return _write([_earned_by(registration, is_helper, now)], by, now)[0]


@transaction.atomic
def issue_all(*, session: Session, by: User | None = None, at: datetime | None = None) -> list[Certificate]:
    """One for every head of the session that earned one, has a name, and never had one taken back; returns the new ones."""
    now = at or timezone.now()
    place = seating.locked(session)
    heads = earned(Registration.objects.filter(session=place), now)
    return _write([head for head in heads if head.may_be_issued], by, now)


@transaction.atomic
def revoke(*, certificate: Certificate, by: User, reason: str, at: datetime | None = None) -> Certificate:
    """Taken back, with its reason; the public page says so from now on. Twice changes nothing. Raises NoReason."""
    if not reason.strip():
        raise NoReason
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if not row.is_revoked:
        row.revoked_at, row.revoked_by, row.revoke_reason = at or timezone.now(), by, reason.strip()
        row.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    return row


@transaction.atomic
def replace(*, certificate: Certificate, by: User, reason: str, at: datetime | None = None) -> Certificate:
    """Taken back, and issued anew from what is known now: a name that was misspelt, a date that was added.

    Raises NoReason, and NotEarned or NoName, and then nothing has changed.
    """
    now = at or timezone.now()
    registration = certificate.registration
    seating.locked(registration.session)
    revoke(certificate=certificate, by=by, reason=reason, at=now)
    if standing := Certificate.objects.standing().filter(registration=registration, is_helper=certificate.is_helper):
        return standing.get()
    return _write([_earned_by(registration, certificate.is_helper, now)], by, now)[0]


def _earned_by(registration: Registration, is_helper: bool, now: datetime) -> Earned:
    heads = earned(Registration.objects.filter(pk=registration.pk), now)
    head = next((head for head in heads if head.is_helper == is_helper), None)
    if head is None:
        raise NotEarned
    if not head.name:
        raise NoName
    return head


def _write(heads: Iterable[Earned], by: User | None, now: datetime) -> list[Certificate]:
    return Certificate.objects.bulk_create(_worded(head, by, now) for head in heads)


def _worded(head: Earned, by: User | None, now: datetime) -> Certificate:
    registration, session = head.registration, head.registration.session
    with translation.override(registration.language):
        title = session.title
    return Certificate(
        registration=registration,
        is_helper=head.is_helper,
        code=new_code(),
        name=head.name,
        language=registration.language,
        title=title,
        provider=session.module.provider if session.module else "",
        minutes=_minutes(session, head.dates),
        dates=[date.starts_at.isoformat() for date in head.dates],
        issued_at=now,
        issued_by=by,
    )


def _minutes(session: Session, attended: tuple[SessionDate, ...]) -> int:
    """The hours of the module for who missed nothing; else the length of the dates attended."""
    if session.module and len(attended) == len(session.dates.all()):
        return session.module.hours * 60
    return round(sum((date.ends_at - date.starts_at for date in attended), timedelta()) / timedelta(minutes=1))


# The code, and what the public page says


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """7K3M-9QTX-2BVD: in groups, as it is read aloud."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def typed(text: str) -> str:
    """A code as somebody typed it: small letters, spaces, hyphens and look-alikes do no harm."""
    return re.sub(r"[^0-9A-Z]", "", text.upper()).translate(LOOKS_LIKE)


def by_code(text: str) -> Certificate | None:
    return Certificate.objects.with_names().filter(code=typed(text)).first()


def check_url(certificate: Certificate) -> str:
    """The address that confirms it, as it stands on the paper."""
    return settings.BASE_URL + reverse("trainings:certificate_check", args=[shown(certificate.code)])


def initials(name: str) -> str:
    """All that strangers learn of a name: `Anne-Marie van Dam` -> `A. M. v. D.`"""
    words = re.findall(r"\w+", name)
    return " ".join(f"{word[0]}." for word in words[:5])
