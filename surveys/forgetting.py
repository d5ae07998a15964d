"""Forgetting who signed a slip: what was wanted, and what came of it, stays for the figures. Answers say nothing of anybody."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.postgres.functions import RandomUUID
from django.db.models import Q

from businesses.forgetting import Whose, known_persons
from outbox.purging import in_batches
from surveys.models import Slip, SlipQuerySet
from trainings import forgetting as seats


def of(whose: Whose) -> SlipQuerySet:
    return Slip.objects.filter(Q(person__in=whose.persons) | Q(registration__in=seats.of(whose)))


def forget(whose: Whose) -> None:
    blank(list(of(whose).values_list("pk", flat=True)))


def blank(keys: Sequence[int]) -> None:
    Slip.objects.filter(pk__in=keys).update(name="", phone="", contact_agreed_at=None, uid=RandomUUID())


def purge_slips(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """Those whose seat no longer leads to anybody. `at` is the seat's affair."""
    due = Slip.objects.exclude(name="", phone="").exclude(registration__person__in=known_persons())
    return in_batches(due, _follow, dry_run=dry_run)


def _follow(keys: Sequence[int]) -> None:
    for slip in Slip.objects.filter(pk__in=keys).select_related("registration"):
        slip.person_id, slip.business_id = slip.registration.person_id, slip.registration.business_id
        slip.save(update_fields=["person", "business"])
    blank(keys)
