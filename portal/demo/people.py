"""The made-up people of the demo: those who can sign in, and those who run shops."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from accounts import second_factor
from accounts.inviting import invite
from accounts.models import User
from accounts.roles import Role
from businesses.models import StaffSize, SubSector
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


def chance_of(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311  # made-up people need no secrets


def invite_team() -> None:
    """Staff and trainers, once; staff with a second factor whose code the inbox shows."""
    for email, (name, role) in STAFF.items():
        if not User.objects.filter(email=email).exists():
            invitation = invite(email=email, role=role, by=None, name=name, language="fr")
            second_factor.enrol_for_demo(invitation.user)
    for email, name in TRAINERS.items():
        if not User.objects.filter(email=email).exists():
            invite(email=email, role=Role.TRAINER, by=None, name=name, language="fr")


def who() -> list[str]:
    """Who can sign in to the demo, and as what."""
    lines = [f"{email}: {name}, {role.value}" for email, (name, role) in STAFF.items()]
    lines += [f"{email}: {name}, trainer" for email, name in TRAINERS.items()]
    return [*lines, f"{SHOPKEEPER}: Alice Dupont, a florist with two results, a certificate and a seat to come"]


def staff() -> User:
    found: User = User.objects.get(email=DANA)
    return found


def trainers() -> list[User]:
    """In the order of TRAINERS."""
    known = User.objects.in_bulk(TRAINERS, field_name="email")
    return [known[email] for email in TRAINERS]


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


def alice(programme: Programme, trades: Sequence[SubSector], cities: Sequence[City]) -> Shop:
    """The florist of Namur who can sign in; where there is no such trade or city, of the first there is."""
    city = next((city for city in cities if city.name_key == "namur"), cities[0])
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
