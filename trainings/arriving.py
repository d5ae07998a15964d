"""Who comes to a session, by what they typed: no account is needed, and the same person is found again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Required, TypedDict, Unpack
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User, normalised_address
from businesses.joining import as_told
from businesses.matching import Verdict, compared
from businesses.models import Business, Membership, Person, PersonQuerySet
from programmes.folding import folded
from programmes.models import City, Mobilisation, Programme
from programmes.naming import tidied
from trainings import registering, seating
from trainings.models import Registration, Session


@dataclass(frozen=True, slots=True)
class _Typed:
    """What somebody wrote about the person."""

    name: str
    email: str
    phone: str
    channel: str
    user: User | None

    @property
    def address(self) -> str:
        return self.email or (self.user.email if self.user else "")

    @property
    def reached(self) -> str:
        is_called = self.phone and not self.address
        return self.channel or (Person.Channel.PHONE if is_called else Person.Channel.MAIL)


class AtDoor(TypedDict, total=False):
    """What may be said of a seat beside who takes it; as registering.enter knows it."""

    language: Required[str]
    with_helper: bool
    helper_name: str
    by: User | None


class Asked(AtDoor, total=False):
    channel: str
    is_confirmed: bool
    uid: UUID
    via: Mobilisation | None
    names_told_at: datetime | None


@transaction.atomic
def come(
    *,
    session: Session,
    name: str,
    shop: str,
    postal_code: str = "",
    email: str = "",
    phone: str = "",
    user: User | None = None,
    at: datetime | None = None,
    **asked: Unpack[Asked],
) -> Registration:
    """Somebody asks for a seat, by name, shop, and e-mail or phone: who it is, and the registration. Raises registering.NotOpen."""
    now = at or timezone.now()
    person, business = _find_or_make(
        programme=session.programme,
        name=name,
        shop=shop,
        postal_code=postal_code,
        email=email,
        phone=phone,
        user=user,
        at=now,
    )
    return registering.enter(session=session, person=person, business=business, at=now, **asked)


@transaction.atomic
def walk_in(
    *,
    session: Session,
    key: UUID,
    name: str,
    shop: str = "",
    postal_code: str = "",
    email: str = "",
    phone: str = "",
    at: datetime | None = None,
    **asked: Unpack[AtDoor],
) -> Registration:
    """Who stands at the door. `key` is given where it was typed: sent twice is once. `by` None: who holds the door's link.

    On the day of the session nobody is sent away: beyond the capacity it is logged. Raises registering.NotOpen.
    """
    now = at or timezone.now()
    wait_for(str(key))
    if sent := Registration.objects.filter(uid=key).first():
        return sent
    entry = come(
        session=session,
        name=name,
        shop=shop,
        postal_code=postal_code,
        email=email,
        phone=phone,
        channel=Registration.Channel.DOOR,
        uid=key,
        at=now,
        **asked,
    )
    place, by = seating.locked(session), asked.get("by")
    if place.is_on_the_day(now) or (by and registering.may_overbook(by, place, now)):
        return registering.overbook_here(place, entry, now, by)
    return entry


def _find_or_make(
    *,
    programme: Programme,
    name: str,
    shop: str,
    postal_code: str = "",
    email: str = "",
    phone: str = "",
    channel: str = "",
    user: User | None = None,
    number: str = "",
    street: str = "",
    same_as: Business | None = None,
    at: datetime | None = None,
) -> tuple[Person, Business | None]:
    """The person of this name at this e-mail, or phone, or login, and the shop; each new if it is not known.

    Couples share an address: it takes the name too. `same_as`: the shop is this one, as a person has said. Stands in the transaction that registers: a double click waits for the
    first one. Raises programmes.numbers.BadNumber.
    """
    typed = _Typed(tidied(name), normalised_address(email) if email else "", digits(phone), channel, user)
    described = as_told(programme=programme, name=shop, number=number, street=street, postal_code=postal_code, at=at)
    wait_for(f"{typed.address or typed.phone} {folded(typed.name)}")
    person = _known_person(typed)
    if person is None:
        person = _new_person(typed, described.recorded_at)
        return person, _joined(person, described, same_as)
    if user and not (person.user and person.email):
        person.user, person.email = user, person.email or typed.address
        person.save(update_fields=["user", "email"])
    own = None if same_as else _own_shop(person, described)
    return person, own or _joined(person, described, same_as)


person_of = transaction.atomic(_find_or_make)


def digits(phone: str) -> str:
    """One spelling: "0470/12.34.56" and "0470 12 34 56" are one phone."""
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")[:40]


def _city_of(programme: Programme, postal_code: str) -> int | None:
    """The key of the city of this postal code, where it is of one only."""
    if not postal_code:
        return None
    cities = City.objects.offered().filter(programme=programme, postal_codes__contains=[postal_code])
    keys = cities.order_by().values_list("pk", flat=True)[:2]
    return keys[0] if len(keys) == 1 else None


def wait_for(same: str) -> None:
    """Two requests about the same go one after the other, so that the second finds what the first has written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [same])


