"""The campaign of now: some sixty sessions of all kinds around the day on which the demo began, one of them on that day."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from portal.demo import answers, people
from portal.demo.people import Shop, chance_of, make_shop
from portal.demo.plans import Guest, Plan
from portal.demo.story import PROVIDERS, TITLES, VENUES
from programmes.models import Campaign, City, Programme
from surveys.models import Survey
from trainings import interests
from trainings.models import Interest, Module, Session, Topic

Kind = Session.Kind
# The last one of programme.yaml; the demo moves it to the days around its own beginning.
CAMPAIGN = "demonstration"
BEFORE, AFTER = timedelta(days=250), timedelta(days=120)

KINDS = (
    *(Kind.AWARENESS, Kind.TRAINING, Kind.TRAINING, Kind.AWARENESS, Kind.WORKSHOP, Kind.TRAINING),
    *(Kind.WEBINAR, Kind.TRAINING, Kind.SMALL_GROUP, Kind.AWARENESS, Kind.TRAINING, Kind.VISIT),
)
SEATS = {Kind.AWARENESS: 16, Kind.WEBINAR: 30, Kind.SMALL_GROUP: 5, Kind.VISIT: 12, Kind.CONFERENCE: 150}
FREE = {
    Kind.AWARENESS: TITLES,
    Kind.WEBINAR: {"fr": "Les arnaques en ligne, en une heure et demie", "en": "Online scams, in an hour and a half"},
    Kind.VISIT: {
        "fr": "Visite d’un commerce qui vend aussi en ligne",
        "en": "A visit to a shop that also sells online",
    },
    Kind.CONFERENCE: {"fr": "Le commerce de demain, près de chez vous", "en": "Tomorrow’s shop, near you"},
}
FEW = "Deux inscriptions pour un minimum de cinq : une autre date sera proposée."
SHOPS, CITIES = 180, 25
NUMBERS = 5000  # those of these shops begin here
# By their places in the order of time.
TODAY = 37
SPECIAL: dict[int, dict[str, Any]] = {
    12: {"kind": Kind.CONFERENCE, "heads": 9, "head_count": 137},
    20: {"kind": Kind.TRAINING, "heads": 7, "evenings": 3},
    24: {"kind": Kind.TRAINING, "heads": 2, "cancelled_days": 3},
    36: {"kind": Kind.TRAINING, "heads": 8, "evenings": 3},  # its second evening is still to come
    33: {"sheets_left": 2},
    35: {"kind": Kind.AWARENESS, "heads": 14},  # what its slips ask for is still to be seen to
    TODAY: {"kind": Kind.AWARENESS, "heads": 14},
    39: {"kind": Kind.TRAINING, "heads": 2},  # fewer than its minimum, within a week
    41: {"kind": Kind.AWARENESS, "heads": 14, "capacity": 12},  # full, and two wait
    42: {"kind": Kind.TRAINING, "heads": 6, "evenings": 3},
    45: {"kind": Kind.TRAINING, "heads": 2, "cancelled_days": 3},
    50: {"kind": Kind.CONFERENCE, "heads": 11},
    55: {"kind": Kind.WORKSHOP, "heads": 0, "is_draft": True},
}
WITH_ALICE = (34, 40)  # a training that is over, and a workshop to come
IN_ALICES_CITY = (TODAY, *WITH_ALICE)
# In the room of today's session, so many minutes ago, some have begun the self-diagnostic: they came early.
EARLY = (38, 31, 24, 9, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """A session to be made up: how many days from today, of which kind, for how many heads, and what is special about it."""

    day: int
    kind: str
    heads: int
    place: int
    evenings: int = 1
    capacity: int = 0
    is_draft: bool = False
    head_count: int | None = None
    cancelled_days: int = 0  # before it, or before now
    sheets_left: int = 0  # of its survey, to be typed

    @property
    def actions(self) -> int:
        """So many things are done in its cities so that shops come."""
        return 1 + self.place % 4 if self.kind == Kind.AWARENESS else 0


def ideas(chance: random.Random) -> list[Idea]:
    """37 that are over, one today, 22 to come; of these one is full, with people waiting, one called off, one a draft."""
    past = [-225 + round(place * 221 / 36) for place in range(37)]
    coming = [2 + round(place * 58 / 21) for place in range(22)]
    made = [_usual(day, place, chance) for place, day in enumerate([*past, 0, *coming])]
    return [replace(idea, **SPECIAL.get(place, {})) for place, idea in enumerate(made)]


def _usual(day: int, place: int, chance: random.Random) -> Idea:
    kind = KINDS[place % len(KINDS)]
    heads = {Kind.AWARENESS: 5 + 2 * (1 + place % 4), Kind.WEBINAR: 12, Kind.SMALL_GROUP: 4, Kind.VISIT: 7}.get(kind, 6)
    fuller = max(heads + chance.randint(-2, 2), 1) if day <= 0 else max(heads * (60 - day) // 60, 1)
    return Idea(day=day, kind=kind, heads=min(fuller, SEATS.get(kind, 10)), place=place)


def place_campaign(programme: Programme, today: date) -> Campaign | None:
    """Its dates lie around `today`, which loading the programme's files does not know. Twice does no harm."""
    found = programme.campaigns.filter(code=CAMPAIGN)
    found.update(starts_on=(today - BEFORE).replace(day=1), ends_on=today + AFTER)
    return found.first()


