"""What is agreed with the cities: one row a city and campaign, changed by whoever of the staff has news, never over one another's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from outbox import past
from programmes.models import Campaign, City, Engagement, Note, StateChange

State = Engagement.State
EDITABLE = (
    "contact",
    "email",
    "phone",
    "state",
    "reason",
    "invited_on",
    "council_on",
    "next_action",
    "owner",
    "due_on",
    "last_contact_on",
)
OF_AN_INVITATION = ("invited_by", "invited_recorded_at")


class ChangedMeanwhile(Exception):
    """Somebody else changed the row since it was shown: `current` is how it stands now."""

    def __init__(self, current: Engagement) -> None:
        self.current = current
        super().__init__(str(current))


@dataclass(frozen=True, slots=True)
class Draft:
    """A row as it is to be written, with the states that it goes through."""

    row: Engagement
    steps: Sequence[StateChange]
    is_changed: bool = False


@transaction.atomic
def engage(
    *,
    campaign: Campaign,
    city: City,
    by: User | None,
    values: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Engagement:
    """The city's row in the campaign, begun if there was none, with these values. Raises ValidationError."""
    campaign.require_own(city)
    engagement, is_new = Engagement.objects.get_or_create(campaign=campaign, city=city)
    if is_new:
        _step(engagement, "", at or timezone.now(), by).save()
    return change(engagement=engagement, values=values, by=by, at=at) if values else engagement


@transaction.atomic
def change(
    *,
    engagement: Engagement,
    values: Mapping[str, Any],
    by: User | None,
    revision: int | None = None,
    at: datetime | None = None,
) -> Engagement:
    """Writes these fields of EDITABLE. `revision` is that of the row as it was shown; None: whatever it is now.

    Raises ChangedMeanwhile, and ValidationError where the row would contradict itself.
    """
    row = Engagement.objects.select_for_update(of=("self",)).select_related("owner").get(pk=engagement.pk)
    if revision is not None and row.revision != revision:
        raise ChangedMeanwhile(row)
    write([drafted(row=row, values=values, by=by, at=at)])
    return row


@transaction.atomic
def invite(*, rows: Iterable[Engagement], by: User | None, at: datetime | None = None) -> None:
    """Those that were to be invited are; the others stay as they stand."""
    found = Engagement.objects.filter(pk__in=[row.pk for row in rows], state=State.TO_INVITE)
    locked = found.select_for_update(of=("self",)).select_related("owner").order_by("pk")
    write([drafted(row=row, values={"state": State.INVITED}, by=by, at=at) for row in locked])


def drafted(*, row: Engagement, values: Mapping[str, Any], by: User | None, at: datetime | None = None) -> Draft:
    """Puts these fields of EDITABLE into the row, with all that follows of them; nothing is written. `row` with its owner.

    Raises ValidationError where the row would contradict itself.
    """
    now = at or timezone.now()
    steps = [] if row.pk else [_step(row, "", now, by)]
    was = {name: getattr(row, name) for name in EDITABLE}
    for name in EDITABLE:
        setattr(row, name, values.get(name, was[name]))
    _settle(row, was, by, now)
    if all(getattr(row, name) == was[name] for name in EDITABLE):
        return Draft(row, steps)
    row.clean_fields(exclude=["campaign", "city", "owner", "invited_by"])
    row.clean()
    row.revision += 1
    if (row.state, row.reason) != (was["state"], was["reason"]):
        steps.append(_step(row, was["state"], now, by))
    return Draft(row, steps, is_changed=True)


def write(drafts: Sequence[Draft]) -> None:
    """In a few statements, however many; whoever calls holds the locks. Rows that are known are brought as if they were new, and so
    updated: `bulk_update` takes six times as long."""
    rows = [one.row for one in drafts if one.is_changed or not one.row.pk]
    fields = [*EDITABLE, *OF_AN_INVITATION, "revision"]
    Engagement.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)
    StateChange.objects.bulk_create([step for one in drafts for step in one.steps])


def _settle(row: Engagement, was: Mapping[str, Any], by: User | None, now: datetime) -> None:
    """What follows of itself: the day of an invitation, its author, and no reason without a refusal."""
    if row.state == State.TO_INVITE == was["state"] and row.invited_on:
        row.state = State.INVITED
    if row.state in (State.INVITED, State.NO_ANSWER) and not row.invited_on:
        row.invited_on = timezone.localdate(now)
    if row.state != State.REFUSED:
        row.reason = ""
    if row.invited_on is None:
        row.invited_by = row.invited_recorded_at = None
    elif was["invited_on"] is None:
        row.invited_by, row.invited_recorded_at = by, past.now()


def _step(row: Engagement, was: str, at: datetime, by: User | None) -> StateChange:
    return StateChange(engagement=row, was=was, became=row.state, reason=row.reason, at=at, by=by)


@transaction.atomic
def note(
    *,
    engagement: Engagement,
    text: str,
    on: date,
    by: User | None,
    is_contact: bool = False,
    at: datetime | None = None,
) -> Note:
    """A dated note. One about a contact moves the day of the last contact, never back."""
    made = Note.objects.create(engagement=engagement, text=text, on=on, by=by)
    row = Engagement.objects.select_for_update().get(pk=engagement.pk)
    if is_contact and (row.last_contact_on is None or row.last_contact_on < on):
        change(engagement=row, values={"last_contact_on": on}, by=by, at=at)
    return made
