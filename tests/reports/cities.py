"""A campaign in two cities, made through the verbs: what its reports must say can be counted by hand.

Namur takes part and has 400 shops in the file; Dinant takes part too. Three evenings: Namur alone (9 shops, one with a helper), both
together (7 shops of Namur, 6 of Dinant), Dinant alone (5 shops). One more is planned in Namur. Ciney refused; Wavre was never asked.
Each shop that came took the self-diagnostic: 16 in Namur, 11 in Dinant.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count, islice
from uuid import uuid4

from businesses.models import Business, Person, SubSector
from diagnostics import taking
from programmes import engaging, mobilising
from programmes.models import Campaign, City, Engagement, Mobilisation, Programme
from reports import periods
from reports.releasing import release
from reports.subjects import Subject
from surveys import answering
from surveys.inviting import heads_of
from tests.diagnostics.shops import answers, highest, lowest
from tests.trainings.sessions import make_session
from trainings import attending, registering
from trainings.models import Session

OCTOBER = datetime(2016, 10, 4, 12, tzinfo=UTC)
# Half of the shops are bakeries, a third are florists, the others are alone in their family.
TRADES = ("bakery", "bakery", "bakery", "florist", "florist", "womenswear")
CODES = {"namur": "92094", "dinant": "91034", "ciney": "91030", "wavre": "25112"}


@dataclass
class Cities:
    programme: Programme
    campaign: Campaign
    cities: dict[str, City]
    sessions: dict[str, Session] = field(default_factory=dict)

    @property
    def period(self):
        return periods.of_campaign(self.campaign)

    def subject(self, name=None, period=None):
        return Subject(self.programme, period or self.period, city=self.cities[name] if name else None)

    def released(self, name=None, period=None, at=OCTOBER, **asked):
        return release(subject=self.subject(name, period), at=at, **asked)


def make_cities(programme):
    cities = {name: City.objects.get(programme=programme, code=code) for name, code in CODES.items()}
    City.objects.filter(pk=cities["namur"].pk).update(shops=400)
    City.objects.filter(pk=cities["dinant"].pk).update(shops=None)
    world = Cities(programme, Campaign.objects.get(programme=programme, code="campaign-2016"), cities)
    for city in cities.values():
        city.refresh_from_db()
    _engage(world)
    numbers = count(1)
    _evening(world, "first", datetime(2016, 5, 10, 16, tzinfo=UTC), {"namur": 9}, numbers)
    _evening(world, "together", datetime(2016, 6, 7, 16, tzinfo=UTC), {"namur": 7, "dinant": 6}, numbers)
    _evening(world, "third", datetime(2016, 9, 20, 16, tzinfo=UTC), {"dinant": 5}, numbers)
    _evening(world, "coming", datetime(2016, 11, 15, 17, tzinfo=UTC), {"namur": 0}, numbers)
    return world


def _engage(world):
    taking_part = {"state": Engagement.State.TAKING_PART, "invited_on": date(2016, 2, 8)}
    for name in ("namur", "dinant"):
        engaging.engage(
            campaign=world.campaign,
            city=world.cities[name],
            by=None,
            values=taking_part,
            at=datetime(2016, 3, 1, 9, tzinfo=UTC),
        )
    refused = {"state": Engagement.State.REFUSED, "reason": "no-staff", "invited_on": date(2016, 2, 8)}
    engaging.engage(
        campaign=world.campaign,
        city=world.cities["ciney"],
        by=None,
        values=refused,
        at=datetime(2016, 3, 2, 9, tzinfo=UTC),
    )
    kinds = Mobilisation.Kind
    act = {"campaign": world.campaign, "by": None}
    mobilising.mobilise(city=world.cities["namur"], kind=kinds.LETTER, on=date(2016, 4, 4), hours=Decimal(6), **act)
    visits = [mobilising.Found("interested", 40), mobilising.Found("no", 20, "no-time")]
    mobilising.mobilise(
        city=world.cities["namur"],
        kind=kinds.STEWARDS,
        on=date(2016, 4, 18),
        hours=Decimal("12.5"),
        visits=visits,
        **act,
    )
    mobilising.mobilise(city=world.cities["dinant"], kind=kinds.PRESS, on=date(2016, 5, 2), **act)


def _evening(world, name, starts, shops_of, numbers):
    session = make_session(
        world.programme,
        starts=[starts],
        capacity=60,
        cities=[world.cities[city] for city in shops_of],
        titles={"fr": "Le numérique dans mon commerce", "en": "Digital tools in my shop"},
        published_at=datetime(2016, 4, 1, 9, tzinfo=UTC),
    )
    session.campaign = world.campaign
    session.save(update_fields=["campaign"])
    world.sessions[name] = session
    for city, shops in shops_of.items():
        for number in islice(numbers, shops):
            _visitor(world, session, world.cities[city], number, with_helper=name == "first" and city == "namur")


def _visitor(world, session, city, number, *, with_helper):
    """The first of the first evening brings a helper; each shop leaves with its result."""
    trade = SubSector.objects.get(programme=world.programme, code=TRADES[number % len(TRADES)])
    shop = Business.objects.create(programme=world.programme, name=f"Shop {number}", city=city, sub_sector=trade)
    person = Person.objects.create(name=f"Person {number}")
    has_helper = with_helper and number == 1
    seat = registering.register(
        session=session,
        person=person,
        business=shop,
        language="fr",
        is_confirmed=True,
        at=session.starts_at.replace(day=1),
        **({"with_helper": True, "helper_name": "Zoé"} if has_helper else {}),
    )
    date_ = session.dates.get()
    for is_helper in (False, True)[: 1 + has_helper]:
        attending.mark(
            registration=seat, date=date_, is_helper=is_helper, is_present=True, key=uuid4(), at=date_.starts_at
        )
    diagnostic = taking.start(
        programme=world.programme,
        sub_sector=trade,
        city=city,
        staff_size="alone",
        language="fr",
        business=shop,
        person=person,
        at=date_.starts_at,
    )
    level = highest if number % 3 == 0 else lowest
    taking.keep(diagnostic=diagnostic, answers=answers(diagnostic, level), at=date_.starts_at)
    taking.complete(diagnostic=diagnostic, accept_gaps=True, at=date_.ends_at)


def answer(session, given, number):
    for head in heads_of(session)[:number]:
        answering.answer(head=head, given=given)
