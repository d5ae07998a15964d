"""Many shops at sessions, written straight into the tables: what is counted of them is kept beside, to be counted again by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

from businesses.models import Business, Person, SubSector
from diagnostics.models import Diagnostic
from programmes.models import Campaign, City, Programme
from tests.diagnostics.shops import copies, take
from tests.trainings.sessions import make_session
from trainings.models import Attendance, AttendanceMark, Registration, Session

CODES = {"namur": "92094", "dinant": "91034", "ciney": "91030"}
# A trade of each family
TRADES = {"food": "bakery", "fashion": "womenswear", "home": "furniture", "nature": "florist"}
EVENINGS = {
    "may": (datetime(2016, 5, 10, 16, tzinfo=UTC), ("namur",)),
    "june": (datetime(2016, 6, 7, 16, tzinfo=UTC), ("namur", "dinant")),
    "august": (datetime(2016, 8, 2, 16, tzinfo=UTC), ("dinant", "namur", "ciney")),
    "september": (datetime(2016, 9, 20, 16, tzinfo=UTC), ("dinant", "ciney")),
}
numbers = count(1)


@dataclass(frozen=True)
class Visit:
    """A shop at an evening; entered in that round."""

    shop: int
    family: str
    city: str
    evening: str
    round: int


@dataclass
class Crowd:
    programme: Programme
    campaign: Campaign
    cities: dict[str, City]
    evenings: dict[str, Session] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    round: int = 1

    def come(self, evening: str, city: str, **families: int) -> None:
        """So many shops of each family that nobody knew before."""
        for family, n in families.items():
            trade = SubSector.objects.get(programme=self.programme, code=TRADES[family])
            shops = Business.objects.bulk_create(
                Business(
                    programme=self.programme, name=f"Shop {next(numbers)}", city=self.cities[city], sub_sector=trade
                )
                for _ in range(n)
            )
            self._seat(evening, shops)
            self.visits += [Visit(shop.pk, family, city, evening, self.round) for shop in shops]

    def come_again(self, evening: str, city: str, family: str, n: int) -> None:
        """Of those that came from there before the first."""
        known = {visit.shop for visit in self.visits if (visit.city, visit.family) == (city, family)}
        known -= {visit.shop for visit in self.visits if visit.evening == evening}
        shops = [*Business.objects.filter(pk__in=sorted(known)[:n]).order_by("pk")]
        self._seat(evening, shops)
        self.visits += [Visit(shop.pk, family, city, evening, self.round) for shop in shops]

    def diagnose(self, city: str, family: str, n: int, at: datetime) -> list[Diagnostic]:
        return copies(take(self.programme, TRADES[family], at=at, city=self.cities[city]), n)

    def _seat(self, evening: str, shops: Iterable[Business]) -> None:
        session = self.evenings[evening]
        date = session.dates.get()
        people = Person.objects.bulk_create(Person(name=shop.name) for shop in shops)
        seats = Registration.objects.bulk_create(
            Registration(
                session=session,
                person=who,
                business=shop,
                state="registered",
                language="fr",
                confirmed_at=date.starts_at,
            )
            for who, shop in zip(people, shops, strict=True)
        )
        own = {"date": date, "is_present": True}
        Attendance.objects.bulk_create(Attendance(registration=seat, **own) for seat in seats)
        AttendanceMark.objects.bulk_create(
            AttendanceMark(registration=seat, key=uuid4(), at=date.starts_at, **own) for seat in seats
        )


def make_crowd(programme: Programme) -> Crowd:
    cities = {name: City.objects.get(programme=programme, code=code) for name, code in CODES.items()}
    crowd = Crowd(programme, Campaign.objects.get(programme=programme, code="campaign-2016"), cities)
    for name, (starts, hosts) in EVENINGS.items():
        crowd.evenings[name] = make_session(
            programme,
            campaign=crowd.campaign,
            starts=[starts],
            capacity=500,
            cities=[cities[host] for host in hosts],
            published_at=datetime(2016, 4, 1, 9, tzinfo=UTC),
        )
    return crowd
