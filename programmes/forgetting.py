"""Forgetting the person whom a city named as its contact."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from outbox.forgetting import drop_jobs
from outbox.models import Job
from outbox.purging import in_batches, years_before
from programmes import letters
from programmes.models import Engagement, LetterTemplate, Note

# From the end of the campaign.
YEARS = 1


def forget(addresses: Iterable[str], names: Iterable[str]) -> None:
    """Contacts with one of these addresses, or of one of these names; letters may greet them, and are made anew where still wanted."""
    theirs = Engagement.objects.filter(Q(email__in=[*addresses]) | Q(contact__in=[*names]))
    theirs.update(contact="", email="", phone="")
    drop_jobs(Job.objects.filter(kind=letters.KIND))


def purge_contacts(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """Who answered for a city, and what was noted of the talks; what the city decided, and when, stays."""
    ended = years_before(at or timezone.now(), YEARS).date()
    noted = Exists(Note.objects.filter(engagement=OuterRef("pk")))
    said = Engagement.objects.exclude(~noted, contact="", email="", phone="", next_action="")
    return in_batches(said.filter(campaign__ends_on__lt=ended), _forget_contacts, dry_run=dry_run)


def purge_signatures(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """Who signed the letters of a campaign."""
    ended = years_before(at or timezone.now(), YEARS).date()
    signed = LetterTemplate.objects.exclude(signature="").filter(campaign__ends_on__lt=ended)
    return in_batches(
        signed, lambda keys: LetterTemplate.objects.filter(pk__in=keys).update(signature=""), dry_run=dry_run
    )


def _forget_contacts(keys: Sequence[int]) -> None:
    Note.objects.filter(engagement__in=keys).delete()
    Engagement.objects.filter(pk__in=keys).update(contact="", email="", phone="", next_action="")
