"""What “erase me” would do, said before it is done."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

import diagnostics.forgetting as diagnostics
import trainings.forgetting as seats
from businesses.forgetting import Whose
from businesses.models import Business, Membership
from trainings.models import Attendance, Certificate
from trainings.presenting import SessionView


@dataclass(frozen=True, slots=True)
class Foreseen:
    whose: Whose
    coming: tuple[SessionView, ...]
    results: int
    attended: int
    certificates: int
    shops_of_others: tuple[Business, ...]


def foresee(whose: Whose, at: datetime | None = None) -> Foreseen:
    now = at or timezone.now()
    rows = seats.of(whose)
    coming = seats.upcoming(whose, now).with_names()
    there = Attendance.objects.filter(registration__in=rows, is_present=True)
    in_shops = Membership.objects.approved().filter(person__in=whose.persons).values("business")
    others = Business.objects.filter(pk__in=in_shops).exclude(pk__in=[shop.pk for shop in whose.shops])
    return Foreseen(
        whose=whose,
        coming=tuple(SessionView(row.session, now) for row in coming),
        results=diagnostics.of(whose).count(),
        attended=there.values("registration__session").distinct().count(),
        certificates=Certificate.objects.filter(registration__in=rows).count(),
        shops_of_others=tuple(others),
    )
