"""Who speaks for which city."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.inviting import invite, require_right_to_give, withdraw
from accounts.models import User
from accounts.roles import Role
from programmes.models import City, CityQuerySet, Official


@transaction.atomic
def entrust(
    *, email: str, city: City, by: User | None, name: str = "", language: str = "", at: datetime | None = None
) -> Official:
    """The holder of this address speaks for the city from now on, and is told by mail on becoming an official. Twice does no harm.

    Raises accounts.inviting.MayNotGiveRole.
    """
    invitation = invite(email=email, role=Role.CITY_OFFICIAL, by=by, name=name, language=language)
    fresh = {"given_by": by, "given_at": at or timezone.now()}
    return Official.objects.in_force().get_or_create(user=invitation.user, city=city, defaults=fresh)[0]


@transaction.atomic
def relieve(*, official: Official, by: User | None, at: datetime | None = None) -> None:
    """Takes the city back; who has none left is no official any more. Raises accounts.inviting.MayNotGiveRole."""
    require_right_to_give(Role.CITY_OFFICIAL, by)
    User.objects.select_for_update().get(pk=official.user_id)
    standing = Official.objects.in_force()
    standing.filter(pk=official.pk).update(withdrawn_at=at or timezone.now(), withdrawn_by=by)
    if not standing.filter(user=official.user_id).exists():
        withdraw(user=official.user, role=Role.CITY_OFFICIAL, by=by)


def speaks_for_one_of(user: User, cities: CityQuerySet) -> bool:
    return Official.objects.in_force().filter(user=user, city__in=cities).exists()
