"""Who may work on a row, for how long, how often: the same rules for jobs and mails, on the database's clock."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox import bell
from outbox.models import ATTEMPTS, Work, WorkQuerySet

# Pause after a crash, by the attempts that are left.
PAUSES = {2: timedelta(seconds=10), 1: timedelta(seconds=60)}
PATIENCE = timedelta(hours=48)
SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=2)
SWEPT_AT_ONCE = 500


class TemporaryRefusal(Exception):
    """Somebody else is not ready yet; its text says so in plain words."""


class LeaseLost(Exception):
    """Another attempt has taken over: what this one made does not count."""


def _rows[W: Work](work: type[W]) -> WorkQuerySet[W]:
    return work.objects  # type: ignore[attr-defined,no-any-return]  # every Work has such a manager


def _mine[W: Work](work: W) -> WorkQuerySet[W]:
    return _rows(type(work)).filter(pk=work.pk, state=work.UNDER_WAY, attempt=work.attempt)


def take[W: Work](work: type[W], pk: int) -> W | None:
    """The row with a lease of its own, or None: somebody else has it, or it is done, or not due."""
    with transaction.atomic():
        taken = (
            _rows(work)
            .due()
            .filter(pk=pk)
            .update(
                state=work.UNDER_WAY,
                attempt=F("attempt") + 1,
                lease_until=Now() + work.LEASE,
                not_before=None,
                rung_at=None,
                started_at=Coalesce("started_at", Now()),
            )
        )
        return _rows(work).get(pk=pk) if taken else None


def renew(work: Work, **progress: object) -> None:
    if not _mine(work).update(lease_until=Now() + work.LEASE, **progress):
        raise LeaseLost(str(work))


def finish(work: Work, **outcome: object) -> None:
    """Record the result; raises LeaseLost if this is not the current attempt any more."""
    if not _mine(work).update(state=work.FINISHED, finished_at=Now(), lease_until=None, error="", **outcome):
        raise LeaseLost(str(work))


def record_crash(work: Work, words: str) -> None:
    left = work.attempts_allowed - work.attempt
    if left > 0:
        _put_back(work, words, pause=PAUSES[left])
    else:
        give_up(work, words)


def record_refusal(work: Work, words: str) -> None:
    """A refusal costs no attempt; each wait is as long as all that was waited before, up to two days in all."""
    waited = timezone.now() - (work.first_refused_at or timezone.now())
    if waited >= PATIENCE:
        give_up(work, words)
        return
    _put_back(
        work,
        words,
        pause=min(max(waited, SHORTEST_WAIT), LONGEST_WAIT),
        attempts_allowed=F("attempts_allowed") + 1,
        first_refused_at=Coalesce("first_refused_at", Now()),
    )


def _put_back(work: Work, words: str, *, pause: timedelta, **fields: object) -> None:
    _mine(work).update(state="requested", lease_until=None, not_before=Now() + pause, error=words, **fields)


def give_up(work: Work, words: str) -> None:
    """No attempt any more, unless staff ask for one."""
    _mine(work).update(state="failed", finished_at=Now(), lease_until=None, error=words)


@transaction.atomic
def try_again[W: Work](rows: WorkQuerySet[W]) -> int:
    """Give what failed another round of attempts; returns how many rows were given one."""
    again = list(rows.retriable().select_for_update(of=("self",)))
    rows.model._default_manager.filter(pk__in=[work.pk for work in again]).update(
        state="requested",
        attempts_allowed=F("attempt") + ATTEMPTS,
        first_refused_at=None,
        not_before=None,
        finished_at=None,
        error="",
        rung_at=Now(),
    )
    for work in again:
        bell.ring_on_commit(work)
    return len(again)


def sweep[W: Work](work: type[W]) -> int:
    """Give up what crashed too often, ring again for what lapsed or was never heard; returns how many were rung for."""
    _rows(work).lapsed().filter(attempt__gte=F("attempts_allowed")).update(
        state="failed",
        finished_at=Now(),
        lease_until=None,
        error=_("The worker stopped in the middle of it, %(count)s times.") % {"count": ATTEMPTS},
    )
    with transaction.atomic():
        due = _rows(work).due().unrung().select_for_update(skip_locked=True).order_by("pk")
        ids = list(due.values_list("pk", flat=True)[:SWEPT_AT_ONCE])
        _rows(work).filter(pk__in=ids).update(rung_at=Now())
    bell.ring(work, ids)
    return len(ids)
