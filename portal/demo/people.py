"""The made-up people of the demo: those who can sign in, and those who run shops."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from accounts import second_factor
from accounts.inviting import invite
from accounts.models import User
from accounts.roles import Role
from businesses import joining
from businesses.models import Business, StaffSize, SubSector
from programmes.entrusting import entrust
from programmes.folding import folded
from programmes.models import City, Programme

DANA = "dana@demo.example"
STAFF = {
    DANA: ("Dana Klein", Role.PROGRAMME_STAFF),
    "ada@demo.example": ("Ada Renard", Role.ADMINISTRATOR),
}
TRAINERS = {
    "trainer@demo.example": "Tom Lambert",
    "nora@demo.example": "Nora Claes",
}
READERS = {
    "mina@demo.example": "Mina Aerts",
}
# By the name of the city that they speak for; the first is Alice's.
OFFICIALS = {
    "omar@demo.example": ("Omar Haddad", "namur"),
    "odile@demo.example": ("Odile Lenoir", "dinant"),
}
SHOPKEEPER = "alice@demo.example"

FIRST = """Camille Luc Fatima Jean Sofia Marc Anne Karim Julie Benoît Nadia Olivier Chantal Mehdi Sophie Thierry Laura Giulia
Philippe Inès Vincent Martine Yves Amélie Rachid Dominique Élise Bruno Sarah Michel Leïla Pascal Valérie Hugo Nathalie
Stéphane Aurore Didier Manon Georges"""
LAST = """Noël Martin Amrani Peeters Rossi Lejeune Simon Dubois Lambert Maes Leroy Benali Dumont Gérard Willems Mertens Bianchi
Fontaine Renard Jacobs Collard Hubert Claes Evrard Toussaint Michaux Lemaire Goossens Pirard Delvaux Yilmaz Bastin Warnier
Colson Henry Servais Ferrari Thiry Wauters Piette"""


class Way(Enum):
    """How somebody asks for a seat."""

    LOGIN = "login"  # signed in: at once
    MAIL = "mail"  # with an e-mail that is confirmed by its link
    PHONE = "phone"  # by calling staff


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop and who runs it; the number in its e-mail and phone makes it another than all others."""

    name: str
    owner: str
    helper: str
    email: str
    phone: str
    postal_code: str
    city: City
    trade: SubSector
    size: str
    language: str
    way: Way
    level: float

    @property
    def login(self) -> User | None:
        if self.way is not Way.LOGIN:
            return None
        user = User.objects.of_address(self.email, language=self.language)
        if not user.name:
            user.name = self.owner
            user.save(update_fields=["name"])
        return user

    @property
    def described(self) -> dict[str, Any]:
        """As it is typed where a seat is asked for."""
        typed = {"name": self.owner, "shop": self.name, "postal_code": self.postal_code, "user": self.login}
        return typed | ({"phone": self.phone} if self.way is Way.PHONE else {"email": self.email})

    def as_told(self, programme: Programme, at: datetime) -> Business:
        """What staff know of it."""
        return joining.as_told(
            programme=programme, name=self.name, city=self.city, sub_sector=self.trade, staff_size=self.size, at=at
        )


