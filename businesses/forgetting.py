"""Forgetting persons and shops. Their rows stay for the figures, without a word that leads to anybody."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from businesses.models import Business, BusinessQuerySet, Call, Membership, Merge, Person, PersonQuerySet
from programmes.phones import end_of

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
    def of_login(cls, user: User, among: Collection[int] | None = None) -> Self:
        """With those who came without a login, at its address: signing in has proved it. `among`: of these keys alone."""
        found = Person.objects.filter(Q(user=user) | Q(user=None, email=user.email))
        return cls._of(user, found if among is None else found.filter(pk__in=among))

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
    def names(self) -> frozenset[str]:
        return self._told("name")

    @property
    def emails(self) -> frozenset[str]:
        """Those that others may have too."""
        return self._told("email")

    @property
    def phones(self) -> frozenset[str]:
        """The ends by which they are known."""
        return frozenset(map(end_of, self._told("phone"))) - {""}

    @property
    def words(self) -> frozenset[str]:
        """What they are called, wherever somebody may have written it."""
        said = self.names | self.emails | self._told("phone")
        for shop in self.shops:
            said |= {shop.name, shop.enterprise_number, shop.street}
        return said - {""}

    def _told(self, column: str) -> frozenset[str]:
        """Of the login, of each person, and of those who turned out to be one of these."""
        rows = [*self.persons, self.user] if self.user else self.persons
        said = {getattr(row, column, "") for row in rows} | {words[column] for words in _merged_into(self.persons)}
        return frozenset(said) - {""}


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
