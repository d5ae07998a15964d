"""A link by which the owner lets somebody read a result, until it is revoked."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from diagnostics.models import Diagnostic, Share


@transaction.atomic
def share(*, diagnostic: Diagnostic, at: datetime | None = None) -> Share:
    """The one open link of this diagnostic; asking twice gives the same one."""
    Diagnostic.objects.select_for_update().only("pk").get(pk=diagnostic.pk)
    share, _created = Share.objects.get_or_create(
        diagnostic=diagnostic, revoked_at=None, defaults={"created_at": at or timezone.now()}
    )
    return share


def revoke(*, diagnostic: Diagnostic, at: datetime | None = None) -> None:
    """From now on the open link opens nothing; the next one will be another."""
    Share.objects.open().filter(diagnostic=diagnostic).update(revoked_at=at or timezone.now())
