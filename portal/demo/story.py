"""What Commerce connecté published of its first two campaigns, told again by made-up people in cities drawn by lot.

As of 2016-10-04: 66 cities invited and 64 interested (cities.py); 25 awareness sessions held by 41 cities and 10 planned for 23
others; 429 participants present from 325 shops; 325 of them in the first 20 sessions, 16.25 a session; what they answered is in
answers.py. A participant is a head that was there: who runs the shop, or the helper who came along. Each of the 325 shops sent one
person who registered, and 104 of these brought a helper. The ten sessions that were planned then were held by mid-December. How
many were no-shows, and all of 2017, is ours.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count

from django.utils import timezone

from diagnostics.models import Diagnostic
from portal.demo import answers, people
from portal.demo.people import Shop, Way, chance_of, make_shop
from portal.demo.plans import Guest, Plan, spread
from programmes.models import Campaign, City, Programme
from surveys import closing
from surveys.models import Slip, Survey
from trainings.arriving import digits
from trainings.forgetting import purge_interests
from trainings.models import Module, Session, Topic

PROGRAMME = "commerce-connecte"
AS_OF = date(2016, 10, 4)
# The list of the door of the last session before it came by post.
LISTED_AFTER = timedelta(weeks=2)
CITIES_HELD, CITIES_PLANNED = 41, 23
HELD, PLANNED, FIRST = 25, 10, 20
PRESENT, PRESENT_FIRST, SHOPS = 429, 325, 325
# Ours: who came to the ten sessions after that day, and how many of them as helpers.
PRESENT_LATER, HELPERS_LATER = 118, 28
# Each training has so many participants, and at most so many of them had asked for it.
TRAININGS, TRAINED, ASKING = 12, 7, 5

TITLES = {"fr": "Le numérique utile, en trois heures", "en": "Useful digital tools, in three hours"}
VENUES = (
    "Maison du commerce",
    "Hôtel de ville",
    "Salle du marché",
    "Bibliothèque",
    "Centre culturel",
    "Hall des forains",
)
PROVIDERS = ("Atelier Boussole", "L’École du comptoir", "Clair et Net")
NUMBERS = "DEMO-2017-{:03}"


def awareness(programme: Programme, seed: int) -> list[Plan]:
    """The 35 sessions of 2016, in the order of time."""
    chance = chance_of(f"{seed} {programme.code} 2016")
    campaign = programme.campaigns.get(code="campaign-2016")
    trades, trainers, by = people.trades_of(programme), people.trainers(), people.staff()
    planned_by = timezone.make_aware(datetime.combine(AS_OF - timedelta(days=8), time(9)))
    numbers = count(1)
    plans = []
    for place, (day, cities, present, helpers, actions) in enumerate(_evenings(programme, chance)):
        start = timezone.make_aware(datetime.combine(day, time(chance.choice((9, 13, 19)))))
        shops = [make_shop(next(numbers), chance.choice(cities), trades, chance) for _ in range(present * 2)]
        guests = _guests(shops, present - helpers, helpers, start, chance)
        plans.append(
            Plan(
                programme=programme,
                campaign=campaign,
                kind=Session.Kind.AWARENESS,
                starts=(start,),
                cities=tuple(cities),
                venue=chance.choice(VENUES),
                titles=TITLES,
                capacity=max(20, 5 * -(-sum(guest.heads for guest in guests) // 5)),
                minimum=8,
                actions=actions,
                agreed_at=_agreed(place, start, planned_by),
                published_at=min(start - timedelta(days=42), planned_by),
                trainer=trainers[place % len(trainers)],
                by=by,
                guests=tuple(guests),
                is_diagnosed=True,
                is_on_paper=True,
                listed_after=LISTED_AFTER if place == HELD - 1 else timedelta(),
            )
        )
    survey = Survey.objects.current_of(programme)
    return answers.given_after(plans, survey, chance) if survey else plans


def _agreed(place: int, start: datetime, planned_by: datetime) -> datetime:
    """The 41 cities decided before their sessions were published; the 23 others once AS_OF was over, shortly before theirs."""
    if place < HELD:
        return start - timedelta(days=47)
    return min(start - timedelta(days=5), planned_by + timedelta(days=10 + place - HELD))


def _evenings(programme: Programme, chance: random.Random) -> Iterator[tuple[date, list[City], int, int, int]]:
    """Day, cities, heads present, helpers among them, actions before it; of each session of 2016."""
    # Which cities they were is not published.
    drawn = people.some_cities(programme, CITIES_HELD + CITIES_PLANNED, chance)
    groups = [*_grouped(drawn[:CITIES_HELD], HELD, chance), *_grouped(drawn[CITIES_HELD:], PLANNED, chance)]
    actions = [chance.randint(1, 5) for _ in groups]
    turnout = [_turnout(number, chance) for number in actions]
    present = [
        *spread(PRESENT_FIRST, turnout[:FIRST]),
        *spread(PRESENT - PRESENT_FIRST, turnout[FIRST:HELD]),
        *spread(PRESENT_LATER, turnout[HELD:]),
    ]
    helpers = [*spread(PRESENT - SHOPS, present[:HELD]), *spread(HELPERS_LATER, present[HELD:])]
    return zip(_days_of_2016(), groups, present, helpers, actions, strict=True)


def _grouped(cities: Sequence[City], groups: int, chance: random.Random) -> list[list[City]]:
    """Each city in one group; no group is much larger than the others."""
    made = [[city] for city in cities[:groups]]
    for city in cities[groups:]:
        min(chance.sample(made, 2), key=len).append(city)
    return chance.sample(made, groups)


def _turnout(actions: int, chance: random.Random) -> float:
    """How well a session was attended beside the others: it follows what was done in its cities."""
    return 0.6 + 0.13 * actions + chance.uniform(0, 0.1)


def _days_of_2016() -> list[date]:
    """25 up to the day before AS_OF, the summer left out; 10 from then to mid-December."""
    before = [*_weekdays(date(2016, 4, 4), date(2016, 6, 30)), *_weekdays(date(2016, 9, 5), AS_OF)]
    after = _weekdays(AS_OF + timedelta(days=7), date(2016, 12, 15))
    return [*_evenly(before, HELD), *_evenly(after, PLANNED)]


def _weekdays(first: date, end: date) -> list[date]:
    days = [first + timedelta(days=number) for number in range((end - first).days)]
    return [day for day in days if day.weekday() in (0, 1, 3)]


def _evenly[T](days: Sequence[T], wanted: int) -> list[T]:
    return [days[place * len(days) // wanted] for place in range(wanted)]


def _guests(shops: list[Shop], coming: int, helpers: int, start: datetime, chance: random.Random) -> list[Guest]:
    """`coming` shops that come, `helpers` of them with one; some more that stay away or give back their seat."""
    guests = [
        Guest(shop=shop, has_helper=place < helpers, asked_at=_asked(start, chance))
        for place, shop in enumerate(shops[:coming])
    ]
    guests[-1] = replace(guests[-1], shop=replace(guests[-1].shop, way=Way.PHONE), is_walk_in=True)
    absent = round(coming * chance.uniform(0.15, 0.35))
    guests += [
        Guest(shop=shop, asked_at=_asked(start, chance), comes=False) for shop in shops[coming : coming + absent]
    ]
    given_back = Guest(shop=shops[-1], asked_at=start - timedelta(days=20), comes=False)
    return [*guests, replace(given_back, cancels_at=start - timedelta(days=chance.uniform(2, 9)))]


def _asked(start: datetime, chance: random.Random) -> datetime:
    """Some weeks before, more of them towards the end."""
    return start - timedelta(days=1.2 + 34 * chance.random() ** 1.5)


# 2017


def modules(programme: Programme) -> list[Module]:
    """The topics that 2016 recommended most, each as a provider teaches it, approved for that year."""
    ranked = most_recommended(programme, programme.campaigns.get(code="campaign-2016"))
    return [
        Module.objects.create(
            programme=programme,
            topic=topic,
            provider=PROVIDERS[place % len(PROVIDERS)],
            hours=3,
            price=180,
            approval=Module.Approval.APPROVED,
            approval_number=NUMBERS.format(place + 1),
            requested_on=date(2016, 11, 14),
            approved_from=date(2017, 1, 1),
            approved_until=date(2017, 12, 31),
        )
        for place, topic in enumerate(ranked[:6])
    ]


def most_recommended(programme: Programme, campaign: Campaign) -> list[Topic]:
    """All topics, those that the campaign's diagnostics recommended most first."""
    results = Diagnostic.objects.completed().filter(programme=programme, campaign=campaign).order_by("pk")
    counted = Counter(topic["code"] for result in results for topic in result.handed_over["topics"])
    topics = Topic.objects.offered().filter(programme=programme).order_by("order")
    return sorted(topics, key=lambda topic: -counted[topic.code])


