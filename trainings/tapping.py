"""Taps at the door: each is read, put into the day of its date, and applied once, however often and in whatever order it comes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from trainings import arriving, attending, doors, moments, registering, seating
from trainings.models import AttendanceMark, Registration, Session, SessionDate

FEWEST_DIGITS = 6
# Milliseconds since 1970, up to the year 9999.
LAST_MOMENT = 253_402_300_799_000
NOT_HERE = gettext_lazy("This person is not on the list of this session.")


class Refused(Exception):
    """The tap can't count, ever; in words for who tapped."""


@dataclass(frozen=True, slots=True)
class Tap:
    """Something that was done at the door. `person` is the uid of a registration, or the key of the walk-in that made it."""

    do: str
    key: UUID
    date: SessionDate
    at: datetime
    person: UUID | None = None
    is_helper: bool = False
    keys: tuple[UUID, ...] = ()
    name: str = ""
    shop: str = ""
    postal_code: str = ""
    email: str = ""
    phone: str = ""


class TapForm(forms.Form):
    """The fields of one tap, as a form posts them or as the phone has kept them."""

    do = forms.ChoiceField(choices=[(name, name) for name in ("present", "absent", "undo", "helper", "walk-in")])
    key = forms.UUIDField()
    date = forms.TypedChoiceField(
        coerce=int,
        error_messages={"invalid_choice": gettext_lazy("This date is no longer one of the session.")},
    )
    at = forms.IntegerField(required=False, min_value=0, max_value=LAST_MOMENT)
    person = forms.UUIDField(required=False)
    helper = forms.BooleanField(required=False)
    keys = forms.CharField(required=False)
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=150)
    shop = forms.CharField(label=gettext_lazy("Shop"), required=False, max_length=150)
    postal_code = forms.CharField(label=gettext_lazy("Postal code"), required=False, max_length=10)
    contact = forms.CharField(label=gettext_lazy("E-mail or phone"), required=False, max_length=150)

    def __init__(self, fields: Mapping[str, Any], dates: Mapping[int, SessionDate]) -> None:
        """Half a letter, which a damaged store may hold, is written as a question mark: nothing could ever keep it."""
        super().__init__(
            {
                name: value.encode(errors="replace").decode() if isinstance(value, str) else value
                for name, value in fields.items()
            }
        )
        self.fields["date"].choices = [(pk, pk) for pk in dates]  # type: ignore[attr-defined]

    def clean_keys(self) -> tuple[UUID, ...]:
        try:
            return tuple(UUID(key) for key in self.cleaned_data["keys"].split())
        except ValueError as error:
            raise ValidationError(_("This can’t be taken back.")) from error

    def clean_contact(self) -> str:
        contact: str = self.cleaned_data["contact"]
        if "@" in contact:
            validate_email(contact)
        elif contact and sum(letter.isdigit() for letter in contact) < FEWEST_DIGITS:
            raise ValidationError(_("Write a whole e-mail, or all digits of a phone number."))
        return contact

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("do") == "walk-in" and not said.get("name"):
            self.add_error("name", _("Write the name."))
        return said


def read(fields: Mapping[str, Any], session: Session, now: datetime) -> Tap:
    """`session` with its dates. The clock of a phone may be wrong: what is before or after the day of the date is held to it.

    Raises Refused.
    """
    dates = {date.pk: date for date in session.dates.all()}
    form = TapForm(fields, dates)
    if not form.is_valid():
        raise Refused(_in_words(form))
    said, date = form.cleaned_data, dates[form.cleaned_data["date"]]
    contact = said["contact"]
    return Tap(
        do=said["do"],
        key=said["key"],
        date=date,
        at=_within_the_day(date, said["at"], now),
        person=said["person"],
        is_helper=said["helper"],
        keys=said["keys"],
        name=said["name"],
        shop=said["shop"],
        postal_code=said["postal_code"],
        email=contact if "@" in contact else "",
        phone="" if "@" in contact else contact,
    )


