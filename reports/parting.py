"""A figure split by one thing: by city, by trade, by month and so on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from businesses.models import SubSector
from figures.definition import Definition, Filters, Protection, Value
from figures.disclosure import answers_floor
from figures.saying import NOTHING, short
from programmes.models import Campaign, City, Grouping, Mobilisation, Programme
from questionnaires.texts import said
from trainings.models import Topic

TITLES = {
    "campaign": _("By campaign"),
    "grouping": _("By province or grouping"),
    "city": _("By city"),
    "sub_sector": _("By trade"),
    "kind": _("By kind"),
    "channel": _("By channel of mobilisation"),
    "topic": _("By topic"),
    "dimension": _("By dimension"),
    "month": _("By month"),
    "quarter": _("By quarter"),
    "year": _("By year"),
}
# What heads the column of their names.
HEADS = {
    "campaign": _("Campaign"),
    "grouping": _("Province or grouping"),
    "city": _("City"),
    "sub_sector": _("Trade"),
    "kind": pgettext_lazy("head of a breakdown", "Kind"),
    "channel": _("Channel of mobilisation"),
    "topic": _("Topic"),
    "dimension": _("Dimension"),
}
# In which order the tables stand on the page; months and quarters are the trend.
# None of these is a part of another.
APART = ("campaign", "kind", "topic")
TABLES = ("campaign", "kind", "channel", "topic", "dimension", "grouping", "city", "sub_sector")


@dataclass(frozen=True, slots=True)
class Part:
    """One line: `code` is what the filter of that name takes, "" where there is none. Without a value, `why` says why."""

    label: str
    code: str
    found: Value
    is_shown: bool
    words: str

    @property
    def is_empty(self) -> bool:
        """Nothing was counted, so that there is neither a mean nor a share of it."""
        return self.found.value is None and not self.found.n

    @property
    def n(self) -> int | None:
        return self.found.n if self.is_shown else None

    @property
    def value(self) -> Fraction | None:
        return self.found.value if self.is_shown else None


@dataclass(frozen=True, slots=True)
class Group:
    """What one part is called, and the filters under which it is the whole."""

    label: object
    code: str = ""
    narrowed: Callable[[Filters], Filters] | None = None


def breakdowns_for(definition: Definition, *, is_public: bool) -> tuple[str, ...]:
    """The ways in which this reader may see it split: counts by trade are free for staff alone, others have them in releases. What is
    counted by month is counted by year. Places lie within one another, and months in years: of few that would tell those held back."""
    if is_public and definition.protection is Protection.JOINT:
        return ()
    if is_public and definition.protection is Protection.FEW:
        return tuple(by for by in definition.breakdowns if by in APART)
    years = ("year",) if "month" in definition.breakdowns else ()
    return (*(by for by in definition.breakdowns if by != "sub_sector" or not is_public), *years)


def parts_of(definition: Definition, filters: Filters, by: str, programme: Programme, *, is_public: bool) -> list[Part]:
    """In the order of their names or of time. What is nought or nothing is left out."""
    groups = kinds_of(definition) if by == "kind" else GROUPS[by](programme)
    found = split(definition, filters, by, groups)
    known = {key: groups[key] for key in groups if key in found}
    others = {key: Group(key) for key in sorted(found.keys() - groups.keys(), key=str)}
    return parts_in(definition, found, known | others, is_public=is_public)


def parts_in(
    definition: Definition, found: Mapping[Any, Value], groups: Mapping[Any, Group], *, is_public: bool
) -> list[Part]:
    """In the order of the groups; of few answers not to the public. That there were none at all is no secret."""
    is_held_back = is_public and definition.protection is not Protection.NONE
    hidden = withheld({key: part.n for key, part in found.items() if _is_there(part)}) if is_held_back else set()
    return [_part(definition, groups[key], found[key], key not in hidden) for key in groups]


def _part(definition: Definition, group: Group, found: Value, is_shown: bool) -> Part:
    words = short(found.value, definition.unit) if is_shown else NOTHING
    return Part(str(group.label), group.code, found, is_shown, words)


def withheld[Key](numbers: Mapping[Key, int]) -> set[Key]:
    """The parts that are not shown: those of fewer answers than the floor, and as many more of the smallest as it takes so that none
    can be reckoned from the sum and the others."""
    floor = answers_floor()
    ascending = sorted(numbers, key=lambda key: (numbers[key], str(key)))
    hidden = [key for key in ascending if numbers[key] < floor]
    for key in ascending[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(numbers[each] for each in hidden) >= floor):
            break
        hidden.append(key)
    return set(hidden)


def split(definition: Definition, filters: Filters, by: str, groups: Mapping[Any, Group]) -> dict[Any, Value]:
    """All parts in one query where the figure can; else each by itself."""
    found = definition.split(filters, by) if definition.split else None
    if found is None:
        found = {key: definition.compute(group.narrowed(filters)) for key, group in groups.items() if group.narrowed}
    return {key: part for key, part in found.items() if _is_there(part)}


def _is_there(found: Value) -> bool:
    return bool(found.n or found.value)


def kinds_of(definition: Definition) -> dict[Any, Group]:
    return {code: Group(capfirst(words), code, _under(kind=code)) for code, words in definition.kinds}


def _under(**narrower: Any) -> Callable[[Filters], Filters]:
    return lambda filters: replace(filters, **narrower)


def _within(cities: Iterable[int]) -> Callable[[Filters], Filters]:
    """Of these cities those that the filters leave."""
    own = frozenset(cities)
    return lambda filters: replace(filters, cities=own if filters.cities is None else own & filters.cities)


def _campaigns(programme: Programme) -> dict[Any, Group]:
    found = Campaign.objects.filter(programme=programme).order_by("starts_on")
    return {row.pk: Group(row, row.code, _under(campaign=row.pk)) for row in found}


def _cities(programme: Programme) -> dict[Any, Group]:
    found = City.objects.filter(programme=programme).order_by("name_key")
    return {row.pk: Group(row, row.code, _within([row.pk])) for row in found}


def _groupings(programme: Programme) -> dict[Any, Group]:
    found = Grouping.objects.offered().filter(programme=programme).prefetch_related("cities")
    return {row.pk: Group(row, row.code, _within(city.pk for city in row.cities.all())) for row in found}


def _trades(programme: Programme) -> dict[Any, Group]:
    found = SubSector.objects.filter(programme=programme)
    return {row.pk: Group(row, row.code, _under(sub_sector=row.pk)) for row in found}


def _topics(programme: Programme) -> dict[Any, Group]:
    """By key and by code: a result knows the codes."""
    found = [*Topic.objects.filter(programme=programme)]
    return {row.pk: Group(row) for row in found} | {row.code: Group(row) for row in found}


def _dimensions(programme: Programme) -> dict[Any, Group]:
    latest = programme.questionnaire.versions.first() if programme.questionnaire else None
    return {one["code"]: Group(said(one["title"])) for one in latest.dimensions} if latest else {}


def _channels(_programme: Programme) -> dict[Any, Group]:
    return {code: Group(capfirst(words)) for code, words in Mobilisation.Kind.choices}


GROUPS: Mapping[str, Callable[[Programme], dict[Any, Group]]] = {
    "campaign": _campaigns,
    "grouping": _groupings,
    "city": _cities,
    "sub_sector": _trades,
    "topic": _topics,
    "dimension": _dimensions,
    "channel": _channels,
}
