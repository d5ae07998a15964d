"""Keeping a diagnostic: it comes to belong to a person and a business, by the rules of joining."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from businesses.joining import Brought, as_told, bring
from businesses.matching import Verdict, compared
from businesses.models import Business
from diagnostics.models import Diagnostic


class KeptByAnother(Exception):
    """Somebody else has kept this diagnostic already."""


@transaction.atomic
def attach(
    *,
    diagnostic: Diagnostic,
    user: User,
    name: str,
    person_name: str = "",
    number: str = "",
    street: str = "",
    postal_code: str = "",
    same_as: Business | None = None,
    at: datetime | None = None,
) -> Brought:
    """Gives the diagnostic to this login's person and shop. Twice does no harm.

    Raises KeptByAnother, or programmes.numbers.BadNumber; then nothing is stored.
    """
    # The person is asked for after the lock: joined to it, it would be the one from before another's turn.
    locked = Diagnostic.objects.select_for_update().only("person", "business").get(pk=diagnostic.pk)
    if locked.person and locked.person.user_id != user.pk:
        raise KeptByAnother
    shop = as_told(
        programme=diagnostic.programme,
        name=name,
        number=number,
        street=street,
        postal_code=postal_code,
        city=diagnostic.city,
        sub_sector=diagnostic.sub_sector,
        staff_size=diagnostic.staff_size,
        at=at,
    )
    brought = bring(user=user, shop=shop, person_name=person_name, same_as=same_as)
    locked.person, locked.business = brought.person, brought.business
    locked.save(update_fields=["person", "business"])
    return brought


def suggestions(
    *, diagnostic: Diagnostic, user: User, name: str, number: str, street: str, postal_code: str
) -> list[Business]:
    """Shops that somebody else brought and that are perhaps the same; the person says."""
    shop = as_told(programme=diagnostic.programme, name=name, number=number, street=street, postal_code=postal_code)
    mine = set(Business.objects.of(user).values_list("pk", flat=True))
    near = Business.objects.comparable(shop).select_related("sub_sector")
    return [
        other for other in near if other.pk not in mine and compared(other.identity, shop.identity) is Verdict.PERHAPS
    ]
