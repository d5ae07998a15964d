"""A city in the campaign that runs, at a glance: the figures that are no secret from it, which wait for no report."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone

from figures.definition import Definition, Filters, Value, count
from figures.saying import shown
from programmes.models import Campaign, City
from reports.parting import split
from reports.registry import defined
from reports.trending import Trend, side_by_side
from reports.wording import OF_A_CITY

# What is protected is read in releases alone: all of these are nobody's secret.
KEY = ("sessions-held", "participants", "shops", "sessions-planned")
OVER_TIME = ("sessions-held", "participants")


@dataclass(frozen=True, slots=True)
class Said:
    """One figure; `words` are its value, `n` is how many rows stand behind it, `note` what was left out of it; `name` says whose it is."""

    definition: Definition
    words: str
    n: int
    note: str
    name: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure over time."""

    definition: Definition
    trend: Trend
    name: str


@dataclass(frozen=True)
class Glance:
    """The figures of these cities together, up to now."""

    campaign: Campaign
    cities: Collection[City]

    @cached_property
    def filters(self) -> Filters:
        cities = frozenset(city.pk for city in self.cities)
        return Filters(programme=self.campaign.programme_id, campaign=self.campaign.pk, cities=cities)

    @property
    def about(self) -> str:
        """What the report is asked about: the first of the cities."""
        return f"city-{next(iter(self.cities)).code}"

    @property
    def definitions(self) -> list[Definition]:
        return defined(KEY)

    @cached_property
    def figures(self) -> list[Said]:
        found = [(each, self._found(each)) for each in self.definitions]
        return [
            Said(each, shown(value.value, each.unit), value.n, str(value.note), self._name(each))
            for each, value in found
        ]

    def _name(self, definition: Definition) -> str:
        """As on the first page of the report of a city: whose they are, and where they went."""
        own_name = OF_A_CITY.get(definition.code) if len(self.cities) == 1 else None
        return str(own_name or definition.name)

    def _found(self, definition: Definition) -> Value:
        """What is shown month by month is the sum of its months: each of those counted lies in one of them."""
        months = next((months for each, months in self._counted if each is definition), None)
        return definition.compute(self.filters) if months is None else count(sum(each.n for each in months.values()))

    @cached_property
    def _counted(self) -> list[tuple[Definition, Mapping[date, Value]]]:
        """Those that are shown over time, by month."""
        return [(each, split(each, self.filters, "month", {})) for each in defined(OVER_TIME)]

    @property
    def is_over(self) -> bool:
        return self.campaign.ends_on < timezone.localdate(self.filters.as_of)

    @property
    def has_begun(self) -> bool:
        """Whether a session was held."""
        return self.figures[0].n > 0

    @cached_property
    def moved(self) -> list[Moved]:
        """None before there are two months to be seen."""
        trends = side_by_side(self._counted)
        return [
            Moved(each, trend, self._name(each)) for (each, _months), trend in zip(self._counted, trends, strict=False)
        ]
