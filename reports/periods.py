"""The stretches of time that reports are about: a quarter, a year, a campaign. Both days of one belong to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models.functions import TruncQuarter
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from diagnostics.models import Marginal, Stretch
from figures.definition import Filters
from figures.months import first_day, quarter_number
from programmes.models import Campaign, Programme
from trainings.figures.sessions import held
from trainings.models import Session

CODE = re.compile(r"(?P<year>20\d\d)(?:-q(?P<quarter>[1-4]))?")


class Kind(models.TextChoices):
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")
    CAMPAIGN = "campaign", _("campaign")


@dataclass(frozen=True, slots=True)
class Period:
    kind: Kind
    since: date
    until: date
    campaign: Campaign | None = None

    @property
    def code(self) -> str:
        """2016, 2016-q3, or the code of the campaign: never one of the first two."""
        if self.campaign:
            return self.campaign.code
        return f"{self.since.year}" if self.kind == Kind.YEAR else f"{self.since.year}-q{self._number}"

    @property
    def mark(self) -> str:
        """As it stands in a reference: 2016 for the campaign of that year, Y2016 for the year, 2016Q3."""
        if self.campaign:
            return self.campaign.code.removeprefix("campaign-").upper()
        return f"Y{self.since.year}" if self.kind == Kind.YEAR else f"{self.since.year}Q{self._number}"

    @property
    def name(self) -> Any:
        if self.campaign:
            return self.campaign.name
        if self.kind == Kind.YEAR:
            return format_lazy(_("Year {year}"), year=self.since.year)
        return format_lazy(_("Quarter {number} of {year}"), number=self._number, year=self.since.year)

    @property
    def _number(self) -> int:
        return quarter_number(self.since)

    def is_over(self, day: date) -> bool:
        return self.until < day


def of_campaign(campaign: Campaign) -> Period:
    return Period(Kind.CAMPAIGN, campaign.starts_on, campaign.ends_on, campaign)


def of_year(year: int) -> Period:
    return Period(Kind.YEAR, date(year, 1, 1), date(year, 12, 31))


def of_quarter(year: int, number: int) -> Period:
    after = date(year + number // 4, 3 * number % 12 + 1, 1)
    return Period(Kind.QUARTER, date(year, 3 * number - 2, 1), after - timedelta(days=1))


def quarter_of(day: date) -> Period:
    return of_quarter(day.year, quarter_number(day))


def quarter_before(day: date) -> Period:
    """The last one that is over on that day."""
    return quarter_of(quarter_of(day).since - timedelta(days=1))


def period_of(programme: Programme, code: str) -> Period | None:
    """What a code stands for; None for one of nothing."""
    campaign = Campaign.objects.filter(programme=programme, code=code).first()
    if campaign:
        return of_campaign(campaign)
    if not (found := CODE.fullmatch(code)):
        return None
    year, quarter = int(found["year"]), found["quarter"]
    return of_quarter(year, int(quarter)) if quarter else of_year(year)


def offered(programme: Programme, today: date) -> list[Period]:
    """Those that one may ask for: campaigns, then the years and the quarters in which there was something; the latest first."""
    campaigns = [*programme.campaigns.offered().filter(starts_on__lte=today).order_by("-starts_on")]
    ran = (day for one in campaigns for day in _quarters(one.starts_on, min(one.ends_on, today)))
    firsts = sorted({*ran, *_sessions_held(programme), *_diagnostics_counted(programme)}, reverse=True)
    years = dict.fromkeys(day.year for day in firsts)
    return [*map(of_campaign, campaigns), *map(of_year, years), *map(quarter_of, firsts)]


def _quarters(since: date, until: date) -> Iterator[date]:
    """The first day of each that these days touch."""
    day = first_day(since, "quarter")
    while day <= until:
        yield day
        day = quarter_of(day).until + timedelta(days=1)


def _sessions_held(programme: Programme) -> Iterator[date]:
    found = Session.objects.filter(held(Filters(programme.pk))).order_by()
    quarters = found.values_list(TruncQuarter("starts_at", output_field=models.DateField()), flat=True)
    return iter(quarters.distinct())


def _diagnostics_counted(programme: Programme) -> Iterator[date]:
    """By the months that the worker has counted: those of two hundred thousand rows are many times as slow to find."""
    found = Stretch.objects.filter(programme=programme, marginals__of=Marginal.Of.ALL).distinct()
    return (first_day(timezone.localdate(month.begins_at), "quarter") for month in found if not month.is_year)
