"""Forgetting a login: its sessions, what staff's log calls it, and the row itself."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Model, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Browser, User
from outbox.purging import in_batches, years_before

# From the last sign-in, and from what staff did by hand.
YEARS, LOG_YEARS = 3, 3


class WorksHere(Exception):
    """Staff lose their roles first: what they did by hand must stay explained."""


def forget(user: User, addresses: Iterable[str]) -> None:
    """Raises WorksHere. Who once was staff stays as a row without a name, as long as the log of staff leads to it."""
    if user.is_staff:
        raise WorksHere
    end_sessions(user, {user.email, *addresses})
    if LogEntry.objects.filter(user=user).exists():
        _blank(user)
    else:
        user.delete()


def _blank(user: User) -> None:
    user.email, user.name, user.is_active, user.last_login = f"{uuid4().hex}@erased.invalid", "", False, None
    user.save(update_fields=["email", "name", "is_active", "last_login"])
    user.authenticator_set.all().delete()  # type: ignore[attr-defined]  # allauth carries no types
    user.invitations.all().delete()
    user.groups.clear()


def end_sessions(user: User | None, addresses: Iterable[str]) -> int:
    """Those signed in, and those that have asked for a code for one of these addresses; returns how many."""
    signed_in = Q(login=user.pk) if user else Q(pk__in=[])
    return Browser.objects.filter(signed_in | Q(address__in=[*addresses])).delete()[0]


def blank_log(about: Mapping[type[Model], Sequence[int]]) -> int:
    """Entries in the log of staff that are about these rows: who did what when stays, to whom does not."""
    found = Q(pk__in=[])
    for model, keys in about.items():
        kind = ContentType.objects.get_for_model(model)
        found |= Q(content_type=kind, object_id__in=[str(key) for key in keys])
    return LogEntry.objects.filter(found).update(object_repr="", change_message="")


def purge_log(*, at: datetime | None = None, dry_run: bool = False) -> int:
    old = LogEntry.objects.filter(action_time__lt=years_before(at or timezone.now(), LOG_YEARS))
    return in_batches(old, lambda keys: LogEntry.objects.filter(pk__in=keys).delete(), dry_run=dry_run)


def purge_accounts(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """Those that have slept too long. One to which the log of staff still leads goes with the last of its entries."""
    seen = User.objects.annotate(seen_at=Coalesce("last_login", "joined_at"))
    asleep = seen.filter(seen_at__lt=years_before(at or timezone.now(), YEARS))
    old = asleep.exclude(Exists(LogEntry.objects.filter(user=OuterRef("pk"))))
    return in_batches(old, lambda keys: User.objects.filter(pk__in=keys).delete(), dry_run=dry_run)
