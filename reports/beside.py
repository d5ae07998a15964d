"""Whose protected counts stand in a table: the subject's own, or those of a greater place where it is too small, beside the whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.db.models import Count

from programmes.models import Grouping
from reports.linking import GROUPING, WHOLE
from reports.plain import HELD_BACK, Cells, Column, Json, number
from reports.subjects import Subject

type ByPlace = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be seen of one place: no number where there is nothing, None where it is held back."""

    place: str
    numbers: Mapping[str, int | None]
    amounts: Mapping[str, int]
    total: int | None
    is_mostly_hidden: bool

    def number(self, code: str) -> int | None:
        return None if self.is_mostly_hidden else self.numbers.get(code, 0)

    def part(self, code: str, of: int | None) -> Cells:
        """A number and its share of others, where these are shown too."""
        n = self.number(code)
        if n is None or of is None:
            return [HELD_BACK if n is None else str(n), HELD_BACK]
        return [str(n), number(Fraction(n, of)) if of else None]

    def mean(self, code: str, behind: str = "") -> Cells:
        """What is added up under this code over how many it is, and how many these are."""
        n = self.number(behind or code)
        if n is None:
            return [HELD_BACK, HELD_BACK]
        return [number(Fraction(self.amounts[code], n)) if n else None, str(n)]

    def count(self, code: str) -> Cells:
        n = self.number(code)
        return [HELD_BACK if n is None else str(n)]


def shown_in(counts: ByPlace, place: str) -> Shown:
    found = counts.get(place, {"numbers": {}, "amounts": {}, "total": 0, "is_mostly_hidden": False})
    return Shown(place, **found)


@dataclass(frozen=True, slots=True)
class Beside:
    """`own` is None for the whole itself, and where neither the subject nor a grouping of it is large enough; `whole` is None where
    even that is too small."""

    subject: Subject
    own: Shown | None
    whole: Shown | None

    @property
    def codes(self) -> set[str]:
        """Of what there is anything."""
        return {code for each in self.shown for code, n in each.numbers.items() if n != 0}

    def columns(self, columns: Sequence[Column]) -> list[Column]:
        is_alone = self.subject.cities is None
        of_whole = [replace(column, is_whole=not is_alone) for column in columns] if self.whole else []
        return [*(columns if self.own else []), *of_whole]

    def cells(self, cells_of: Callable[[Shown], Cells]) -> Cells:
        return [cell for each in self.shown for cell in cells_of(each)]

    @property
    def shown(self) -> list[Shown]:
        return [each for each in (self.own, self.whole) if each]

    @property
    def said(self) -> Json:
        """What a reader must know: that the subject is too small, and what stands in its place."""
        is_too_small = self.whole is None if self.subject.cities is None else self._own_place != self.subject.code
        instead = self.own and is_too_small
        return {"is_too_small": is_too_small, "instead": self._instead if instead else None}

    @property
    def _own_place(self) -> str:
        return self.own.place if self.own else ""

    @property
    def _instead(self) -> Json:
        code = self._own_place.removeprefix(GROUPING)
        return {"code": code, "names": self.subject.programme.groupings.get(code=code).names}


def beside(subject: Subject, counts: ByPlace) -> Beside:
    """Out of the protected counts of one attribute."""
    whole = shown_in(counts, WHOLE)
    own = None if subject.cities is None else next(_large_enough(subject, counts), None)
    return Beside(subject, own, None if whole.is_mostly_hidden else whole)


def _large_enough(subject: Subject, counts: ByPlace) -> Iterator[Shown]:
    """The subject, then the groupings of the city, the smallest first: those of which most may be shown."""
    places = (shown_in(counts, place) for place in (subject.code, *_groupings(subject)))
    return (each for each in places if not each.is_mostly_hidden)


def _groupings(subject: Subject) -> list[str]:
    if not subject.city:
        return []
    found = Grouping.objects.offered().filter(programme=subject.programme, cities=subject.city)
    sized = Grouping.objects.filter(pk__in=found).annotate(size=Count("cities")).order_by("size", "code")
    return [f"{GROUPING}{code}" for code in sized.values_list("code", flat=True)]