def shops(programme: Programme, seed: int) -> list[Shop]:
    """Those of this campaign; the first is Alice's."""
    chance = chance_of(f"{seed} {programme.code} shops")
    trades, numbers = people.trades_of(programme), count(NUMBERS)
    cities = people.some_cities(programme, CITIES, chance)
    others = (make_shop(next(numbers), chance.choice(cities), trades, chance) for _ in range(SHOPS))
    return [people.alice(trades, cities), *others]


# Modules: one of each state of approval, and more that are approved


def modules(programme: Programme, campaign: Campaign) -> None:
    topics = [*Topic.objects.offered().filter(programme=programme).order_by("order")]
    for place, topic in enumerate(topics[1:13]):
        Module.objects.create(
            programme=programme,
            topic=topic,
            provider=PROVIDERS[place % len(PROVIDERS)],
            hours=topic.hours,
            price=180,
            **_approval(place, campaign),
        )


def _approval(place: int, campaign: Campaign) -> dict[str, object]:
    asked = {"requested_on": campaign.starts_on - timedelta(days=60)}
    if place == 9:
        return asked | {
            "approval": Module.Approval.REFUSED,
            "refusal_reason": "Le programme du cours ne dit pas ce que le commerçant saura faire à la fin.",
        }
    if place == 10:
        return asked | {"approval": Module.Approval.REQUESTED}
    if place == 11:
        return {"approval": Module.Approval.NONE}
    until = campaign.ends_on + timedelta(days=365)
    return asked | {
        "approval": Module.Approval.APPROVED,
        "approval_number": f"DEMO-{campaign.ends_on.year}-{place + 1:03}",
        "approved_from": campaign.starts_on,
        "approved_until": until,
    }


def _module(programme: Programme, campaign: Campaign, place: int) -> Module | None:
    known = Module.objects.filter(programme=programme).exclude(approved_until__lt=campaign.starts_on)
    usable = known.exclude(approval=Module.Approval.REFUSED).select_related("topic").order_by("topic__order")
    return usable[place % usable.count()] if usable.exists() else None


# Sessions


