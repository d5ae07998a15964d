"""What a release is about: a city, a grouping of cities or the whole programme, in one period."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from figures.definition import Filters
from figures.disclosure import answers_floor
from programmes.models import City, Grouping, Programme
from reports.periods import Period


@dataclass(frozen=True)
class Subject:
    programme: Programme
    period: Period
    city: City | None = None
    grouping: Grouping | None = None

    @cached_property
    def cities(self) -> frozenset[int] | None:
        """Their keys; None: all of them."""
        if self.city:
            return frozenset([self.city.pk])
        return frozenset(self.grouping.cities.values_list("pk", flat=True)) if self.grouping else None

    @property
    def code(self) -> str:
        if self.city:
            return f"city-{self.city.code}"
        return f"grouping-{self.grouping.code}" if self.grouping else "whole"

    @property
    def names(self) -> Any:
        return (self.city or self.grouping or self.programme).names

    def filters(self, as_of: datetime) -> Filters:
        """Of the whole programme in the period. A campaign has its own rows, also those outside its days."""
        everything = Filters(self.programme.pk, as_of=as_of, least=answers_floor())
        if self.period.campaign:
            return replace(everything, campaign=self.period.campaign.pk)
        return replace(everything, since=self.period.since, until=self.period.until)
