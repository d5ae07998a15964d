"""How a person comes to a shop. Enterprise numbers are public: who names a shop that is known asks to join it, and until an
owner or staff approves sees only what this person brought."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from businesses.matching import Verdict, compared
from businesses.models import Business, BusinessQuerySet, Membership, Person, SubSector
from programmes.folding import folded
from programmes.models import City, Programme
from programmes.naming import tidied
from programmes.numbers import normalised_number

State = Membership.State


class Outcome(StrEnum):
    NEW = "new"  # nobody had brought this shop
    KNOWN = "known"  # this person is in it already
    REQUESTED = "requested"  # it is known: an owner or staff must approve
    REFUSED = "refused"  # an owner or staff has refused, and a second request changes nothing


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of bringing a shop."""

    outcome: Outcome
    person: Person
    business: Business
    membership: Membership


class MayNotDecide(Exception):
    """Neither staff, nor an owner of the shop deciding on a request."""


def as_told(
    *,
    programme: Programme,
    name: str,
    number: str = "",
    street: str = "",
    postal_code: str = "",
    city: City | None = None,
    sub_sector: SubSector | None = None,
    staff_size: str = "",
    at: datetime | None = None,
) -> Business:
    """A shop in somebody's words, saved nowhere yet.

    Raises programmes.numbers.BadNumber, in words for the person who typed the number.
    """
    return Business(
        programme=programme,
        name=tidied(name),
        enterprise_number=normalised_number(number, programme.enterprise_number_rule),
        street=tidied(street),
        postal_code=postal_code.strip(),
        city=city,
        sub_sector=sub_sector,
        staff_size=staff_size,
        recorded_at=at or timezone.now(),
    )


@transaction.atomic
def bring(
    *,
    user: User,
    shop: Business,
    person_name: str = "",
    role: str = Membership.Role.OWNER,
    same_as: Business | None = None,
) -> Brought:
    """The shop of this login, `as_told`, new or known; `same_as` is a suggestion that the person has confirmed."""
    User.objects.select_for_update().get(pk=user.pk)  # a double click waits for the first one
    person = _person(user, tidied(person_name), shop.recorded_at)
    business = same_as or _known(user, shop)
    is_new = business is None
    if business is None:
        business, is_new = _created(shop)
    membership = _membership(person, business, user, role, is_new=is_new, at=shop.recorded_at)
    if membership.state == State.APPROVED and not is_new:
        complete(business, shop)
    return Brought(_outcome(membership, is_new=is_new), person, business, membership)


@transaction.atomic
def approve(*, membership: Membership, by: User, at: datetime | None = None) -> Membership:
    """From now on this person sees what belongs to the shop. Raises MayNotDecide."""
    return _decide(membership, State.APPROVED, by, at)


@transaction.atomic
def refuse(*, membership: Membership, by: User, at: datetime | None = None) -> Membership:
    """This person keeps what it brought, and sees nothing else of the shop. Raises MayNotDecide."""
    return _decide(membership, State.REFUSED, by, at)


def may_decide(user: User, membership: Membership) -> bool:
    """Staff always; an owner on requests only, so that whoever was let in can't put the others out."""
    if user.is_active and user.is_staff and user.has_perm("businesses.change_membership"):
        return True
    return Membership.objects.waiting_for(user).filter(pk=membership.pk).exists()


def _decide(membership: Membership, state: str, by: User, at: datetime | None) -> Membership:
    row = Membership.objects.select_for_update().get(pk=membership.pk)
    if not may_decide(by, row):
        raise MayNotDecide
    if row.state != state:
        row.state, row.decided_at, row.decided_by = state, at or timezone.now(), by
        row.save(update_fields=["state", "decided_at", "decided_by"])
    return row


def _person(user: User, name: str, at: datetime) -> Person:
    """One login may stand for several persons: another name is another person, unless the first had none yet."""
    persons = list(Person.objects.of(user).order_by("recorded_at", "pk"))
    same = [person for person in persons if not name or folded(person.name) == folded(name)]
    if same:
        return same[0]
    if nameless := [person for person in persons if not person.name]:
        nameless[0].name = name
        nameless[0].save(update_fields=["name"])
        return nameless[0]
    return Person.objects.create(user=user, name=name or user.name, email=user.email, recorded_at=at)


def _known(user: User, described: Business) -> Business | None:
    """By number and address any shop; by name and postal code only one's own."""
    return _same(described) or _same(described, Business.objects.of(user), Verdict.PERHAPS)


def _same(
    described: Business, among: BusinessQuerySet | None = None, verdict: Verdict = Verdict.SAME
) -> Business | None:
    shops = (Business.objects.all() if among is None else among).comparable(described)
    return next((shop for shop in shops if compared(shop.identity, described.identity) is verdict), None)


def _created(described: Business) -> tuple[Business, bool]:
    """The new shop, or the one that somebody else brought in the same instant; and whether it is new."""
    try:
        with transaction.atomic():
            described.save(force_insert=True)
    except IntegrityError:
        if other := _same(described):
            return other, False
        raise
    return described, True


def _membership(person: Person, business: Business, user: User, role: str, *, is_new: bool, at: datetime) -> Membership:
    known = Membership.objects.filter(person=person, business=business).first()
    if known:
        return known
    membership = Membership(person=person, business=business, role=role, asked_at=at, state=State.REQUESTED)
    if is_new or Business.objects.of(user).filter(pk=business.pk).exists():
        membership.state, membership.decided_at, membership.decided_by = State.APPROVED, at, user
    membership.save(force_insert=True)
    return membership


def complete(business: Business, described: Business) -> None:
    """What was not known yet of a shop, told by who is in it or by staff; what is known stays."""
    fields = ("enterprise_number", "street", "postal_code", "city", "sub_sector", "staff_size")
    told = [field for field in fields if getattr(described, field) and not getattr(business, field)]
    for field in told:
        setattr(business, field, getattr(described, field))
    if told:
        business.save(update_fields=[*told, "street_key"])


def _outcome(membership: Membership, *, is_new: bool) -> Outcome:
    if is_new:
        return Outcome.NEW
    return {State.APPROVED: Outcome.KNOWN, State.REQUESTED: Outcome.REQUESTED}.get(
        State(membership.state), Outcome.REFUSED
    )
