"""What was agreed with the cities. Of 66 invited in February 2016, 64 were interested; which, and why two were not, is ours."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, repeat
from typing import Any

from django.utils import timezone

from outbox import past
from portal.demo import people
from portal.demo.people import FIRST, LAST, Shop, chance_of
from portal.demo.plans import Plan
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
    """Where a city stands now, what was said last, and what is to be done; `due` in days from today."""

    state: str
    reason: str = ""
    next_action: str = ""
    due: int | None = None
    note: str = ""


# Those whose shops come to sessions take part; of some more is to be said.
TAKING_PART = Standing(State.TAKING_PART)
PART_NOW = (
    Standing(
        State.TAKING_PART,
        next_action="Envoyer les affiches de la séance",
        due=-2,
        note="La gestion de centre-ville veut trente affiches, avec le code QR de la commune.",
    ),
    Standing(
        State.TAKING_PART,
        next_action="Confirmer la salle",
        due=5,
        note="La salle du marché est prise le mardi. L’échevine propose la bibliothèque.",
    ),
    Standing(
        State.TAKING_PART,
        next_action="Préparer le passage des stewards",
        due=12,
        note="Trois stewards passeront dans les rues commerçantes, le matin plutôt que le lundi.",
    ),
    Standing(State.TAKING_PART, note="Le collège veut recevoir le rapport de participation chaque trimestre."),
)
# Besides them.
OTHERS_NOW = (
    Standing(
        State.INVITED,
        next_action="Rappeler : l’invitation est sans réponse",
        due=-4,
        note="Pas de réponse au courrier. Le service est fermé le vendredi.",
    ),
    Standing(State.INVITED, next_action="Rappeler après les vacances", due=9),
    Standing(
        State.INTERESTED,
        next_action="Envoyer le projet de délibération",
        due=-1,
        note="L’échevin est d’accord et attend un texte pour le conseil.",
    ),
    Standing(State.INTERESTED, next_action="Fixer une date avec la gestion de centre-ville", due=16),
    Standing(
        State.REFUSED,
        reason=Reason.NOT_NOW,
        note="Pas cette année : la place du marché est en travaux jusqu’au printemps.",
    ),
    Standing(State.REFUSED, reason=Reason.NO_STAFF),
    Standing(State.NO_ANSWER, note="Deux rappels, par courrier puis par téléphone."),
    Standing(State.TO_INVITE, next_action="Inviter par courrier", due=20),
)
# After the city has answered.
DECIDED_AFTER, NOTED_AFTER = timedelta(days=21), timedelta(days=4)


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
        _hear(row, answer, invited_at + timedelta(days=chance.randint(3, 11)))


def _invite(campaign: Campaign, city: City, at: datetime, chance: random.Random) -> Engagement:
    values = _contact(city, chance) | {"state": State.INVITED, "invited_on": timezone.localdate(at)}
    return _engage(campaign, city, values, at)


def _engage(campaign: Campaign, city: City, values: dict[str, Any], at: datetime) -> Engagement:
    with past.telling(at):
        return engaging.engage(campaign=campaign, city=city, by=people.staff(), values=values, at=at)


def _hear(row: Engagement, values: dict[str, Any], at: datetime) -> None:
    with past.telling(at):
        engaging.change(engagement=row, values=values, by=people.staff(), at=at)


def _contact(city: City, chance: random.Random) -> dict[str, Any]:
    who = f"{chance.choice(FIRST.split())} {chance.choice(LAST.split())}"
    owner = chance.choice(people.office())
    return {"contact": who, "email": f"commerce.{city.code}@demo.example", "owner": owner}


def _others(programme: Programme, taken: Sequence[City], wanted: int, chance: random.Random) -> list[City]:
    free = City.objects.offered().filter(programme=programme).exclude(pk__in=[city.pk for city in taken])
    return chance.sample([*free.order_by("code")], min(wanted, free.count()))


def engage_now(programme: Programme, campaign: Campaign, known: Sequence[Shop], seed: int, now: datetime) -> None:
    """Cities in every state, with what is next; some of it should have been done before today."""
    chance = chance_of(f"{seed} {programme.code} cities now")
    hosts = [*dict.fromkeys(shop.city for shop in known)]
    others = _others(programme, hosts, len(OTHERS_NOW), chance)
    part = zip(hosts, chain(PART_NOW, repeat(TAKING_PART)), strict=False)
    for city, standing in [*part, *zip(others, OTHERS_NOW, strict=False)]:
        _stand(campaign, city, standing, now, chance)


def _stand(campaign: Campaign, city: City, standing: Standing, now: datetime, chance: random.Random) -> None:
    """A city that is still to be invited was never asked; the others were, when the campaign began."""
    begun_at = timezone.make_aware(datetime.combine(campaign.starts_on, INVITED_IN.time()))
    values: dict[str, Any] = {"state": standing.state, "reason": standing.reason, "next_action": standing.next_action}
    if standing.due is not None:
        values["due_on"] = timezone.localdate(now) + timedelta(days=standing.due)
    if standing.state == State.TO_INVITE:
        _engage(campaign, city, values, begun_at)
        return
    row = _invite(campaign, city, begun_at, chance)
    heard_at = begun_at + timedelta(days=chance.randint(3, 11))
    values["last_contact_on"] = timezone.localdate(heard_at)
    if standing.state == State.TAKING_PART:
        values["council_on"] = timezone.localdate(heard_at + DECIDED_AFTER)
    _hear(row, values, heard_at)
    if standing.note:
        on = timezone.localdate(heard_at + NOTED_AFTER)
        engaging.note(engagement=row, text=standing.note, on=on, by=people.staff(), is_contact=True, at=heard_at)
