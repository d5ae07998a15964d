"""A year small enough to be counted by hand: what every figure comes to is said in the tests."""

from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

from businesses.models import Person
from programmes.models import Campaign, City, Programme
from tests.programmes.makers import (
    make_business,
    make_campaign,
    make_city,
    make_programme,
    make_sub_sector,
    make_topic,
)
from tests.trainings.sessions import PRICES, make_module, make_session
from trainings import attending, registering
from trainings.models import Registration, Session

NEW_YEAR = datetime(2016, 12, 31, 12, tzinfo=UTC)
SPRING = datetime(2017, 3, 1, 12, tzinfo=UTC)
DOOR = Registration.Channel.DOOR


@dataclass
class Year:
    """Namur has 200 shops, Dinant 50; of Ciney it is not known. Alice's shop sells flowers in Namur, Bruno bakes in Dinant, Emma in
    Ciney; Chloé has no shop. Denis works with Alice, and registers without coming."""

    programme: Programme
    first: Campaign
    second: Campaign
    cities: dict[str, City]
    trades: SimpleNamespace
    shops: SimpleNamespace
    people: dict[str, Person]
    sessions: dict[str, Session]


def make_year():
    programme = make_programme(prices=PRICES)
    first, second = make_campaign(programme, 2016), make_campaign(programme, 2017)
    cities = {
        "namur": make_city(programme),
        "dinant": make_city(programme, "91034", "Dinant", ["5500"]),
        "ciney": make_city(programme, "91030", "Ciney", ["5590"]),
    }
    for name, shops in (("namur", 200), ("dinant", 50)):
        City.objects.filter(pk=cities[name].pk).update(shops=shops)
    trades = SimpleNamespace(
        florist=make_sub_sector(programme), baker=make_sub_sector(programme, "baker", "Boulanger", ["pain"], order=2)
    )
    shops = SimpleNamespace(
        flowers=make_business(programme, "Fleurs", city=cities["namur"], sub_sector=trades.florist),
        bread=make_business(programme, "Pain", city=cities["dinant"], sub_sector=trades.baker),
        cakes=make_business(programme, "Gâteaux", city=cities["ciney"], sub_sector=trades.baker),
    )
    people = {name: Person.objects.create(name=name) for name in ("Alice", "Bruno", "Chloé", "Denis", "Emma")}
    year = Year(programme, first, second, cities, trades, shops, people, {})
    _past(year)
    _trainings(year)
    _to_come(year)
    return year


def _session(year, name, start, cities, **fields):
    session = make_session(
        year.programme,
        starts=start if isinstance(start, list) else [start],
        cities=[year.cities[c] for c in cities],
        **fields,
    )
    session.campaign = year.second if session.starts_at.year == 2017 else year.first
    session.save(update_fields=["campaign"])
    year.sessions[name] = session
    return session


def seat(year, session, name, shop=None, at=None, **fields):
    moment = at or session.starts_at.replace(day=1)
    business = getattr(year.shops, shop) if shop else None
    return registering.register(
        session=session,
        person=year.people[name],
        business=business,
        language="fr",
        is_confirmed=True,
        at=moment,
        **fields,
    )


def come(registration, is_helper=False, date=None, is_present=True):
    when = date or registration.session.dates.first()
    attending.mark(
        registration=registration, date=when, is_helper=is_helper, is_present=is_present, key=uuid4(), at=when.starts_at
    )


def _past(year):
    spring = _session(year, "spring", datetime(2016, 5, 10, 16, tzinfo=UTC), ["namur", "dinant"])
    alice = seat(year, spring, "Alice", "flowers", with_helper=True, helper_name="Zoé")
    come(alice)
    come(alice, is_helper=True)
    come(seat(year, spring, "Bruno", "bread"))
    come(seat(year, spring, "Chloé"))
    seat(year, spring, "Denis", "flowers")
    autumn = _session(year, "autumn", datetime(2016, 9, 20, 16, tzinfo=UTC), ["dinant"])
    come(seat(year, autumn, "Alice", "flowers"))
    come(seat(year, autumn, "Emma", "cakes", at=autumn.starts_at, channel=DOOR))
    _session(
        year,
        "conference",
        datetime(2016, 6, 1, 16, tzinfo=UTC),
        ["ciney"],
        kind=Session.Kind.CONFERENCE,
        head_count=120,
    )


def _trainings(year):
    """Alice comes on both evenings and earns the voucher, Bruno on the first alone."""
    make_topic(year.programme)
    evenings = [datetime(2016, 11, day, 17, tzinfo=UTC) for day in (15, 22)]
    module = make_module(year.programme)
    course = _session(
        year, "course", evenings, ["namur"], kind=Session.Kind.TRAINING, module=module, topic=module.topic
    )
    one, two = course.dates.order_by("starts_at")
    alice, bruno = seat(year, course, "Alice", "flowers"), seat(year, course, "Bruno", "bread")
    for registration, date, is_present in (
        (alice, one, True),
        (bruno, one, True),
        (alice, two, True),
        (bruno, two, False),
    ):
        come(registration, date=date, is_present=is_present)


def _to_come(year):
    """One of a single seat, which Alice has and Bruno waits for; one that was called off in April, and a draft."""
    small = _session(year, "small", datetime(2017, 3, 7, 17, tzinfo=UTC), ["namur"], capacity=1)
    seat(year, small, "Alice", "flowers", at=datetime(2017, 2, 1, 9, tzinfo=UTC))
    seat(year, small, "Bruno", "bread", at=datetime(2017, 2, 2, 9, tzinfo=UTC))
    off = _session(year, "off", datetime(2016, 4, 12, 16, tzinfo=UTC), ["namur"])
    Session.objects.filter(pk=off.pk).update(
        state=Session.State.CANCELLED, cancelled_at=datetime(2016, 4, 1, 9, tzinfo=UTC)
    )
    _session(year, "draft", datetime(2016, 4, 19, 16, tzinfo=UTC), ["namur"], state=Session.State.DRAFT)
