"""Made-up sessions for the demo: some weeks of them over the cities, one of them full, with people waiting."""

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.utils import timezone

from businesses.models import Person
from programmes.models import City, Programme
from trainings import registering, scheduling
from trainings.models import Registration, Session, SessionDate, Topic

COMING = 24
VENUES = ("Maison du commerce", "Espace des artisans", "Salle du marché", "Bibliothèque")
NAMES = ("Camille Noël", "Luc Martin", "Fatima Amrani", "Jean Peeters", "Sofia Rossi", "Marc Lejeune", "Anne Simon")


def make(programme: Programme, chance: random.Random, now: datetime) -> int:
    """Publishes sessions on the programme's topics in the weeks to come, and fills them a little; returns how many."""
    topics = list(Topic.objects.offered().filter(programme=programme))
    cities = list(City.objects.offered().filter(programme=programme))
    campaign = programme.campaign_at(timezone.localdate(now))
    if not topics or not cities or campaign is None:
        return 0
    for number, starts_at in enumerate(_evenings(now)):
        session = Session(
            programme=programme,
            campaign=campaign,
            kind=Session.Kind.AWARENESS if number % 4 == 0 else Session.Kind.TRAINING,
            topic=topics[number % len(topics)],
            host=chance.choice(cities),
            venue=chance.choice(VENUES),
            languages=programme.languages[:1],
            capacity=5 if number == 1 else chance.choice((8, 12, 16)),
        )
        _open(session, starts_at, now)
        _fill(session, session.capacity + 2 if number == 1 else chance.randrange(session.capacity), now)
    return COMING


def _evenings(now: datetime) -> Iterator[datetime]:
    """Weekday evenings at seven, from the day after tomorrow on."""
    day = timezone.localdate(now) + timedelta(days=2)
    found = 0
    while found < COMING:
        if day.weekday() < 5:
            found += 1
            yield timezone.make_aware(datetime.combine(day, time(19)))
        day += timedelta(days=1)


def _open(session: Session, starts_at: datetime, now: datetime) -> None:
    session.save()
    SessionDate.objects.create(session=session, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
    session.settle_dates()
    scheduling.publish(session=session, by=None, at=now)


def _fill(session: Session, people: int, now: datetime) -> None:
    """People without an e-mail, as if they had registered by phone: the demo writes to nobody."""
    for number in range(people):
        person = Person.objects.create(name=f"{NAMES[number % len(NAMES)]} {number + 1}", phone="0470 00 00 00")
        registering.register(
            session=session,
            person=person,
            language=session.languages[0],
            channel=Registration.Channel.STAFF,
            is_confirmed=True,
            at=now,
        )
