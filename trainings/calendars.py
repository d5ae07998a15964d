"""Sessions as calendar entries: for anybody, and for who has a seat."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import MIMEPart
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from rendering import icalendar
from rendering.icalendar import Event, Mailbox, Method
from trainings.models import Registration, Session


def calendar_of(session: Session) -> bytes:
    """To be added to any calendar: one entry a date."""
    return icalendar.write(_events(session, f"session-{session.uid}"))


def invitations(registration: Registration, *, dates_before: int = 0) -> list[MIMEPart]:
    """One part a date, since a request has one entry; of the dates that there were, those too many are withdrawn."""
    events = _own_events(registration, registration.session.sequence)
    parts = [_part(event, Method.REQUEST, number) for number, event in enumerate(events, start=1)]
    surplus = range(len(events) + 1, dates_before + 1) if events else range(0)
    gone = [replace(events[-1], uid=_uid(str(registration.uid), number)) for number in surplus]
    return parts + [_part(event, Method.CANCEL, number) for number, event in zip(surplus, gone, strict=True)]


def withdrawals(registration: Registration) -> list[MIMEPart]:
    """Takes the entries out of the calendar: with a higher number than whatever came before."""
    events = _own_events(registration, registration.session.sequence + 1)
    return [_part(event, Method.CANCEL, number) for number, event in enumerate(events, start=1)]


def place_of(session: Session) -> str:
    """Venue and address; "" for what is held at a distance."""
    return ", ".join(part for part in (session.venue, session.address) if part)


def _own_events(registration: Registration, sequence: int) -> list[Event]:
    """With a uid of the registration: somebody who cancels and comes back has new entries."""
    attendee = Mailbox(registration.person.email, registration.person.name)
    session = registration.session
    where = place_of(session) or session.link
    return [
        replace(event, sequence=sequence, attendee=attendee, location=where)
        for event in _events(session, str(registration.uid))
    ]


def _events(session: Session, uid: str) -> Iterator[Event]:
    page = settings.BASE_URL + reverse("trainings:session", args=[session.uid])
    now = timezone.now()
    for number, date in enumerate(session.dates.all(), start=1):
        yield Event(
            uid=_uid(uid, number),
            starts_at=date.starts_at,
            ends_at=date.ends_at,
            summary=session.title,
            stamped_at=now,
            sequence=session.sequence,
            location=place_of(session),
            description=f"{session.programme.name}\n{page}",
            url=page,
            organizer=Mailbox(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], session.programme.name),
        )


def _uid(of: str, number: int) -> str:
    return f"{of}-{number}@{urlsplit(settings.BASE_URL).hostname}"


def _part(event: Event, method: Method, number: int) -> MIMEPart:
    part = MIMEPart()
    part.set_content(
        icalendar.write([event], method),
        "text",
        "calendar",
        params={"method": method.value, "charset": "utf-8"},
        filename=f"{'cancelled' if method == Method.CANCEL else 'session'}-{number}.ics",
    )
    return part
