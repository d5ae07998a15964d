"""What people are told about their seats: a mail, or a line on the call list of staff, each under a key that tells it once.

Every function belongs to the transaction of the change that it tells of. What a mail says is read when it is written
(letters.py), and a mail that has become untrue meanwhile is not sent.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from businesses.models import Call, CallQuerySet, Person
from businesses.reaching import has_mail, reach, settle, told
from outbox import past
from outbox.mail import TITLES, queue, title_of
from outbox.models import Mail, MailQuerySet
from trainings import moments
from trainings.models import Attendance, Interest, Registration, RegistrationQuerySet, Session, SessionQuerySet

EMAILS = "trainings/emails/"
CONFIRM = EMAILS + "confirm"
REGISTERED = EMAILS + "registered"
WAITING = EMAILS + "waiting"
PROMOTED = EMAILS + "promoted"
OFFERED = EMAILS + "offered"
LAPSED = EMAILS + "lapsed"
FIRST_COME = EMAILS + "first_come"
REMINDER = EMAILS + "reminder"
CHANGED = EMAILS + "changed"
CANCELLED = EMAILS + "cancelled"
CALLED_OFF = EMAILS + "called_off"
MOVED = EMAILS + "moved"
AFTER = EMAILS + "after"
OPENED = EMAILS + "opened"
FEW = EMAILS + "few"

LABELS: dict[str, Promise] = {
    CONFIRM: _("A seat is to be confirmed"),
    REGISTERED: _("The seat is booked"),
    WAITING: _("On the waiting list"),
    PROMOTED: _("A seat came free"),
    OFFERED: _("A seat is offered"),
    LAPSED: _("The offer is over"),
    FIRST_COME: _("Seats go to the first who come"),
    REMINDER: _("Reminder"),
    CHANGED: _("The session has changed"),
    CANCELLED: _("The registration is cancelled"),
    CALLED_OFF: _("The session does not take place"),
    MOVED: _("Moved to another session"),
    AFTER: _("After the session"),
    OPENED: _("A session opens"),
    FEW: _("Too few are registered"),
}
TITLES |= LABELS
CHANGES: dict[str, Promise] = {
    "dates": _("the date or the hour"),
    "place": _("the place"),
    "link": _("the link"),
    "trainers": _("who gives it"),
    "helper": _("who comes along"),
    "other": _("details"),
}

State = Registration.State
# Those who registered by word of mouth know it.
IN_PERSON = (Registration.Channel.STAFF, Registration.Channel.DOOR, Registration.Channel.IMPORT)
# Mails that nobody waits for leave from this hour on.
MORNING = time(9)
WEEK, DAY = 7, 1
# What was not told within this time after a session is not told any more.
AFTER_FOR = timedelta(days=7)


def accepted(registration: Registration) -> None:
    """A seat is held or booked, or there is a place in the line."""
    if registration.channel == Registration.Channel.DOOR or _has_begun(registration.session):
        return
    template = {State.HELD: CONFIRM, State.REGISTERED: REGISTERED, State.WAITING: WAITING}.get(
        State(registration.state)
    )
    if template and (has_mail(registration.person) or registration.channel not in IN_PERSON):
        _tell(registration, template, once="registered" if template == REGISTERED else "")


def promoted(registration: Registration) -> None:
    """Out of the waiting list: seated at once, or offered a seat."""
    if registration.state == State.OFFERED:
        _tell(registration, OFFERED)
    else:
        _tell(registration, PROMOTED, once="registered")


def expired(registration: Registration, *, was_offered: bool) -> None:
    """An offer was not taken in time. A held seat that nobody confirmed is not told: perhaps nobody asked for it."""
    _no_call_needed(registration)
    if was_offered:
        _tell(registration, LAPSED)


def cancelled(registration: Registration) -> None:
    """By the person, or by staff for the person; what was never confirmed is not told."""
    _no_call_needed(registration)
    if registration.session.state == Session.State.CANCELLED:
        _tell(registration, CALLED_OFF, once="cancelled")
    elif registration.confirmed_at and has_mail(registration.person):
        _tell(registration, CANCELLED)


def seats_for_the_first(session: Session, waiting: Sequence[Registration]) -> None:
    """All who wait, at most once in an hour of the clock."""
    hour = f"{past.now():%Y%m%d%H}"
    for registration in waiting:
        _tell(registration, FIRST_COME, once=f"first-come/{hour}")


def session_changed(session: Session, *, changes: Sequence[str] = (), dates_before: int = 0) -> None:
    """After `session.sequence` was raised. `dates_before`: how many dates it had, so that calendars drop those too many."""
    for registration in whom_to_tell(session):
        _tell(
            registration,
            CHANGED,
            once=f"changed/{session.sequence}",
            sequence=session.sequence,
            changes=[code for code in changes if code in CHANGES],
            dates_before=dates_before,
        )


def helper_changed(registration: Registration, at: datetime) -> None:
    """A helper comes along, or does not any more: by mail only, for who has none said it to somebody."""
    if registration.confirmed_at and has_mail(registration.person) and not _has_begun(registration.session):
        once, sequence = f"helper/{at.isoformat()}", registration.session.sequence
        _tell(registration, CHANGED, once=once, sequence=sequence, changes=["helper"], dates_before=0)


def session_cancelled(session: Session, registrations: Iterable[Registration]) -> None:
    for registration in registrations:
        registration.session = session
        _no_call_needed(registration)
        _tell(registration, CALLED_OFF, once="cancelled")


def moved(*, old: Registration, new: Registration) -> None:
    """Instead of saying that one was cancelled and another booked."""
    _no_call_needed(old)
    _tell(new, MOVED, once=f"moved/{old.pk}", moved_from=old.pk)


def session_opened(session: Session) -> None:
    """Those who asked to be told of this topic in one of its cities; one address is told once."""
    interests = Interest.objects.standing().filter(topic=session.topic_id, city__in=session.cities.all())
    for interest in interests.select_related("user").order_by("pk"):
        _tell_of_opening(interest, session)


def _tell_of_opening(interest: Interest, session: Session) -> None:
    ids = {"interest": interest.pk, "session": session.pk}
    person = _who_prefers_no_mail(interest)
    address = interest.user.email if interest.user else interest.email
    key = f"opened/{session.pk}/{address.lower()}"
    if person:
        about = _line(OPENED, session)
        reach(person=person, template=OPENED, language=interest.language, ids=ids, about=about, key=key)
    else:
        queue(template=OPENED, to=address, language=interest.language, ids=ids, key=key)


def _who_prefers_no_mail(interest: Interest) -> Person | None:
    """A login asked, and the only person it stands for wants a call or a letter."""
    persons = list(interest.user.persons.all()) if interest.user else []
    return persons[0] if len(persons) == 1 and persons[0].channel != Person.Channel.MAIL else None


def remind(at: datetime | None = None, among: SessionQuerySet | None = None) -> int:
    """A week before the first date, and a day before each, from nine in the morning; returns how many were told.

    Late rather than never while it is still of use; whoever registered after that morning knows already.
    """
    now = at or timezone.now()
    sessions = Session.objects.all() if among is None else among
    coming = sessions.filter(state__in=[Session.State.OPEN, Session.State.CLOSED], ends_at__gt=now)
    near = coming.filter(starts_at__lte=now + timedelta(days=WEEK + 1)).prefetch_related("dates")
    return sum(_remind_registered(session, start, ahead, now) for session in near for start, ahead in due(session, now))


def due(session: Session, now: datetime) -> list[tuple[datetime, int]]:
    """The dates to be reminded of now, each with the days that the reminder comes before it."""
    starts = [date.starts_at for date in session.dates.all()]
    last_day = [(start, DAY) for start in starts if morning(start, -DAY) <= now < start]
    first = starts[:1]
    return last_day + [(start, WEEK) for start in first if morning(start, -WEEK) <= now < morning(start, -DAY)]


def morning(moment: datetime, days: int) -> datetime:
    """Nine o'clock so many days from that day: days are counted on the calendar, so that changing clocks move nothing."""
    on = timezone.localtime(moment).date() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(on, MORNING))


