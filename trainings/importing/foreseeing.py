"""What would come of each row if the list were applied now: the rules of arriving.py and seating.py for many rows, in a handful of
queries however long the list. Nothing is written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from businesses.matching import Verdict, compared, name_key
from businesses.models import Business, Membership, Person
from programmes.folding import folded
from trainings.arriving import digits
from trainings.importing.understanding import Reader, Said
from trainings.models import Import, ImportRow, Registration, Session, SessionDate


class Fate(StrEnum):
    """What is, or would become, of a row."""

    DONE = "done"
    SEAT = "seat"
    WAIT = "wait"
    ALREADY = "already"
    BEFORE = "before"
    DECIDE = "decide"
    BAD = "bad"


FATES: dict[Fate, Promise] = {
    Fate.DONE: gettext_lazy("applied"),
    Fate.SEAT: gettext_lazy("will be registered"),
    Fate.WAIT: gettext_lazy("will wait for a seat"),
    Fate.ALREADY: gettext_lazy("registered already: stays as it is"),
    Fate.BEFORE: gettext_lazy("applied before: left out"),
    Fate.DECIDE: gettext_lazy("to be decided"),
    Fate.BAD: gettext_lazy("can’t be applied"),
}
GOOD = (Fate.SEAT, Fate.WAIT, Fate.ALREADY)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A shop that this one may be; a person says."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One row, what it says, and what would come of it. `same_as`: the shop that a person chose, or number and address match."""

    row: ImportRow
    said: Said
    fate: Fate
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    person: Person | None = None
    same_as: Business | None = None
    suggestions: tuple[Suggestion, ...] = ()
    place: int = 0
    heads: int = 0  # to be marked present

    @property
    def words(self) -> str:
        return str(FATES[self.fate])

    @property
    def is_good(self) -> bool:
        return self.fate in GOOD


def date_of_presence(session: Session, at: datetime) -> SessionDate | None:
    """The only date of the session, once it has begun: of several "present" does not say which."""
    dates = [*session.dates.all()[:2]]
    has_begun = len(dates) == 1 and dates[0].starts_at <= at
    return dates[0] if has_begun else None


def language_of(session: Session) -> str:
    return next(iter([*session.languages, *session.programme.languages]), "fr")


def foresee(file: Import, *, at: datetime | None = None) -> list[Foreseen]:
    """Every participant of the list, in its order. `file.session` with its programme."""
    session = file.session
    rows = [*ImportRow.objects.participants(file).select_related("registration__person", "registration__business")]
    reader = Reader(session.programme, file.columns, language_of(session))
    said = {row.pk: reader.understood(row.cells) for row in rows}
    known = Known(session, rows, said.values())
    seen = _Seen(session, known, at or timezone.now())
    return [seen.next(row, said[row.pk]) for row in rows]


class Known:
    """What the database has of the people and shops that a list names."""

    def __init__(self, session: Session, rows: Sequence[ImportRow], said: Iterable[Said]) -> None:
        told = [*said]
        self.programme = session.programme
        self.persons = _persons(told)
        keys = [person.pk for persons in self.persons.values() for person in persons]
        self.shops_of = _shops_of(session, keys)
        self.shops = _shops(session, told)
        live = Registration.objects.live().filter(session=session).select_related("person", "business")
        self.registrations = {registration.person_id: registration for registration in live}
        again = ImportRow.objects.applied().filter(
            file__session=session, digest__in={row.digest for row in rows} - {""}
        )
        self.applied = {row.digest: row for row in again.select_related("registration", "file")}

    def person(self, said: Said) -> Person | None:
        """As arriving finds it: by name at this e-mail, or at this phone where there is no e-mail."""
        names = self.persons.get(_reach(said), ())
        return next((person for person in names if folded(person.name) == folded(said.name)), None)

    def own_shop(self, person: Person, described: Business) -> Business | None:
        shops = self.shops_of.get(person.pk, ())
        return next((shop for shop in shops if not described.name or _verdict(shop, described) != Verdict.OTHER), None)

    def shops_like(self, described: Business, verdict: Verdict) -> list[Business]:
        near = self.shops.get(described.postal_code, ())
        return [shop for shop in near if _verdict(shop, described) == verdict]

    def namesake_here(self, said: Said, described: Business) -> Registration | None:
        """For who left neither e-mail nor phone: somebody of this name from this shop who has a place here."""
        return next((one for one in self.registrations.values() if is_namesake(one, said, described)), None)