def _in_words(form: TapForm) -> str:
    typed = form.data.get("name", "")
    errors = [str(error) for errors in form.errors.values() for error in errors]
    return " ".join([f"{typed}:" if isinstance(typed, str) and typed else "", *dict.fromkeys(errors)]).strip()


def _within_the_day(date: SessionDate, at: int | None, now: datetime) -> datetime:
    first, after = doors.midnight(date.starts_at, 0), doors.midnight(date.starts_at, 1)
    if now < first:
        raise Refused(_("Marks can be made from %(day)s on.") % {"day": moments.day(date.starts_at)})
    said = now if at is None else datetime.fromtimestamp(at / 1000, UTC)
    return min(max(said, first), after - timedelta(milliseconds=1), now)


def apply(tap: Tap, session: Session, by: User | None) -> None:
    """Twice does no harm. Raises Refused."""
    try:
        VERBS[tap.do](tap, session, by)
    except registering.NoPlace as error:
        raise Refused(_("There is no free seat for somebody who comes along.")) from error
    except attending.WrongDate as error:
        raise Refused(str(NOT_HERE)) from error
    except (registering.NotOpen, registering.TooLate) as error:
        raise Refused(_("That is no longer possible for this registration.")) from error


@transaction.atomic
def _mark(tap: Tap, session: Session, by: User | None) -> None:
    """Who waits for a seat and is there gets one: on the day nobody is sent away."""
    registration, place = _registration(tap, session), seating.locked(session)
    is_present = tap.do == "present"
    if is_present and place.takes_place:
        registering.overbook_here(place, seating.current(registration, place), tap.at, by)
    attending.mark(
        registration=registration,
        date=tap.date,
        is_helper=tap.is_helper,
        is_present=is_present,
        key=tap.key,
        by=by,
        at=tap.at,
    )


def _undo(tap: Tap, session: Session, by: User | None) -> None:
    """Takes back the taps that were seen; what another phone has marked meanwhile stays."""
    for key in AttendanceMark.objects.filter(key__in=tap.keys, registration__session=session).values_list(
        "key", flat=True
    ):
        attending.unmark(key=key, by=by, at=tap.at)


def _helper(tap: Tap, session: Session, by: User | None) -> None:
    """The name of who comes along, also of somebody who was not announced."""
    registration = _registration(tap, session)
    registering.bring_helper(registration=registration, helper_name=tap.name, is_at_door=True, by=by, at=tap.at)


@transaction.atomic
def _walk_in(tap: Tap, session: Session, by: User | None) -> None:
    """The key is the number of the registration and of its mark: a tap on this person finds it before and after it was sent."""
    registration = arriving.walk_in(
        session=session,
        key=tap.key,
        name=tap.name,
        shop=tap.shop,
        postal_code=tap.postal_code,
        email=tap.email,
        phone=tap.phone,
        language=str((session.languages or session.programme.languages)[0]),
        by=by,
        at=tap.at,
    )
    attending.mark(registration=registration, date=tap.date, is_present=True, key=tap.key, by=by, at=tap.at)


def _registration(tap: Tap, session: Session) -> Registration:
    """Of this session, by its number or by the walk-in that turned out to be a person who was registered."""
    here = Registration.objects.filter(session=session).select_related("session")
    of_person = [here.filter(uid=tap.person), here.filter(attendance_marks__key=tap.person)] if tap.person else []
    for found in of_person:
        if registration := found.first():
            return registration
    raise Refused(str(NOT_HERE))


VERBS: dict[str, Callable[[Tap, Session, User | None], None]] = {
    "present": _mark,
    "absent": _mark,
    "undo": _undo,
    "helper": _helper,
    "walk-in": _walk_in,
}


def keep(fields: Mapping[str, Any], session: Session, by: User | None, at: datetime | None = None) -> str:
    """Reads and applies one tap; the words why it can't count, "" when it does."""
    try:
        apply(read(fields, session, at or timezone.now()), session, by)
    except Refused as refusal:
        return str(refusal)
    return ""
