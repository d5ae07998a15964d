"""Persons and shops of whom nothing was heard for years: forgotten by the clock. Only the top floor sees all that they did."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

import businesses.forgetting as persons
import diagnostics.forgetting as diagnostics
import surveys.forgetting as slips
import trainings.forgetting as seats
from businesses.models import Membership
from diagnostics.models import Diagnostic
from outbox.purging import in_batches, years_before
from trainings.models import Registration

# From the last thing that somebody did; from the end of the last campaign that a shop took part in.
PERSON_YEARS, SHOP_YEARS = 3, 5


def purge_persons(*, at: datetime | None = None, dry_run: bool = False) -> int:
    limit = years_before(at or timezone.now(), PERSON_YEARS)
    own = Q(person=OuterRef("pk"))
    seat = Registration.objects.filter(own & (Q(asked_at__gte=limit) | Q(session__ends_at__gte=limit)))
    seen = Coalesce("user__last_login", "user__joined_at", "recorded_at")
    asleep = persons.known_persons().annotate(seen_at=seen).filter(seen_at__lt=limit, recorded_at__lt=limit)
    due = asleep.exclude(Exists(seat)).exclude(Exists(Diagnostic.objects.filter(own, changed_at__gte=limit)))
    due = due.exclude(Exists(Membership.objects.filter(own, asked_at__gte=limit)))
    return in_batches(due, _forget_persons, dry_run=dry_run)


def _forget_persons(keys: Sequence[int]) -> None:
    """Their rows stay as they hang together, and lead to nobody. A certificate is proof for longer."""
    slips.forget(keys)
    diagnostics.forget(keys)
    seats.blank([*Registration.objects.filter(person__in=keys).values_list("pk", flat=True)])
    persons.forget_persons(keys)


def purge_shops(*, at: datetime | None = None, dry_run: bool = False) -> int:
    limit = years_before(at or timezone.now(), SHOP_YEARS)
    own = Q(business=OuterRef("pk"))
    seat = Registration.objects.filter(own, session__campaign__ends_on__gte=limit.date())
    since = Q(campaign__ends_on__gte=limit.date()) | Q(campaign=None, changed_at__gte=limit)
    asleep = persons.known_shops().filter(recorded_at__lt=limit)
    due = asleep.exclude(Exists(seat)).exclude(Exists(Diagnostic.objects.filter(own & since)))
    due = due.exclude(Exists(Membership.objects.filter(own, asked_at__gte=limit)))
    return in_batches(due, persons.forget_shops, dry_run=dry_run)