def known_person(*, name: str, email: str = "", phone: str = "") -> Person | None:
    """Who would be found again by this."""
    return _known_person(_Typed(tidied(name), normalised_address(email) if email else "", digits(phone), "", None))


def _known_person(typed: _Typed) -> Person | None:
    """The one with the longest history."""
    known = _reached_so(typed).order_by("recorded_at", "pk")
    return next((person for person in known if folded(person.name) == folded(typed.name)), None)


def _reached_so(typed: _Typed) -> PersonQuerySet:
    if typed.user:
        return Person.objects.filter(Q(user=typed.user) | Q(user=None, email=typed.address))
    if typed.email:
        return Person.objects.filter(email=typed.email)
    return Person.objects.filter(phone=typed.phone, email="") if typed.phone else Person.objects.none()


def _new_person(typed: _Typed, at: datetime) -> Person:
    return Person.objects.create(
        name=typed.name,
        user=typed.user,
        email=typed.address,
        phone=typed.phone,
        channel=typed.reached,
        recorded_at=at,
    )


def _own_shop(person: Person, described: Business) -> Business | None:
    """A shop of this person: name and place tell one's own; without a name it is the first."""
    standing = Membership.objects.filter(person=person).exclude(state=Membership.State.REFUSED)
    own = Business.objects.filter(programme=described.programme, pk__in=standing.values("business"))
    shops = own.order_by("recorded_at", "pk")
    return next((shop for shop in shops if _is_meant(shop, described)), None)


def _is_meant(shop: Business, described: Business) -> bool:
    return not described.name or compared(shop.identity, described.identity) is not Verdict.OTHER


def _same_shop(described: Business) -> Business | None:
    """By number and address only; by name and postal code staff is asked, and meanwhile it is another."""
    if not described.enterprise_number:
        return None
    shops = Business.objects.comparable(described)
    return next((shop for shop in shops if compared(shop.identity, described.identity) is Verdict.SAME), None)


def _joined(person: Person, described: Business, same_as: Business | None = None) -> Business | None:
    """A new shop, or one that is known, which one asks to join as everywhere; None when nothing is said of it."""
    if not described.name and not described.enterprise_number:
        return None
    known = same_as or _same_shop(described)
    state = Membership.State.REQUESTED if known else Membership.State.APPROVED
    if known is None:
        described.city_id = _city_of(described.programme, described.postal_code)
        described.save(force_insert=True)
    decided_at = None if known else described.recorded_at
    business = known or described
    asked = Membership(
        person=person, business=business, state=state, asked_at=described.recorded_at, decided_at=decided_at
    )
    Membership.objects.bulk_create([asked], ignore_conflicts=True)  # who was asked about already stays as decided
    return business