def chance_of(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311  # made-up people need no secrets


def invite_team() -> None:
    """Staff, trainers and who reads for the ministry, once; staff with a second factor whose code the inbox shows."""
    for email, (name, role) in STAFF.items():
        if not User.objects.filter(email=email).exists():
            invitation = invite(email=email, role=role, by=None, name=name, language="fr")
            second_factor.enrol_for_demo(invitation.user)
    for role, invited in ((Role.TRAINER, TRAINERS), (Role.MINISTRY_READER, READERS)):
        for email, name in invited.items():
            if not User.objects.filter(email=email).exists():
                invite(email=email, role=role, by=None, name=name, language="fr")


def invite_officials(programme: Programme) -> None:
    """Who speaks for which city, once."""
    cities = {city.name_key: city for city in cities_of_officials(programme)}
    for email, (name, city) in OFFICIALS.items():
        if city in cities and not User.objects.filter(email=email).exists():
            entrust(email=email, city=cities[city], by=None, name=name, language="fr")


def cities_of_officials(programme: Programme) -> list[City]:
    """In the order of OFFICIALS; those that the programme has."""
    offered = City.objects.offered().filter(programme=programme)
    found = {city.name_key: city for city in offered.filter(name_key__in=[city for _name, city in OFFICIALS.values()])}
    return [found[city] for _name, city in OFFICIALS.values() if city in found]


def some_cities(programme: Programme, wanted: int, chance: random.Random) -> list[City]:
    """Those of the officials, then others by lot; fewer where the programme has no more."""
    own = cities_of_officials(programme)
    others = City.objects.offered().filter(programme=programme).exclude(pk__in=[city.pk for city in own])
    lots = [*others.order_by("code")]
    return [*own, *chance.sample(lots, min(wanted - len(own), len(lots)))]


def who() -> list[str]:
    """Who can sign in to the demo, and as what."""
    lines = [f"{email}: {name}, {role.value}" for email, (name, role) in STAFF.items()]
    lines += [f"{email}: {name}, trainer" for email, name in TRAINERS.items()]
    lines += [f"{email}: {name}, speaks for {city.title()}" for email, (name, city) in OFFICIALS.items()]
    lines += [f"{email}: {name}, reads for the ministry" for email, name in READERS.items()]
    return [*lines, f"{SHOPKEEPER}: Alice Dupont, a florist with two results, a certificate and a seat to come"]


def staff() -> User:
    found: User = User.objects.get(email=DANA)
    return found


def office() -> list[User]:
    """In the order of STAFF."""
    return _known(STAFF)


def trainers() -> list[User]:
    """In the order of TRAINERS."""
    return _known(TRAINERS)


def _known(emails: Iterable[str]) -> list[User]:
    known = User.objects.in_bulk(emails, field_name="email")
    return [known[email] for email in emails]


def trades_of(programme: Programme) -> list[SubSector]:
    return [*SubSector.objects.offered().filter(programme=programme).select_related("family").order_by("code")]


def level_of(trade: SubSector, chance: random.Random) -> float:
    """How far a shop has come, around a level of its trade."""
    own = chance_of(trade.code).uniform(0.25, 0.6)
    return min(max(chance.gauss(own, 0.15), 0.02), 0.98)


def make_shop(number: int, city: City, trades: Sequence[SubSector], chance: random.Random) -> Shop:
    """`number` is given once in the whole demo."""
    first, last, trade = chance.choice(FIRST.split()), chance.choice(LAST.split()), chance.choice(trades)
    return Shop(
        name=f"{trade.names['fr']} {last}",
        owner=f"{first} {last}",
        helper=f"{chance.choice(FIRST.split())} {last}",
        email=f"{folded(first)}.{folded(last)}.{number}@demo.example".replace(" ", "-"),
        phone=f"0470 {number // 10000:02} {number // 100 % 100:02} {number % 100:02}",
        postal_code=city.postal_codes[0],
        city=city,
        trade=trade,
        size=chance.choices(StaffSize.values, weights=[5, 4, 2, 1])[0],
        language=chance.choices(["fr", "en"], weights=[12, 1])[0],
        way=chance.choices([*Way], weights=[9, 6, 5])[0],
        level=level_of(trade, chance),
    )


def alice(trades: Sequence[SubSector], cities: Sequence[City]) -> Shop:
    """The florist who can sign in, in the first of `cities`; where there is no such trade, of the first there is."""
    city = cities[0]
    return Shop(
        name="Fleurs Dupont",
        owner="Alice Dupont",
        helper="Bob Petit",
        email=SHOPKEEPER,
        phone="",
        postal_code=city.postal_codes[0],
        city=city,
        trade=next((trade for trade in trades if trade.code == "florist"), trades[0]),
        size=StaffSize.FEW,
        language="fr",
        way=Way.LOGIN,
        level=0.3,
    )