def is_namesake(registration: Registration, said: Said, described: Business) -> bool:
    if folded(registration.person.name) != folded(said.name):
        return False
    shop = registration.business
    if shop is None or not described.name:
        return shop is None and not described.name
    if not shop.postal_code and not described.postal_code:
        return shop.name_key == name_key(described.name)
    return _verdict(shop, described) != Verdict.OTHER


def described_by(session: Session, said: Said) -> Business:
    return Business(
        programme=session.programme,
        name=said.shop,
        enterprise_number=said.number,
        street=said.street,
        postal_code=said.postal_code,
    )


def _verdict(shop: Business, described: Business) -> Verdict:
    return compared(shop.identity, described.identity)


def _reach(said: Said) -> str:
    return said.email or digits(said.phone)


def _persons(told: Sequence[Said]) -> dict[str, list[Person]]:
    emails = {said.email for said in told if said.email}
    phones = {digits(said.phone) for said in told if said.phone and not said.email}
    found = Person.objects.filter(Q(email__in=emails) | Q(phone__in=phones, email="")) if emails or phones else ()
    by_reach: dict[str, list[Person]] = defaultdict(list)
    for person in sorted(found, key=lambda person: (person.recorded_at, person.pk)):
        by_reach[person.email or person.phone].append(person)
    return by_reach


def _shops_of(session: Session, persons: Sequence[int]) -> dict[int, list[Business]]:
    standing = Membership.objects.filter(person__in=persons, business__programme=session.programme)
    own: dict[int, list[Business]] = defaultdict(list)
    for membership in standing.exclude(state=Membership.State.REFUSED).select_related("business"):
        own[membership.person_id].append(membership.business)
    return {person: sorted(shops, key=lambda shop: (shop.recorded_at, shop.pk)) for person, shops in own.items()}


def _shops(session: Session, told: Sequence[Said]) -> dict[str, list[Business]]:
    """By postal code: those that have a number or a name that is told."""
    numbers = {said.number for said in told if said.number}
    names = {name_key(said.shop) for said in told} - {""}
    places = {said.postal_code for said in told}
    found = Business.objects.filter(Q(enterprise_number__in=numbers) | Q(name_key__in=names))
    found = found.filter(programme=session.programme, postal_code__in=places).order_by("recorded_at", "pk")
    by_place: dict[str, list[Business]] = defaultdict(list)
    for shop in found:
        by_place[shop.postal_code].append(shop)
    return by_place