@transaction.atomic
def _remind_registered(session: Session, start: datetime, ahead: int, now: datetime) -> int:
    since = morning(start, -ahead)
    knew_before = Q(confirmed_at__lt=since) | Q(confirmed_at=None, asked_at__lt=since)
    registered = Registration.objects.registered().filter(knew_before, session=session)
    key = f"reminder/{ahead}/{timezone.localdate(start)}"
    new = _not_told(registered, key)
    for registration in new:
        _tell(registration, REMINDER, once=key, starts_at=start.isoformat())
    return len(new)


def thank(at: datetime | None = None, among: SessionQuerySet | None = None) -> int:
    """Those who came, from the morning after the last date on; returns how many were told."""
    now = at or timezone.now()
    sessions = Session.objects.all() if among is None else among
    ended = sessions.published().exclude(state=Session.State.CANCELLED)
    recent = ended.filter(ends_at__lte=now, ends_at__gt=now - AFTER_FOR)
    return sum(_thank(session) for session in recent if session.ends_at and morning(session.ends_at, DAY) <= now)


@transaction.atomic
def _thank(session: Session) -> int:
    """By mail only: it is not worth a call."""
    there = Attendance.objects.filter(date__session=session, is_present=True)
    came = Registration.objects.registered().filter(session=session, pk__in=there.values("registration"))
    new = [registration for registration in _not_told(came, "after") if has_mail(registration.person)]
    for registration in new:
        _tell(registration, AFTER)
    return len(new)


