"""Surveys that still take answers when a report is counted: what participants said is then not all in."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, Max, OuterRef
from django.utils import timezone
from django.utils.translation import ngettext

from figures.definition import Filters
from rendering import dates
from surveys.closing import CLOSES_AFTER
from surveys.models import Survey
from trainings.figures.heads import present
from trainings.figures.sessions import held_rows


@dataclass(frozen=True, slots=True)
class StillOpen:
    """How many surveys, and the day on which the last closes."""

    surveys: int
    until: date

    def now(self) -> str:
        """To who is about to ask for a report."""
        told = ngettext(
            "{n} survey is still open, until {day}: its answers are not all in.",
            "{n} surveys are still open, the last until {day}: their answers are not all in.",
            self.surveys,
        )
        return self._filled(told)

    def then(self) -> str:
        """In the report, which says the same for ever."""
        told = ngettext(
            "When this was counted, {n} survey was still open, until {day}: its answers were not all in.",
            "When this was counted, {n} surveys were still open, the last until {day}: their answers were not all in.",
            self.surveys,
        )
        return self._filled(told)

    def _filled(self, told: str) -> str:
        return told.format(n=self.surveys, day=dates.day(self.until))


def still_open(filters: Filters, at: datetime) -> StillOpen | None:
    """Those that were open when it was counted, `at`, of the sessions held under these filters to which somebody came; None where all were
    closed. Answers carry no time: whatever day is looked at, those that came until `at` count. Sources: Session, Attendance, Survey."""
    has_survey = Survey.objects.filter(programme=filters.programme).values("programme")
    who_may_answer = present(filters).filter(registration__session=OuterRef("pk"))
    recent = held_rows(filters).filter(ends_at__gt=at - CLOSES_AFTER, programme__in=has_survey)
    found = recent.filter(Exists(who_may_answer))
    counted = found.order_by().aggregate(n=Count("pk"), last=Max("ends_at"))
    return StillOpen(counted["n"], timezone.localdate(counted["last"] + CLOSES_AFTER)) if counted["n"] else None
