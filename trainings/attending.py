"""Who was there: marks from the door and from the sheet, what they come to, and what is earned by it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from trainings import seating, vouchers
from trainings.models import Attendance, AttendanceMark, Registration, Session, SessionDate

# A box of the attendance sheet: whose registration, and whether it is the helper's.
type Box = tuple[Registration, bool]


class WrongDate(ValueError):
    """The date is one of another session."""


@transaction.atomic
def mark(
    *,
    registration: Registration,
    date: SessionDate,
    is_helper: bool = False,
    is_present: bool,
    key: UUID,
    by: User | None = None,
    at: datetime | None = None,
) -> Attendance | None:
    """One tap, which counts once however often it is sent. "Present" beats "absent", in whatever order they arrive.

    Returns what the marks come to; None when this one was taken back already. Who is there takes the seat that was held or offered; who had none is marked all the same. Raises WrongDate.
    """
    now = at or timezone.now()
    place = seating.locked(registration.session)
    if date.session_id != place.pk:
        raise WrongDate
    current = seating.current(registration, place)
    _row, is_new = AttendanceMark.objects.get_or_create(
        key=key,
        defaults={
            "registration": current,
            "date": date,
            "is_helper": is_helper,
            "is_present": is_present,
            "at": now,
            "by": by,
        },
    )
    if is_new and is_present and current.state in (Registration.State.HELD, Registration.State.OFFERED):
        seating.confirm(place, current, now, by)
    attendance = _counted(current, date, is_helper=is_helper) if is_new else None
    if attendance:
        settle(registration=current, at=now, by=by)
    return attendance or Attendance.objects.filter(registration=current, date=date, is_helper=is_helper).first()


@transaction.atomic
def mark_sheet(*, date: SessionDate, present: Iterable[Box], by: User | None = None, at: datetime | None = None) -> int:
    """What was ticked on paper, typed in together: the same as a tap on each. Typed twice it is once.

    Returns how many boxes are new. Raises WrongDate for somebody of another session.
    """
    now = at or timezone.now()
    place = seating.locked(date.session)
    new = _unknown(place, date, present)
    AttendanceMark.objects.bulk_create(
        AttendanceMark(key=key, registration=row, date=date, is_helper=is_helper, is_present=True, at=now, by=by)
        for key, (row, is_helper) in new.items()
    )
    _count_present(date, new.values(), now)
    for row in {row.pk: row for row, _is_helper in new.values()}.values():
        if row.state in (Registration.State.HELD, Registration.State.OFFERED):
            seating.confirm(place, row, now, by)
        settle(registration=row, at=now, by=by)
    return len(new)


def _unknown(place: Session, date: SessionDate, present: Iterable[Box]) -> dict[UUID, Box]:
    """The boxes that are not typed in yet, by their keys: one for each box, and another once it was taken back."""
    here = {row.pk: row for row in Registration.objects.filter(session=place).select_related("person", "business")}
    withdrawn = AttendanceMark.objects.filter(date=date).exclude(withdrawn_at=None)
    taken_back = Counter(withdrawn.values_list("registration", "is_helper"))
    boxes = {}
    for registration, is_helper in present:
        if registration.pk not in here:
            raise WrongDate
        row = here[registration.pk]
        row.session = place
        boxes[uuid5(row.uid, f"{date.pk}/{is_helper}/{taken_back[row.pk, is_helper]}")] = row, is_helper
    known = set(AttendanceMark.objects.filter(key__in=boxes).values_list("key", flat=True))
    return {key: box for key, box in boxes.items() if key not in known}


def _count_present(date: SessionDate, boxes: Iterable[Box], at: datetime) -> None:
    """As `_counted` for each: "present" beats "absent", and counts from its first mark on."""
    seen = Attendance.objects.filter(date=date, is_present=True, marked_at__lte=at)
    there = set(seen.values_list("registration", "is_helper"))
    Attendance.objects.bulk_create(
        [
            Attendance(registration=row, date=date, is_helper=is_helper, is_present=True, marked_at=at)
            for row, is_helper in boxes
            if (row.pk, is_helper) not in there
        ],
        update_conflicts=True,
        unique_fields=["registration", "date", "is_helper"],
        update_fields=["is_present", "marked_at", "recorded_at"],
    )


@transaction.atomic
def unmark(*, key: UUID, by: User | None = None, at: datetime | None = None) -> Attendance | None:
    """A wrong tap is taken back, and stays in the log; returns what the other marks come to. Twice does no harm.

    Raises AttendanceMark.DoesNotExist.
    """
    now = at or timezone.now()
    tap = AttendanceMark.objects.select_related("registration__session", "date").get(key=key)
    place = seating.locked(tap.registration.session)
    current = seating.current(tap.registration, place)
    AttendanceMark.objects.filter(pk=tap.pk, withdrawn_at=None).update(withdrawn_at=now)
    attendance = _counted(current, tap.date, is_helper=tap.is_helper)
    settle(registration=current, at=now, by=by)
    return attendance


def _counted(registration: Registration, date: SessionDate, *, is_helper: bool) -> Attendance | None:
    """What the marks that stand come to, and since when; without any the row goes."""
    whose: dict[str, Any] = {"registration": registration, "date": date, "is_helper": is_helper}
    marks = [*AttendanceMark.objects.filter(**whose, withdrawn_at=None).order_by("-is_present", "at")]
    if not marks:
        Attendance.objects.filter(**whose).delete()
        return None
    counted = {"is_present": marks[0].is_present, "marked_at": marks[0].at}
    return Attendance.objects.update_or_create(**whose, defaults=counted)[0]


def settle(*, registration: Registration, at: datetime, by: User | None = None) -> None:
    """The voucher follows the attendance of the person: earned at the threshold, released once it is out of reach."""
    if not registration.session.module_id:
        return
    if has_earned(registration):
        vouchers.earn(registration=registration, at=at, by=by)
    elif not _may_still_earn(registration):
        vouchers.release(registration=registration, at=at, by=by)
    elif vouchers.state_of(registration) == vouchers.Kind.EARNED:
        vouchers.release(registration=registration, at=at, by=by)
        vouchers.reserve(registration=registration, at=at, by=by)


def has_earned(registration: Registration, is_helper: bool = False) -> bool:
    """Whether certificate and voucher are earned: the module's number of dates attended; all of them unless it says less."""
    needed = threshold(registration.session)
    seen = Attendance.objects.filter(registration=registration, is_helper=is_helper, is_present=True)
    return 0 < needed <= seen.count()


def threshold(session: Session) -> int:
    dates = session.dates.count()
    wanted = session.module.dates_for_certificate if session.module else None
    return min(wanted or dates, dates)


def _may_still_earn(registration: Registration) -> bool:
    session = registration.session
    if session.state == Session.State.HELD:
        return False
    missed = Attendance.objects.filter(registration=registration, is_helper=False, is_present=False)
    return session.dates.count() - missed.count() >= threshold(session)
