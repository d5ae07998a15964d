"""What the mails about sessions say: read when they are written, so that they say what is true then.

Links are signed here, and are stored nowhere.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from outbox.mail import NoLongerTrue, Secrets, context_of
from questionnaires.texts import said
from trainings import calendars, certifying, interests, moments, telling, unsubscribing
from trainings.expecting import outlook_of
from trainings.links import registration_url
from trainings.models import Interest, Registration, Session
from trainings.presenting import certified

type Ids = dict[str, Any]
type Words = Mapping[str, Any]

State = Registration.State
# Sessions to come that a mail names.
NEXT = 3


@context_of(telling.CONFIRM)
def confirm(ids: Ids, secrets: Secrets) -> Words:
    registration = _registration(ids, State.HELD, State.EXPIRED)
    until = moments.day_and_clock(registration.until) if registration.until else ""
    return {**_words(registration), "until": until}


@context_of(telling.REGISTERED)
def registered(ids: Ids, secrets: Secrets) -> Words:
    return _with_invitation(_registration(ids, State.REGISTERED))


@context_of(telling.WAITING)
def waiting(ids: Ids, secrets: Secrets) -> Words:
    registration = _registration(ids, State.WAITING)
    return {**_words(registration), "place_in_line": registration.place_in_line}


@context_of(telling.PROMOTED)
def promoted(ids: Ids, secrets: Secrets) -> Words:
    return _with_invitation(_registration(ids, State.REGISTERED))


@context_of(telling.OFFERED)
def offered(ids: Ids, secrets: Secrets) -> Words:
    registration = _registration(ids, State.OFFERED)
    until = registration.until
    if until is None or until <= timezone.now():
        raise NoLongerTrue
    return {**_words(registration), "until": moments.day_and_clock(until)}


@context_of(telling.LAPSED)
def lapsed(ids: Ids, secrets: Secrets) -> Words:
    return _words(_registration(ids, State.EXPIRED))


@context_of(telling.FIRST_COME)
def first_come(ids: Ids, secrets: Secrets) -> Words:
    registration = _registration(ids, State.WAITING)
    if not registration.session.free_seats or not _is_coming(registration.session):
        raise NoLongerTrue
    return {**_words(registration), "free_seats": registration.session.free_seats}


@context_of(telling.REMINDER)
def reminder(ids: Ids, secrets: Secrets) -> Words:
    registration = _registration(ids, State.REGISTERED)
    starts_at, now = datetime.fromisoformat(ids["starts_at"]), timezone.now()
    dates = [date for date in registration.session.dates.all() if date.starts_at == starts_at]
    if not dates or starts_at <= now or not _is_coming(registration.session):
        raise NoLongerTrue
    days = moments.days_until(starts_at, now)
    return {**_words(registration), "days": days, "clock": moments.clock(starts_at), "day": moments.day(starts_at)}


@context_of(telling.CHANGED)
def changed(ids: Ids, secrets: Secrets) -> Words:
    """A later change says all that this one would."""
    registration = _registration(ids, *Registration.LIVE)
    if not _is_coming(registration.session) or registration.session.sequence > ids["sequence"]:
        raise NoLongerTrue
    words = {**_words(registration), "changes": [str(telling.CHANGES[code]) for code in ids["changes"]]}
    if registration.state != State.REGISTERED:
        return words
    return {**words, "attachments": calendars.invitations(registration, dates_before=ids["dates_before"])}


@context_of(telling.CANCELLED)
def cancelled(ids: Ids, secrets: Secrets) -> Words:
    registration = _registration(ids, State.CANCELLED)
    return {**_words(registration), "attachments": calendars.withdrawals(registration)}


@context_of(telling.CALLED_OFF)
def called_off(ids: Ids, secrets: Secrets) -> Words:
    registration = _registration(ids, State.CANCELLED)
    session = registration.session
    return {
        **_words(registration),
        "reason": session.cancel_reason,
        "others": _others(session),
        "attachments": calendars.withdrawals(registration),
    }


@context_of(telling.MOVED)
def moved(ids: Ids, secrets: Secrets) -> Words:
    registration = _registration(ids, *Registration.LIVE)
    old = Registration.objects.with_names().get(pk=ids["moved_from"])
    parts = calendars.withdrawals(old)
    if registration.state == State.REGISTERED:
        parts += calendars.invitations(registration)
    return {
        **_words(registration),
        "place_in_line": registration.place_in_line,
        "old_title": old.session.title,
        "old_dates": moments.spans(old.session),
        "attachments": parts,
    }


@context_of(telling.AFTER)
def after(ids: Ids, secrets: Secrets) -> Words:
    """With the certificates that are earned by then; the page behind the link has those that follow."""
    registration = _registration(ids, State.REGISTERED)
    certificates = [
        {"name": one.name, "is_helper": one.is_helper, "url": settings.BASE_URL + one.path}
        for one in certified(certifying.earned(Registration.objects.filter(pk=registration.pk)))
    ]
    return {**_words(registration), "certificates": certificates, "others": _others(registration.session)}


@context_of(telling.OPENED)
def opened(ids: Ids, secrets: Secrets) -> Words:
    """To an address that asked for it, and may end it with one click."""
    interest = Interest.objects.standing().with_names().filter(pk=ids["interest"]).first()
    session = Session.objects.with_names().get(pk=ids["session"])
    if interest is None or not session.is_open_at(timezone.now()) and not _opens_later(session):
        raise NoLongerTrue
    return {
        **_words_of(session),
        "city": interest.city.name,
        "url": _page(session),
        "opens": moments.day_and_clock(session.opens_at) if session.opens_at and _opens_later(session) else "",
        "stop_url": settings.BASE_URL + reverse("trainings:interest_confirm", args=[interests.link_token(interest)]),
        "headers": unsubscribing.headers_for(interest),
    }


@context_of(telling.FEW)
def few(ids: Ids, secrets: Secrets) -> Words:
    session = Session.objects.with_names().get(pk=ids["session"])
    if not _is_coming(session) or session.seats_taken >= session.minimum:
        raise NoLongerTrue
    url = settings.BASE_URL + reverse("admin:trainings_session_change", args=[session.pk])
    return {**_words_of(session), "taken": session.seats_taken, "expected": outlook_of(session).expected, "url": url}


def _registration(ids: Ids, *states: str) -> Registration:
    """The row as it is now; raises NoLongerTrue when it is in no state of which the mail speaks."""
    found = Registration.objects.with_names().filter(pk=ids["registration"], state__in=states).first()
    if found is None:
        raise NoLongerTrue
    return found


def _is_coming(session: Session) -> bool:
    is_on = session.state in (Session.State.OPEN, Session.State.CLOSED)
    return is_on and (session.ends_at is None or session.ends_at > timezone.now())


def _opens_later(session: Session) -> bool:
    return session.state == Session.State.OPEN and session.opens_at is not None and session.opens_at > timezone.now()


def _words(registration: Registration) -> dict[str, Any]:
    return {
        **_words_of(registration.session),
        "registration": registration,
        "person": registration.person,
        "is_registered": registration.state == State.REGISTERED,
        "is_confirmed": registration.confirmed_at is not None,
        "url": registration_url(registration),
        "organiser": registration.told_city,
    }


def _words_of(session: Session) -> dict[str, Any]:
    return {
        "session": session,
        "programme": session.programme,
        "title": session.title,
        "dates": moments.spans(session),
        "place": calendars.place_of(session),
        "host": session.host.name,
        "bring": said(session.bring),
        "session_url": _page(session),
    }


def _with_invitation(registration: Registration) -> Words:
    return {**_words(registration), "attachments": calendars.invitations(registration)}


def _page(session: Session) -> str:
    return settings.BASE_URL + reverse("trainings:session", args=[session.uid])


def _others(session: Session) -> list[dict[str, Any]]:
    """What else there is: the same topic first, then what is near, with free seats."""
    now = timezone.now()
    coming = (
        Session.objects.to_come(now).with_free_seats().filter(programme=session.programme_id).exclude(pk=session.pk)
    )
    near = coming.filter(cities__in=session.cities.all()).distinct()
    same = coming.filter(topic=session.topic_id) if session.topic_id else coming.none()
    found = {other.pk: other for queryset in (same, near) for other in queryset.with_names()[: NEXT * 2]}
    open_now = [other for other in found.values() if other.is_open_at(now)][:NEXT]
    return [
        {"title": other.title, "host": other.host.name, "dates": moments.spans(other), "url": _page(other)}
        for other in open_now
    ]
