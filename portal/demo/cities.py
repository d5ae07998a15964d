"""What was agreed with the cities. Of 66 invited in February 2016, 64 were interested; which, and why two were not, is ours."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from portal.demo import people
from portal.demo.evenings import Plan
from portal.demo.people import FIRST, LAST, Shop, chance_of
from programmes import engaging
from programmes.models import Campaign, City, Engagement, Programme

State, Reason = Engagement.State, Engagement.Reason

UNWILLING = (
    {"state": State.REFUSED, "reason": Reason.OWN_PROJECT},
    {"state": State.NO_ANSWER},
)
INVITED_IN = datetime(2016, 2, 1, 10)  # and in the four days after it


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a city stands now, and what is to be done; `due` in days from today."""

    state: str
    reason: str = ""
    next_action: str = ""
    due: int | None = None


# Besides the cities of the sessions, which take part.
OTHERS_NOW = (
    Standing(State.INVITED, next_action="Rappeler : l’invitation est sans réponse", due=-4),
    Standing(State.INVITED, next_action="Rappeler après les vacances", due=9),
    Standing(State.INTERESTED, next_action="Envoyer le projet de délibération", due=3),
    Standing(State.INTERESTED, next_action="Fixer une date avec la gestion de centre-ville", due=16),
    Standing(State.REFUSED, reason=Reason.NOT_NOW),
    Standing(State.TO_INVITE, next_action="Inviter par courrier", due=20),
)


def invite_for_2016(programme: Programme, told: Sequence[Plan], seed: int) -> None:
    """The cities of all sessions say that they are interested; two others do not."""
    chance = chance_of(f"{seed} {programme.code} cities 2016")
    campaign = programme.campaigns.get(code="campaign-2016")
    willing = [city for plan in told for city in plan.cities]
    answers: list[dict[str, Any]] = [{"state": State.INTERESTED}] * len(willing)
    others = _others(programme, willing, len(UNWILLING), chance)
    for city, answer in zip([*willing, *others], [*answers, *UNWILLING], strict=True):
        invited_at = timezone.make_aware(INVITED_IN) + timedelta(days=chance.randrange(5))
        row = _invite(campaign, city, invited_at, chance)
        answered_at = invited_at + timedelta(days=chance.randint(3, 11))
        engaging.change(engagement=row, values=answer, by=people.staff(), at=answered_at)


def _invite(campaign: Campaign, city: City, at: datetime, chance: random.Random) -> Engagement:
    values = _contact(city, chance) | {"state": State.INVITED, "invited_on": timezone.localdate(at)}
    return engaging.engage(campaign=campaign, city=city, by=people.staff(), values=values, at=at)


def _contact(city: City, chance: random.Random) -> dict[str, Any]:
    who = f"{chance.choice(FIRST.split())} {chance.choice(LAST.split())}"
    return {"contact": who, "email": f"commerce.{city.code}@demo.example", "owner": people.staff()}


def _others(programme: Programme, taken: Sequence[City], wanted: int, chance: random.Random) -> list[City]:
    free = City.objects.offered().filter(programme=programme).exclude(pk__in=[city.pk for city in taken])
    return chance.sample([*free.order_by("code")], min(wanted, free.count()))


def engage_now(programme: Programme, campaign: Campaign, known: Sequence[Shop], seed: int, now: datetime) -> None:
    """Those whose shops come to sessions take part; some others stand elsewhere, one of them forgotten for four days."""
    chance = chance_of(f"{seed} {programme.code} cities now")
    hosts = [*dict.fromkeys(shop.city for shop in known)]
    others = _others(programme, hosts, len(OTHERS_NOW), chance)
    part = [(city, Standing(State.TAKING_PART)) for city in hosts]
    for city, standing in [*part, *zip(others, OTHERS_NOW, strict=False)]:
        _stand(campaign, city, standing, now, chance)


def _stand(campaign: Campaign, city: City, standing: Standing, now: datetime, chance: random.Random) -> None:
    """A city that is still to be invited was never asked; the others were, when the campaign began."""
    begun_at = timezone.make_aware(datetime.combine(campaign.starts_on, INVITED_IN.time()))
    values: dict[str, Any] = {"state": standing.state, "reason": standing.reason, "next_action": standing.next_action}
    if standing.due is not None:
        values["due_on"] = timezone.localdate(now) + timedelta(days=standing.due)
    if standing.state == State.TO_INVITE:
        engaging.engage(campaign=campaign, city=city, by=people.staff(), values=values, at=begun_at)
        return
    row = _invite(campaign, city, begun_at, chance)
    heard_at = begun_at + timedelta(days=chance.randint(3, 11))
    values["last_contact_on"] = timezone.localdate(heard_at)
    engaging.change(engagement=row, values=values, by=people.staff(), at=heard_at)
