"""Forgetting who took a diagnostic: answers and score stay for the figures, links and codes open nothing any more."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.postgres.functions import RandomUUID
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils import timezone

from businesses.forgetting import Whose
from diagnostics import reporting
from diagnostics.models import Diagnostic, DiagnosticQuerySet, Share
from outbox.forgetting import drop_jobs
from outbox.models import Job
from outbox.purging import in_batches, years_before

# From the end of the campaign; without one, from the last answer.
YEARS = 5


def of(whose: Whose) -> DiagnosticQuerySet:
    return Diagnostic.objects.filter(person__in=whose.persons)


def forget(persons: Sequence[int]) -> None:
    """Those of the persons of these keys."""
    close([*Diagnostic.objects.filter(person__in=persons).values_list("pk", flat=True)])


def close(keys: Sequence[int]) -> None:
    """Nobody comes back to these: they are found by no link, no code, no browser, and their reports are gone."""
    drop_jobs(Job.objects.filter(kind=reporting.KIND, args__diagnostic__in=[*keys]))
    Share.objects.filter(diagnostic__in=keys).delete()
    nobodys = Cast(RandomUUID(), CharField())
    Diagnostic.objects.filter(pk__in=keys).update(public_id=RandomUUID(), code_digest=nobodys)


def purge_results(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """The links and codes of old ones; what was never completed, too. Whose they were goes with the person and the shop."""
    limit = years_before(at or timezone.now(), YEARS)
    old = Q(campaign__ends_on__lt=limit.date()) | Q(campaign=None, changed_at__lt=limit)
    # A fingerprint has no hyphen; what stands in its place once the way back is closed has some.
    due = Diagnostic.objects.filter(old).exclude(code_digest__contains="-")
    return in_batches(due, close, dry_run=dry_run)
