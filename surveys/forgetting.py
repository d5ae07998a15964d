"""Forgetting who signed a slip: what was wanted, and what came of it, stays for the figures. Answers say nothing of anybody."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.postgres.functions import RandomUUID
from django.db.models import Q
from django.utils import timezone

from outbox.purging import in_batches, years_before
from surveys.models import Slip, SlipQuerySet

# From the end of the campaign.
YEARS = 5


def of(persons: Sequence[int]) -> SlipQuerySet:
    """Of the persons of these keys, and those signed at their seats."""
    return Slip.objects.filter(Q(person__in=persons) | Q(registration__person__in=persons))


def forget(persons: Sequence[int]) -> None:
    """Those of the persons of these keys."""
    blank([*of(persons).values_list("pk", flat=True)])


def blank(keys: Sequence[int]) -> None:
    Slip.objects.filter(pk__in=keys).update(name="", phone="", contact_agreed_at=None, uid=RandomUUID())


def purge_slips(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """What was written on those of old campaigns; what was wanted, and what came of it, stays."""
    limit = years_before(at or timezone.now(), YEARS).date()
    due = Slip.objects.exclude(name="", phone="").filter(registration__session__campaign__ends_on__lt=limit)
    return in_batches(due, blank, dry_run=dry_run)
