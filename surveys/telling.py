"""Mails about surveys and slips: the invitation on the evening itself, one reminder, and what became of a wish six weeks later."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from businesses.reaching import has_mail, list_call, reach, told
from outbox.mail import TITLES, BadAddress, NoLongerTrue, Secrets, context_of, queue
from outbox.models import Mail
from surveys import answering, inviting, signing
from surveys.inviting import Head
from surveys.models import Slip, Survey
from trainings.models import Registration, Session, SessionQuerySet
from trainings.telling import morning

INVITE = "surveys/emails/invite"
REMIND = "surveys/emails/remind"
SIX_WEEKS = "surveys/emails/six_weeks"
TITLES |= {
    INVITE: gettext_lazy("What did you think of the session?"),
    REMIND: gettext_lazy("Reminder: what did you think of the session?"),
    SIX_WEEKS: gettext_lazy("Six weeks later: what came of your wishes?"),
}

# Who was marked as present later than this is not written to any more.
INVITED_FOR = timedelta(days=7)
REMINDED_AFTER_DAYS = 3
FOLLOWED_UP_AFTER = timedelta(weeks=6)
# A wish that was not followed up by then is left alone.
FOLLOWED_UP_FOR = timedelta(weeks=10)


def invite(at: datetime | None = None, among: SessionQuerySet | None = None) -> int:
    """On the evening itself, as soon as it is over: one mail to each registration whose heads were there."""
    return sum(_invite(session) for session in _ended(among, at or timezone.now(), INVITED_FOR))


def _ended(among: SessionQuerySet | None, now: datetime, within: timedelta) -> SessionQuerySet:
    sessions = Session.objects.all() if among is None else among
    took_place = sessions.published().exclude(state=Session.State.CANCELLED)
    return took_place.filter(ends_at__lte=now, ends_at__gt=now - within).select_related("programme")


@transaction.atomic
def _invite(session: Session) -> int:
    if not _is_asked(session):
        return 0
    return _write_once([row for row, _heads in _unanswered(session)], INVITE, "invite")


def remind(at: datetime | None = None, among: SessionQuerySet | None = None) -> int:
    """Three mornings after the invitation, once, those who did not use it."""
    now = at or timezone.now()
    return sum(_remind(session, now) for session in _ended(among, now, 2 * INVITED_FOR))


@transaction.atomic
def _remind(session: Session, now: datetime) -> int:
    if not _is_asked(session):
        return 0
    rows = {row.pk: row for row, _heads in _unanswered(session)}
    invited = Mail.objects.filter(key__in=[_key(row, "invite") for row in rows.values()])
    sent_at = {mail.ids["registration"]: mail.requested_at for mail in invited}
    due = [row for pk, row in rows.items() if pk in sent_at and morning(sent_at[pk], REMINDED_AFTER_DAYS) <= now]
    return _write_once(due, REMIND, "remind")


def _is_asked(session: Session) -> bool:
    box = answering.box_of(session)
    return not box.is_closed if box else Survey.objects.current_of(session.programme) is not None


def _unanswered(session: Session) -> list[tuple[Registration, list[Head]]]:
    """By registration, the heads who were there and have not answered, where a mail reaches somebody."""
    box = answering.box_of(session)
    used = box.used if box else []
    heads = [head for head in inviting.heads_of(session) if not inviting.is_among(head, used)]
    by_row = groupby(heads, key=lambda head: head.registration)
    return [(row, [*those]) for row, those in by_row if has_mail(row.person)]


def _key(registration: Registration, what: str) -> str:
    return f"survey/{registration.pk}/{what}"


def mails_of(session: Session) -> QuerySet[Mail]:
    """The invitations to a session, and the reminders: who was sent one had not answered."""
    rows = Registration.objects.filter(session=session)
    return Mail.objects.filter(key__in=[_key(row, what) for row in rows for what in ("invite", "remind")])


def _write_once(rows: Iterable[Registration], template: str, what: str) -> int:
    by_key = {_key(row, what): row for row in rows}
    known = told(by_key)
    return sum(_write(row, template, key) for key, row in by_key.items() if key not in known)


def _write(registration: Registration, template: str, key: str) -> int:
    try:
        queue(
            template=template,
            to=registration.person.email,
            language=registration.language,
            ids={"registration": registration.pk},
            key=key,
        )
    except BadAddress:
        return 0
    return 1


@context_of(INVITE)
def invite_context(ids: dict[str, Any], secrets: Secrets) -> Mapping[str, Any]:
    """The links are signed while the mail is written: they are stored nowhere."""
    registration = Registration.objects.with_names().get(pk=ids["registration"])
    session = registration.session
    heads = next((heads for row, heads in _unanswered(session) if row.pk == registration.pk), [])
    if not heads or not _is_asked(session):
        raise NoLongerTrue
    return {
        "programme": session.programme,
        "session": session,
        "title": session.title,
        "links": [{"name": head.name, "is_helper": head.is_helper, "url": inviting.url_of(head)} for head in heads],
    }


context_of(REMIND)(invite_context)


# Six weeks after a slip


def follow_up(at: datetime | None = None) -> int:
    """One mail, or one line on the call list, to whoever wanted something and may be contacted; returns how many.

    A helper has no address here: that of the shopkeeper, whom they came along with, is somebody else's.
    """
    now = at or timezone.now()
    due = Slip.objects.wanting().unanswered().filter(contact_agreed_at__isnull=False)
    due = due.filter(signed_at__lte=now - FOLLOWED_UP_AFTER, signed_at__gt=now - FOLLOWED_UP_FOR)
    return sum(_follow_up(slip) for slip in _not_told(due.with_names()))


def _not_told(slips: QuerySet[Slip]) -> Iterable[Slip]:
    by_key = {_slip_key(slip): slip for slip in slips}
    known = told(by_key)
    return [slip for key, slip in by_key.items() if key not in known]


def _slip_key(slip: Slip) -> str:
    return f"{signing.subject(slip)}six-weeks"


@transaction.atomic
def _follow_up(slip: Slip) -> int:
    with translation.override(settings.LANGUAGE_CODE):
        parts = [_("Six weeks later: what became of it?"), slip.signer, ", ".join(slip.wishes), slip.phone]
    tell = reach if slip.person else list_call
    tell(
        person=slip.person or slip.registration.person,
        template=SIX_WEEKS,
        language=slip.language,
        ids={"slip": slip.pk},
        about=" · ".join(part for part in parts if part),
        key=_slip_key(slip),
    )
    return 1


@context_of(SIX_WEEKS)
def six_weeks_context(ids: dict[str, Any], secrets: Secrets) -> Mapping[str, Any]:
    slip = Slip.objects.with_names().get(pk=ids["slip"])
    if slip.outcome:
        raise NoLongerTrue
    session = slip.registration.session
    return {
        "programme": session.programme,
        "title": session.title,
        "name": slip.name,
        "wishes": slip.wishes,
        "url": signing.url_of(slip),
    }
