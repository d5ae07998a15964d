"""Who stands at the door: everybody who is expected or was marked, head by head, with the marks that stand."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from programmes.folding import folded
from trainings import doors
from trainings.models import AttendanceMark, Registration, Session, SessionDate

State = Registration.State


@dataclass(frozen=True, slots=True)
class Head:
    """The person of a registration, or the helper who comes along. `person` is the uid of the registration."""

    person: str
    is_helper: bool
    name: str
    shop: str
    note: str
    is_expected: bool

    @property
    def id(self) -> str:
        return f"{self.person}-{int(self.is_helper)}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A tap that was not taken back."""

    key: str
    person: str
    is_helper: bool
    date: int
    is_present: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A head on one date: what its marks come to ("present" beats "absent"), and their keys, to take them back."""

    head: Head
    keys: list[str]
    mark: str
    # Of the next tap, made without JavaScript: pressed twice it counts once.
    key: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class AtDoor:
    """What a page at the door knows of its session."""

    heads: list[Head]
    marks: list[Mark]

    def rows(self, date: SessionDate) -> list[Row]:
        return [_row(head, [mark for mark in self.marks if _is_of(mark, head, date)]) for head in self.heads]

    def as_json(self) -> dict[str, Any]:
        return {"heads": [asdict(head) for head in self.heads], "marks": [asdict(mark) for mark in self.marks]}


def _is_of(mark: Mark, head: Head, date: SessionDate) -> bool:
    return (mark.person, mark.is_helper, mark.date) == (head.person, head.is_helper, date.pk)


def _row(head: Head, marks: list[Mark]) -> Row:
    is_present = any(mark.is_present for mark in marks)
    return Row(head, [mark.key for mark in marks], "present" if is_present else "absent" if marks else "")


# What the script of the page draws a new head from.
EMPTY = Row(Head("", False, "", "", "", True), [], "")


def at_door(session: Session) -> AtDoor:
    """Two queries, however many they are."""
    standing = AttendanceMark.objects.standing_in(session)
    marks = [*standing.values_list("key", "registration_id", "is_helper", "date_id", "is_present")]
    found = Registration.objects.at_door(session, {registration for _key, registration, *_rest in marks})
    registrations = sorted(found, key=_in_order)
    uids = {row.pk: str(row.uid) for row in registrations}
    with_helper = {registration for _key, registration, is_helper, *_rest in marks if is_helper}
    return AtDoor(
        [head for row in registrations for head in _heads(row, row.has_helper or row.pk in with_helper)],
        [Mark(str(key), uids[pk], is_helper, date, is_present) for key, pk, is_helper, date, is_present in marks],
    )


def _in_order(registration: Registration) -> tuple[bool, str, int]:
    name = registration.person.name
    return not name, folded(name), registration.pk


def _heads(registration: Registration, has_helper: bool) -> Iterator[Head]:
    shop = registration.business.name if registration.business else ""
    uid, is_seated = str(registration.uid), registration.state in Registration.SEATED
    yield Head(uid, False, registration.person.name, shop, _note(registration), is_seated)
    if has_helper:
        yield Head(uid, True, registration.helper_name, shop, "", is_seated and registration.has_helper)


def _note(registration: Registration) -> str:
    if registration.state in (State.HELD, State.OFFERED):
        return _("not confirmed yet")
    return "" if registration.state == State.REGISTERED else str(registration.get_state_display())


def date_of(dates: Iterable[SessionDate], wanted: str, at: datetime) -> SessionDate:
    """The one that was chosen; else the latest whose day has begun, and before all of them the first."""
    ordered = sorted(dates, key=lambda date: date.starts_at)
    chosen = [date for date in ordered if str(date.pk) == wanted]
    begun = [date for date in ordered if doors.midnight(date.starts_at, 0) <= at]
    return (chosen or begun[-1:] or ordered)[0]
