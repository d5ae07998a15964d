"""The attendance sheet: who is expected, a box to sign for each date, lines for who comes without a seat, the way to the door page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from programmes.folding import folded
from rendering import dates
from rendering.qr import qr_svg
from trainings import doors, moments
from trainings.models import Registration, Session, SessionDate
from trainings.presenting import SessionView

# Beyond this many dates the sheet lies on its side; beyond the second number it goes on in another table.
UPRIGHT, ASIDE = 3, 8
FEWEST_BLANK, MOST_BLANK = 4, 12


@dataclass(frozen=True, slots=True)
class Line:
    """One head that is expected; an empty name is written in at the door."""

    name: str
    shop: str
    is_helper: bool = False
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """One date, to sign in."""

    day: str
    clock: str


def lines_of(session: Session) -> list[Line]:
    """Who has a seat, by alphabet; a helper stands under the person whom they accompany."""
    seated = Registration.objects.filter(session=session).seated().select_related("person", "business")
    return [line for row in sorted(seated, key=_in_order) for line in _lines(row)]


def _in_order(registration: Registration) -> tuple[bool, str, int]:
    name = registration.person.name
    return not name, folded(name), registration.pk


def _lines(registration: Registration) -> list[Line]:
    shop = registration.business.name if registration.business else ""
    is_sure = registration.state == Registration.State.REGISTERED
    lines = [Line(registration.person.name, shop, is_sure=is_sure)]
    if registration.has_helper:
        lines.append(Line(registration.helper_name, shop, is_helper=True, is_sure=is_sure))
    return lines


def blank_lines(session: Session, meetings: int) -> int:
    """For the seats that are free, and a few whatever happens; courses of several dates are joined by few at the door."""
    return FEWEST_BLANK if meetings > 1 else min(max(session.free_seats, FEWEST_BLANK), MOST_BLANK)


def sheet_html(session: Session, made_at: datetime) -> str:
    """The sheet in the active language. `session` with its names (`with_names`)."""
    meetings = [*session.dates.all()]
    context = {
        "letterhead": session.programme.letterhead,
        "made_at": made_at,
        "session": session,
        "view": SessionView(session, made_at),
        **_door(session),
        "lines": lines_of(session),
        "blanks": range(blank_lines(session, len(meetings))),
        "tables": _tables(meetings),
        "is_aside": len(meetings) > UPRIGHT,
    }
    return render_to_string("trainings/pdf/sheet.html", context)


def _door(session: Session) -> dict[str, str]:
    """The way to the page of the door: its PIN, its address, and the same to be scanned."""
    pin, address = doors.door_pin(session), doors.url(session)
    return {
        "pin": f"{pin[:3]} {pin[3:]}",
        "door_url": address,
        "door_url_shown": address.split("://", 1)[-1],
        "qr": qr_svg(address, _("QR code: leads to the page of the door")),
    }


def _tables(meetings: Sequence[SessionDate]) -> list[list[Column]]:
    """The dates as columns, in as many tables as the paper asks for; without dates one column."""
    columns = [Column(_short_day(date), moments.clock(date.starts_at)) for date in meetings]
    return [[*part] for part in batched(columns or [Column("", "")], ASIDE, strict=False)]


def _short_day(date: SessionDate) -> str:
    """Thu 26 Nov."""
    return dates.written(date.starts_at, pgettext("how a date is written at the head of a column", "D j N"))
