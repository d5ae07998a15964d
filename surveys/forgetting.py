"""Forgetting who signed a slip: what was wanted, and what came of it, stays for the figures. Answers say nothing of anybody."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.postgres.functions import RandomUUID
from django.db.models import Q
from django.utils import timezone

import trainings.forgetting as seats
from businesses.forgetting import Whose
from businesses.models import Call
from outbox.purging import in_batches, years_before
from programmes.folding import folded
from surveys.models import Slip, SlipQuerySet
from surveys.signing import subject

# From the end of the campaign.
YEARS = 5


def of(persons: Sequence[int]) -> SlipQuerySet:
    """Of the persons of these keys, and those signed at their seats."""
    return Slip.objects.filter(Q(person__in=persons) | Q(registration__person__in=persons))


def as_helper(whose: Whose) -> SlipQuerySet:
    """Signed where somebody else of the shop brought them along: the seat names them, or the slip does."""
    signed = Slip.objects.filter(is_helper=True, registration__in=seats.beside(whose)).select_related("registration")
    names = {folded(name) for name in whose.names}
    named = [slip.pk for slip in signed if {folded(slip.name), folded(slip.registration.helper_name)} & names]
    return Slip.objects.filter(pk__in=named)


def words_of(whose: Whose) -> frozenset[str]:
    """The phones that they wrote on slips."""
    slips = as_helper(whose) | of([person.pk for person in whose.persons])
    return frozenset(slips.exclude(phone="").values_list("phone", flat=True))


def forget_as_helper(whose: Whose) -> None:
    """With the calls that are theirs, on the list beside the person who brought them."""
    slips = [*as_helper(whose)]
    for slip in slips:
        Call.objects.subject(subject(slip)).delete()
    blank([slip.pk for slip in slips])


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