class _Seen:
    """Goes through the rows in their order, and remembers who took which seat."""

    def __init__(self, session: Session, known: Known, at: datetime) -> None:
        self.session, self.known, self.at = session, known, at
        self.free = session.free_seats
        waiting = (one for one in known.registrations.values() if one.state == Registration.State.WAITING)
        self.waiting = sum(1 for _one in waiting)
        self.people: dict[tuple[str, str], int] = {}
        self.shops: dict[tuple[str, str], list[Foreseen]] = defaultdict(list)
        self.numbers: dict[int, ImportRow] = {}

    @cached_property
    def date(self) -> SessionDate | None:
        return date_of_presence(self.session, self.at)

    def next(self, row: ImportRow, said: Said) -> Foreseen:
        self.numbers[row.number] = row
        described = described_by(self.session, said)
        found = Foreseen(row, said, Fate.SEAT, said.problems, said.notes, person=self.known.person(said))
        found = self._fate(found, described)
        if found.fate in (Fate.SEAT, Fate.DONE):
            self._remember(found)
        if found.is_good and said.heads:
            found = self._present(found)
        return self._seated(found) if found.fate == Fate.SEAT else found

    def _present(self, found: Foreseen) -> Foreseen:
        if self.date is None:
            return replace(found, notes=(*found.notes, self._why_unmarked()))
        both = found.said.heads > 1 and found.said.with_helper
        words = _("will be marked present, with the helper") if both else _("will be marked present")
        return replace(found, notes=(*found.notes, words), heads=2 if both else 1)

    def _why_unmarked(self) -> str:
        if self.session.starts_at is None or self.session.starts_at > self.at:
            return _("Not marked present: the session has not begun. Who comes is marked at the door.")
        return _("Not marked present: the session has several dates, and the list does not say which.")

    def _fate(self, found: Foreseen, described: Business) -> Foreseen:
        row, said = found.row, found.said
        if row.is_applied:
            return replace(found, fate=Fate.DONE, reasons=())
        if (earlier := self.known.applied.get(row.digest)) and earlier.pk != row.pk:
            return replace(found, fate=Fate.BEFORE, reasons=(_before(earlier),))
        if said.problems or row.refusal:
            return replace(found, fate=Fate.BAD, reasons=tuple(filter(None, (*said.problems, row.refusal))))
        if twin := self.people.get(_somebody(said)):
            words = _("The same person as in row %(row)s.") % {"row": twin}
            return replace(found, fate=Fate.ALREADY, reasons=(words,))
        if self._is_here(found, described):
            return replace(found, fate=Fate.ALREADY)
        return self._with_shop(found, described)

    def _is_here(self, found: Foreseen, described: Business) -> bool:
        if found.person:
            return found.person.pk in self.known.registrations
        return not found.said.is_reachable and self.known.namesake_here(found.said, described) is not None

    def _with_shop(self, found: Foreseen, described: Business) -> Foreseen:
        """One's own, or the same by number and address; else, by name and postal code, one that a person chooses."""
        if not described.name and not described.enterprise_number:
            return found
        own = self.known.own_shop(found.person, described) if found.person else None
        same = [own] if own else self.known.shops_like(described, Verdict.SAME)
        if same:
            return replace(found, same_as=same[0])
        perhaps = self.known.shops_like(described, Verdict.PERHAPS)
        suggestions = [Suggestion(f"{ImportRow.SHOP}{shop.pk}", shop_words(shop)) for shop in perhaps]
        return self._chosen(found, described, perhaps, suggestions or self._in_list(found, described))

    def _in_list(self, found: Foreseen, described: Business) -> list[Suggestion]:
        """Earlier rows of the list that may be of the same shop, which is not known yet."""
        rows = self.shops[described.postal_code, name_key(described.name)]
        alike = [each for each in rows if _verdict(described_by(self.session, each.said), described) == Verdict.PERHAPS]
        return [
            Suggestion(f"{ImportRow.ROW}{each.row.number}", _("the shop of row %(row)s") % {"row": each.row.number})
            for each in alike[:1]
        ]

    def _chosen(
        self, found: Foreseen, described: Business, perhaps: Sequence[Business], suggestions: Sequence[Suggestion]
    ) -> Foreseen:
        found = replace(found, suggestions=tuple(suggestions))
        choice = found.row.choice
        if not suggestions or choice == ImportRow.NEW or choice in {each.value for each in suggestions}:
            shops = {f"{ImportRow.SHOP}{shop.pk}": shop for shop in perhaps}
            return replace(found, same_as=shops.get(choice))
        if (shop := self._shop_of_row(choice)) and shop.pk in {each.pk for each in perhaps}:
            return replace(found, same_as=shop)
        return replace(found, fate=Fate.DECIDE, reasons=(_("It may be a shop that is known: choose which."),))

    def _shop_of_row(self, choice: str) -> Business | None:
        """What was chosen as the shop of an earlier row, and has become a shop since."""
        number = choice.removeprefix(ImportRow.ROW)
        row = self.numbers.get(int(number)) if choice.startswith(ImportRow.ROW) and number.isdecimal() else None
        return row.registration.business if row and row.registration else None

    def _remember(self, found: Foreseen) -> None:
        said = found.said
        self.people.setdefault(_somebody(said), found.row.number)
        if found.fate == Fate.SEAT and found.same_as is None and said.shop:
            self.shops[said.postal_code, name_key(said.shop)].append(found)

    def _seated(self, found: Foreseen) -> Foreseen:
        seats = 2 if found.said.with_helper else 1
        if seats <= self.free:
            self.free -= seats
            return found
        self.waiting += 1
        return replace(found, fate=Fate.WAIT, place=self.waiting)


def _somebody(said: Said) -> tuple[str, str]:
    """What makes two rows of a list one person."""
    return folded(said.name), _reach(said) or f"{name_key(said.shop)} {said.postal_code}"


def _before(earlier: ImportRow) -> str:
    values = {"row": earlier.number, "file": earlier.file.name}
    if earlier.registration and not earlier.registration.is_live:
        return _("Was applied as row %(row)s of %(file)s; the registration was cancelled since.") % values
    return _("Was applied as row %(row)s of %(file)s.") % values


def shop_words(shop: Business) -> str:
    return ", ".join(filter(None, (shop.name, shop.street, shop.postal_code, shop.enterprise_number)))