def _not_told(registrations: RegistrationQuerySet, once: str) -> list[Registration]:
    whom = registrations.select_related("person", "session__topic")
    keys = {subject(registration) + once: registration for registration in whom}
    known = told(keys)
    return [registration for key, registration in keys.items() if key not in known]


@transaction.atomic
def warn_of_few(at: datetime | None = None) -> int:
    """Staff, of each session that begins within a week with fewer than its minimum; once. Returns how many sessions."""
    sessions = list(Session.objects.under_minimum(at or timezone.now()))
    staff = list(User.objects.staff().with_role(Role.PROGRAMME_STAFF)) if sessions else []
    for session in sessions:
        for user in staff:
            key, language = f"few/{session.pk}/{user.pk}", user.language or settings.LANGUAGE_CODE
            queue(template=FEW, to=user.email, language=language, ids={"session": session.pk}, key=key)
    return len(sessions)


def whom_to_tell(session: Session) -> RegistrationQuerySet:
    """Whoever counts on something of this session, and is told of changes."""
    return Registration.objects.live().filter(session=session).with_names().order_by("pk")


def subject(registration: Registration) -> str:
    """How the keys of all that is told about it begin."""
    return f"registration/{registration.pk}/"


def mails_of(*registrations: Registration) -> MailQuerySet:
    """What they were sent, or are about to be, the latest first."""
    wanted = Q(pk__in=[])
    for registration in registrations:
        wanted |= Q(key__startswith=subject(registration))
    return Mail.objects.filter(wanted).order_by("-requested_at", "-pk")


def calls_of(registration: Registration) -> CallQuerySet:
    return Call.objects.subject(subject(registration))


def _tell(registration: Registration, template: str, *, once: str = "", **ids: object) -> None:
    person = registration.person
    reach(
        person=person,
        template=template,
        language=registration.language,
        ids={"registration": registration.pk, **ids},
        about="" if has_mail(person) else _line(template, registration.session),
        key=subject(registration) + (once or template.removeprefix(EMAILS)),
    )


def _line(template: str, session: Session) -> str:
    """In the language of staff."""
    with translation.override(settings.LANGUAGE_CODE):
        when = moments.day_and_clock(session.starts_at) if session.starts_at else ""
        return " · ".join(part for part in (title_of(template), session.title, when) if part)


def _no_call_needed(registration: Registration) -> None:
    """What staff had to tell about it is out of date."""
    if not has_mail(registration.person):
        settle(calls=calls_of(registration), outcome=Call.Outcome.NOT_NEEDED, by=None)


def _has_begun(session: Session) -> bool:
    return session.starts_at is not None and session.starts_at <= past.now()
