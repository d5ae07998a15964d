"""What is done in a city so that its shops come, and the code by which one learns through what they came."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from programmes.models import Campaign, City, Mobilisation, Visit

# Read aloud and copied by hand: no letter that looks like a digit.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 7
LONGEST = 40
POSTER = Mobilisation.Kind.POSTER
# What the address of a session carries: the code of an action, or that of a city, for what it shares of its own.
VIA = "via"


class Effort(TypedDict, total=False):
    """What an action took, and what it was; as the fields are called."""

    hours: Decimal | None
    pieces: int | None
    about: str


@dataclass(frozen=True, slots=True)
class Found:
    """So many shops that stewards found so; `reason` of those that said no."""

    outcome: str
    shops: int
    reason: str = ""


@transaction.atomic
def mobilise(
    *,
    campaign: Campaign,
    city: City,
    kind: str,
    on: date,
    by: User | None,
    visits: Iterable[Found] = (),
    **effort: Unpack[Effort],
) -> Mobilisation:
    """Notes an action, with what the stewards found. Raises ValidationError."""
    action = note(action=Mobilisation(campaign=campaign, city=city, kind=kind, on=on, **effort), by=by)
    record_visits(mobilisation=action, visits=visits)
    return action


def note(*, action: Mobilisation, by: User | None) -> Mobilisation:
    """Writes what was just described, with a code of its own. Raises ValidationError."""
    action.by, action.code = by, new_code()
    action.clean_fields(exclude=["campaign", "city", "by"])
    action.clean()
    action.validate_constraints()
    action.save(force_insert=True)
    return action


@transaction.atomic
def record_visits(*, mobilisation: Mobilisation, visits: Iterable[Found]) -> None:
    """What the stewards found, in the place of what was noted before. Raises ValidationError."""
    mobilisation.visits.all().delete()
    for one in visits:
        row = Visit(mobilisation=mobilisation, outcome=one.outcome, reason=one.reason, shops=one.shops)
        row.clean_fields(exclude=["mobilisation"])
        row.clean()
        row.validate_constraints()
        row.save()


def new_code() -> str:
    """One that no action has."""
    while True:
        code = "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))
        if not Mobilisation.objects.filter(code=code).exists():
            return code


@transaction.atomic
def own_channel(*, campaign: Campaign, city: City, by: User | None, at: datetime | None = None) -> Mobilisation:
    """What all posters and links of the city are counted by in a campaign: begun when somebody first comes by one of them."""
    if known := _channel_of(campaign, city):
        return known
    City.objects.select_for_update(no_key=True).get(pk=city.pk)
    known = _channel_of(campaign, city)
    return known or mobilise(campaign=campaign, city=city, kind=POSTER, on=timezone.localdate(at), by=by)


def _channel_of(campaign: Campaign, city: City) -> Mobilisation | None:
    return Mobilisation.objects.of(campaign).filter(city=city, kind=POSTER).first()


def action_of(code: str, programme_id: int) -> Mobilisation | None:
    """What stands behind a code that somebody's address carries; None for a code of nothing, or of another programme."""
    found = Mobilisation.objects.select_related("city").filter(code=plain(code), campaign__programme=programme_id)
    return found.first()


def plain(code: str) -> str:
    """As codes are kept, however it was typed."""
    return code.strip().lower()[:LONGEST]