def plan(programme: Programme, campaign: Campaign, idea: Idea, seed: int, now: datetime, known: Sequence[Shop]) -> Plan:
    """The whole session of an idea."""
    chance = chance_of(f"{seed} {programme.code} current {idea.place}")
    starts = tuple(_start(idea, now, chance) + timedelta(weeks=number) for number in range(idea.evenings))
    module = _module(programme, campaign, idea.place) if idea.kind in (Kind.TRAINING, Kind.WORKSHOP) else None
    topic = module.topic if module else _topic(programme, idea)
    published_at = min(starts[0] - timedelta(days=40), now - timedelta(days=8))
    cancelled_at = min(starts[0], now) - timedelta(days=idea.cancelled_days) if idea.cancelled_days else None
    guests = tuple(_guests(idea, known, published_at, cancelled_at or min(starts[0], now), chance))
    is_training = module is not None
    host = known[0].city if idea.place in IN_ALICES_CITY else chance.choice(known).city
    made = Plan(
        programme=programme,
        campaign=campaign,
        kind=idea.kind,
        topic=topic,
        module=module,
        titles=FREE.get(Kind(idea.kind), {}),
        starts=starts,
        cities=_cities(host, known, idea, chance),
        venue="" if idea.kind == Kind.WEBINAR else chance.choice(VENUES),
        link="https://webinaire.demo.example/direct" if idea.kind == Kind.WEBINAR else "",
        capacity=idea.capacity or SEATS.get(Kind(idea.kind), 10),
        minimum=5 if is_training else 0,
        head_count=idea.head_count,
        is_diagnosed=idea.kind == Kind.AWARENESS,
        actions=idea.actions,
        published_at=None if idea.is_draft else published_at,
        trainer=people.trainers()[0 if idea.place == TODAY else idea.place % len(people.TRAINERS)],
        by=people.staff(),
        guests=guests,
        cancelled_at=cancelled_at,
        cancel_reason=FEW if cancelled_at else "",
        is_on_paper=idea.sheets_left > 0,
        sheets_left=idea.sheets_left,
        in_room=tuple(now - timedelta(minutes=ago) for ago in EARLY) if idea.place == TODAY else (),
    )
    survey = Survey.objects.current_of(programme)
    return answers.by_lot(made, survey, chance) if survey and idea.day < 0 else made


def _start(idea: Idea, now: datetime, chance: random.Random) -> datetime:
    """In the evening of a weekday; today in an hour or so, so that it is about to begin."""
    local = timezone.localtime(now)
    if idea.day == 0:
        return timezone.make_aware(datetime.combine(local.date(), time(min(max(local.hour + 1, 9), 20))))
    day = local.date() + timedelta(days=idea.day)
    if day.weekday() > 4:
        day += timedelta(days=2 if idea.day > 0 or idea.evenings == 1 and idea.day < -4 else -2)
    return timezone.make_aware(datetime.combine(day, time(chance.choice((9, 13, 18, 19)))))


def _topic(programme: Programme, idea: Idea) -> Topic | None:
    if idea.kind in FREE:
        return None
    topics = Topic.objects.offered().filter(programme=programme).order_by("order")
    return topics[idea.place % topics.count()]


def _cities(host: City, known: Sequence[Shop], idea: Idea, chance: random.Random) -> tuple[City, ...]:
    """Awareness sessions are held by several cities together, now and then."""
    if idea.kind != Kind.AWARENESS or idea.place % 2:
        return (host,)
    other = chance.choice(known).city
    return (host,) if other == host else (host, other)


def _guests(
    idea: Idea, known: Sequence[Shop], since: datetime, until: datetime, chance: random.Random
) -> Iterator[Guest]:
    """For as many heads, one after the other; a pair comes now and then, and some stay away. Alice comes to two."""
    some = chance.sample(known[1:], min(idea.heads, len(known) - 1))
    with_alice = [known[0], *some] if idea.place in WITH_ALICE else some
    heads = 0
    for number, shop in enumerate(with_alice):
        if heads >= idea.heads:
            return
        has_helper = number % 5 == 4 and idea.heads - heads > 1
        heads += 2 if has_helper else 1
        asked_at = since + (until - since) * chance.uniform(0.02, 0.9)
        is_there = shop is known[0] or chance.random() < 0.83
        yield Guest(shop=shop, asked_at=asked_at, has_helper=has_helper, comes=is_there)


# Interest


def ask_to_be_told(programme: Programme, known: Sequence[Shop], chance: random.Random, at: datetime) -> None:
    """Shops ask to be told of sessions near them; most of them say yes to the mail that asks whether it was they."""
    topics = [*Topic.objects.offered().filter(programme=programme).order_by("order")][1:13]
    for shop in chance.sample(known, 20):
        user = shop.login
        whose = {"user": user} if user else {"email": shop.email}
        asked: Interest = interests.ask(
            topic=chance.choice(topics), city=shop.city, language=shop.language, at=at, **whose
        )
        if not user and chance.random() < 0.8:
            interests.confirm(interest=asked, at=at + timedelta(minutes=30))
