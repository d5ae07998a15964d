"""Forgetting the person whom a city named as its contact."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from outbox.purging import in_batches, years_before
from programmes.models import Engagement, Note

# From the end of the campaign.
YEARS = 1


def forget(addresses: Iterable[str]) -> None:
    Engagement.objects.filter(email__in=[*addresses]).update(contact="", email="", phone="")


def purge_contacts(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """Who answered for a city, and what was noted of the talks; what the city decided, and when, stays."""
    ended = years_before(at or timezone.now(), YEARS).date()
    noted = Exists(Note.objects.filter(engagement=OuterRef("pk")))
    said = Engagement.objects.exclude(~noted, contact="", email="", phone="", next_action="")
    return in_batches(said.filter(campaign__ends_on__lt=ended), _forget_contacts, dry_run=dry_run)


def _forget_contacts(keys: Sequence[int]) -> None:
    Note.objects.filter(engagement__in=keys).delete()
    Engagement.objects.filter(pk__in=keys).update(contact="", email="", phone="", next_action="")
