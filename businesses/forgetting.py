"""Forgetting persons and shops. Their rows stay for the figures, without a word that leads to anybody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from businesses.models import Business, BusinessQuerySet, Call, Membership, Merge, Person, PersonQuerySet

# What a person, or a shop, looks like that was forgotten.
UNKNOWN_PERSON = {"name": "", "email": "", "phone": "", "search_key": "", "user": None}
UNKNOWN_SHOP = {"name": "", "name_key": "", "enterprise_number": "", "street": "", "street_key": ""}


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose traces go: a login if there is one, the persons it stands for, and the shops that are theirs alone."""

    user: User | None
    persons: tuple[Person, ...]
    shops: tuple[Business, ...]
    # Those that are nobody else's.
    addresses: frozenset[str]

    @classmethod
    def of_login(cls, user: User) -> Self:
        """With those who came without a login, at its address: signing in has proved it."""
        return cls._of(user, Person.objects.filter(Q(user=user) | Q(user=None, email=user.email)))

    @classmethod
    def of_person(cls, person: Person) -> Self:
        """One person alone, who has no login."""
        return cls._of(None, Person.objects.filter(pk=person.pk, user=None))

    @classmethod
    def _of(cls, user: User | None, found: PersonQuerySet) -> Self:
        persons = tuple(found.order_by("pk"))
        own = {user.email} if user else set()
        typed = {person.email for person in persons if person.email} | {
            words["email"] for words in _merged_into(persons) if words.get("email")
        }
        addresses = own | {address for address in typed - own if not _is_of_others(address, user, persons)}
        return cls(user, persons, tuple(shops_of_these_alone(persons)), frozenset(addresses))

    @property
    def words(self) -> frozenset[str]:
        """What they are called, wherever somebody may have written it."""
        said = {self.user.name, self.user.email} if self.user else set()
        for person in self.persons:
            said |= {person.name, person.email, person.phone}
        for shop in self.shops:
            said |= {shop.name, shop.enterprise_number, shop.street}
        for words in _merged_into(self.persons):
            said |= {words["name"], words["email"], words["phone"]}
        return frozenset(word for word in said if word)


def known_persons() -> PersonQuerySet:
    """Those who were not forgotten."""
    return Person.objects.exclude(name="", email="", phone="", user=None)


def known_shops() -> BusinessQuerySet:
    return Business.objects.exclude(name="", enterprise_number="", street="")


def shops_of_these_alone(persons: Iterable[Person]) -> list[Business]:
    """Those in which they are, and to which nobody else belongs whom we know."""
    keys = [person.pk for person in persons]
    others = Membership.objects.approved().filter(
        business=OuterRef("pk"), person__in=known_persons().exclude(pk__in=keys)
    )
    own = Membership.objects.approved().filter(person__in=keys)
    return [*Business.objects.filter(pk__in=own.values("business")).exclude(Exists(others)).order_by("pk")]


def forget(whose: Whose) -> None:
    """Calls and undone or undoable merges go, persons and shops become rows without a name."""
    forget_persons([person.pk for person in whose.persons])
    forget_shops([shop.pk for shop in whose.shops])


def forget_persons(keys: Sequence[int]) -> None:
    Call.objects.filter(person__in=keys).delete()
    Membership.objects.requested().filter(person__in=keys).delete()
    _merges_of("businesses.Person", keys).delete()
    Merge.objects.filter(person__in=keys).delete()
    Person.objects.filter(pk__in=keys).update(**UNKNOWN_PERSON, channel=Person.Channel.MAIL)


def forget_shops(keys: Sequence[int]) -> None:
    _merges_of("businesses.Business", keys).delete()
    Merge.objects.filter(business__in=keys).delete()
    Business.objects.filter(pk__in=keys).update(**UNKNOWN_SHOP)


# Somebody who comes again after years keeps a name, and what is older than its time belongs to a row beside it without one


def stand_in_of_person(person: Person) -> Person:
    """A row for what this person did long ago: in the same shops, under no name."""
    other = Person.objects.create(recorded_at=person.recorded_at)
    own = Membership.objects.approved().filter(person=person)
    Membership.objects.bulk_create(_copied(row, person=other) for row in own)
    return other


def stand_in_of_shop(shop: Business) -> Business:
    """A row for what this shop did long ago: of the same trade and place, with nobody in it whom we know."""
    said = ("programme_id", "postal_code", "city_id", "sub_sector_id", "staff_size", "recorded_at")
    other = Business.objects.create(**{name: getattr(shop, name) for name in said})
    own = Membership.objects.approved().filter(business=shop).exclude(person__in=known_persons())
    Membership.objects.bulk_create(_copied(row, business=other) for row in own)
    return other


def _copied(row: Membership, **changed: object) -> Membership:
    same = {"person_id": row.person_id, "business_id": row.business_id, "role": row.role, "state": row.state}
    for name, value in changed.items():
        same.pop(f"{name}_id")
        same[name] = value
    return Membership(**same, asked_at=row.asked_at, decided_at=row.decided_at)


def detach(rows: Sequence[Any]) -> None:
    """Seats, or diagnostics, that no longer lead to anybody; what was of one person, or one shop, still is of one row."""
    for name, stand_in in (("person", stand_in_of_person), ("business", stand_in_of_shop)):
        known = {getattr(row, f"{name}_id"): getattr(row, name) for row in rows if _is_known(getattr(row, name))}
        others = {key: stand_in(one) for key, one in known.items()}
        for row in rows:
            if (key := getattr(row, f"{name}_id")) in others:
                setattr(row, name, others[key])
                row.save(update_fields=[name])


def _is_known(row: Person | Business | None) -> bool:
    if isinstance(row, Person):
        return any([row.name, row.email, row.phone, row.user_id])
    return row is not None and any([row.name, row.enterprise_number, row.street])


def together(due: QuerySet[Any], keys: Iterable[int]) -> list[int]:
    """These among the due, and all that share a person or a shop with them, however far: they go in one go."""
    found: set[int] = set()
    more = {*keys}
    while more - found:
        found |= more
        rows = due.filter(pk__in=found)
        beside = Q(person__in=rows.exclude(person=None).values("person"))
        beside |= Q(business__in=rows.exclude(business=None).values("business"))
        more = {*due.filter(beside).values_list("pk", flat=True)}
    return sorted(found)


def _merges_of(model: str, keys: Sequence[int]) -> Any:
    """Those in whose record one of these rows stands, as the one that went; undone, it is a row again."""
    return Merge.objects.filter(record__gone__model=model, record__gone__values__id__in=[str(key) for key in keys])


def _merged_into(persons: Iterable[Person]) -> list[dict[str, str]]:
    """The columns of those who turned out to be one of these."""
    merges = Merge.objects.filter(person__in=[person.pk for person in persons])
    return [merge.record["gone"]["values"] for merge in merges]


def _is_of_others(address: str, user: User | None, persons: Iterable[Person]) -> bool:
    own_login = user.pk if user else None
    logins = User.objects.filter(email=address).exclude(pk=own_login)
    others = Person.objects.filter(email=address).exclude(pk__in=[person.pk for person in persons])
    return logins.exists() or others.exists()
