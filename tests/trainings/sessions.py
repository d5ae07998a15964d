"""Dull sessions, people and modules, for tests of seats and everything about them."""

from datetime import UTC, datetime, timedelta
from itertools import count

from businesses.models import Business, Person
from tests.programmes.makers import make_campaign, make_city, make_programme, make_topic
from trainings import registering
from trainings.models import Module, Session, SessionDate

# So far off that the clock of the machine never gets there: who is told depends on it too.
NOW = datetime(2036, 11, 3, 12, tzinfo=UTC)
IN_TEN_DAYS = datetime(2036, 11, 13, 18, tzinfo=UTC)
PRICES = {"voucher_share": "1/2", "helper_share": "0", "voucher_cities": None}
numbers = count(1)


def make_session(programme=None, *, capacity=16, starts=(IN_TEN_DAYS,), hours=3, cities=(), trainers=(), **fields):
    """An open awareness session of one evening, in a programme of its own unless one is given."""
    programme = programme or make_programme(f"programme-{next(numbers)}", prices=PRICES)
    campaign = fields.pop("campaign", None) or programme.campaigns.first() or make_campaign(programme)
    host = cities[0] if cities else programme.cities.first() or make_city(programme)
    given = {
        "kind": Session.Kind.AWARENESS,
        "state": Session.State.OPEN,
        "languages": ["fr"],
        "venue": "Hôtel de Ville",
    }
    session = Session.objects.create(
        programme=programme, campaign=campaign, host=host, capacity=capacity, **{**given, **fields}
    )
    session.cities.set(cities or [host])
    session.trainers.set(trainers)
    SessionDate.objects.bulk_create(
        SessionDate(session=session, starts_at=start, ends_at=start + timedelta(hours=hours)) for start in starts
    )
    session.settle_dates()
    return session


def make_module(programme, **fields):
    topic = programme.topics.first() or make_topic(programme)
    given = {"provider": "Agence", "price": "180.00", "approval": Module.Approval.APPROVED, "approval_number": "A-1"}
    module = Module.objects.create(programme=programme, topic=topic, **{**given, **fields})
    module.refresh_from_db()
    return module


def make_training(programme=None, *, module_fields=None, **fields):
    """A training paid with vouchers: 180 euro, half of them public."""
    programme = programme or make_programme(f"programme-{next(numbers)}", prices=PRICES)
    module = make_module(programme, **(module_fields or {}))
    given = {"kind": Session.Kind.TRAINING, "module": module, "topic": module.topic}
    return make_session(programme, **{**given, **fields})


def make_person(name="", email=None, **fields):
    number = next(numbers)
    address = f"person-{number}@example.org" if email is None else email
    return Person.objects.create(name=name or f"Person {number}", email=address, **fields)


def make_shop(session, name="Fleurs Dupont"):
    return Business.objects.create(programme=session.programme, name=name)


def register(session, *, is_confirmed=True, at=NOW, person=None, **fields):
    """One more person in the session, confirmed unless said otherwise."""
    return registering.register(
        session=session, person=person or make_person(), language="fr", is_confirmed=is_confirmed, at=at, **fields
    )


def states(session):
    """The states of its registrations, in the order in which they came."""
    return [*session.registrations.order_by("pk").values_list("state", flat=True)]