def training(programme: Programme, seed: int, place: int, told: Sequence[Plan]) -> Plan:
    """One of 2017, for people who came in 2016: first those who asked for its topic on their slip."""
    chance = chance_of(f"{seed} {programme.code} 2017 {place}")
    taught = Module.objects.filter(programme=programme, approval_number__startswith=NUMBERS[:9])
    module = taught.select_related("topic").order_by("approval_number")[place % taught.count()]
    day = _evenly(_weekdays(date(2017, 2, 6), date(2017, 11, 30)), TRAININGS)[place]
    start = timezone.make_aware(datetime.combine(day, time(19)))
    host = told[place * 2].cities[0]
    met = [guest.shop for plan in told for guest in plan.guests if guest.comes]
    asking = _asking(module.topic, met)[place // taught.count() * ASKING :][:ASKING]
    chosen = [*asking, *chance.sample([shop for shop in met if shop not in asking], TRAINED - len(asking))]
    plan = Plan(
        programme=programme,
        campaign=programme.campaigns.get(code="campaign-2017"),
        kind=Session.Kind.TRAINING,
        topic=module.topic,
        module=module,
        starts=(start,),
        cities=(host,),
        venue=chance.choice(VENUES),
        capacity=10,
        minimum=5,
        published_at=start - timedelta(days=42),
        trainer=people.trainers()[place % len(people.TRAINERS)],
        by=people.staff(),
        guests=tuple(
            Guest(shop=shop, asked_at=_asked(start, chance), comes=number > 0) for number, shop in enumerate(chosen)
        ),
    )
    survey = Survey.objects.current_of(programme)
    return answers.by_lot(plan, survey, chance) if survey else plan


def end(at: datetime) -> None:
    """The surveys of both campaigns are over, and who asked for a training then is no longer told when one opens."""
    closing.close_due(at)
    purge_interests(at=at)


def _asking(topic: Topic, met: Sequence[Shop]) -> list[Shop]:
    """Those who asked for it in 2016, in the order in which they are met."""
    slips = Slip.objects.filter(topics=topic, registration__session__campaign__code="campaign-2016")
    reached = {word for pair in slips.values_list("person__email", "person__phone") for word in pair if word}
    return [shop for shop in met if not reached.isdisjoint((shop.email, digits(shop.phone)))]
