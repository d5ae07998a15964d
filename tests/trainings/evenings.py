"""Dull sessions, and people who come to them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from businesses.models import Person
from tests.programmes.makers import make_campaign
from trainings import registering
from trainings.models import Session

BRUSSELS = ZoneInfo("Europe/Brussels")


def brussels(*parts, fold=0):
    return datetime(*parts, tzinfo=BRUSSELS, fold=fold)


def make_evening(city, topic=None, *, starts=(), hours=3, kind="awareness", state="open", **fields):
    """A session in this city; starts in ten days unless said, with one date for each start."""
    programme = city.programme
    campaign = programme.campaigns.first() or make_campaign(programme)
    given = {"capacity": 16, "venue": "Maison du commerce", "address": "Rue de Fer 1, Namur", "languages": ["fr"]}
    session = Session.objects.create(
        programme=programme, campaign=campaign, kind=kind, topic=topic, host=city, state=state, **{**given, **fields}
    )
    session.cities.add(city)
    for start in starts or [timezone.now() + timedelta(days=10)]:
        session.dates.create(starts_at=start, ends_at=start + timedelta(hours=hours))
    session.settle_dates()
    return session


def make_person(name="Zoé Lambert", email="zoe@fleurs.example", **fields):
    return Person.objects.create(name=name, email=email, **fields)


def seat(session, person=None, **fields):
    """A registration as the page makes it; confirmed unless told otherwise."""
    given = {"language": "en", "is_confirmed": True, **fields}
    return registering.register(session=session, person=person or make_person(), **given)


def fill(session, count, **fields):
    people = [make_person(f"P{number}", f"p{number}@shop.example") for number in range(count)]
    return [seat(session, person, **fields) for person in people]
