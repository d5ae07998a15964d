"""Calendar entries as RFC 5545 writes them, and the requests and cancellations that RFC 5546 makes of them.

Instants are in UTC: every calendar shows them in its reader's zone, and nothing is to be said of clocks that change.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

PRODUCT = "-//Tremplin//Tremplin//EN"
# Octets of a line, without its end.
LINE = 75


class Method(StrEnum):
    """What the reader's calendar is to do."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Who invites, or who is invited."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. `uid` is the same for ever; of two with the same the higher `sequence` counts."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    stamped_at: datetime
    sequence: int = 0
    location: str = ""
    description: str = ""
    url: str = ""
    organizer: Mailbox | None = None
    attendee: Mailbox | None = None


def write(events: Iterable[Event], method: Method = Method.PUBLISH) -> bytes:
    """One calendar. In a request or a cancellation all its entries have one uid, an organizer and an attendee (RFC 5546)."""
    lines = ["BEGIN:VCALENDAR", f"PRODID:{PRODUCT}", "VERSION:2.0", f"METHOD:{method}"]
    for event in events:
        lines += _event(event, method)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _event(event: Event, method: Method) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_instant(event.stamped_at)}"
    yield f"DTSTART:{_instant(event.starts_at)}"
    yield f"DTEND:{_instant(event.ends_at)}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"STATUS:{'CANCELLED' if method == Method.CANCEL else 'CONFIRMED'}"
    if event.location:
        yield f"LOCATION:{_text(event.location)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.url:
        yield f"URL:{_one_line(event.url)}"
    if event.organizer:
        yield f"ORGANIZER{_name(event.organizer)}:mailto:{_one_line(event.organizer.email)}"
    if event.attendee:
        # The seat is taken in the portal: the calendar need not ask again.
        answer = ";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE"
        yield f"ATTENDEE{_name(event.attendee)}{answer}:mailto:{_one_line(event.attendee.email)}"
    yield "END:VEVENT"


def _instant(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("An instant without its zone.")
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _without_controls(re.sub(r"\r\n|[\r\n\u2028\u2029]", "\\\\n", escaped))


def _one_line(value: str) -> str:
    return _without_controls("".join(value.split()))


def _name(mailbox: Mailbox) -> str:
    """A parameter in quotes, which has no way of writing a quote."""
    plain = _without_controls(" ".join(mailbox.name.split())).replace('"', "'")
    return f';CN="{plain}"' if plain else ""


def _without_controls(value: str) -> str:
    return re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", "", value)


def _folded(line: str) -> bytes:
    """Lines of at most 75 octets, broken between characters, each but the first begun with a space."""
    lines, current = [], b""
    for character in line:
        octets = character.encode()
        if len(current) + len(octets) > LINE:
            lines.append(current)
            current = b" "
        current += octets
    return b"\r\n".join([*lines, current])
