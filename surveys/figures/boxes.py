"""The boxes of answers behind a figure, by their tallies: no answer is read one by one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from json import dumps
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from figures.definition import Filters, Value
from programmes.models import Campaign
from surveys.models import AnswerBox, Survey
from trainings.figures.sessions import held
from trainings.models import Session

LEFT_OUT = _("Sessions with fewer than five answers count in the whole of their campaign alone.")

type Compute = Callable[[Sequence["Tallied"]], Value]


@dataclass(frozen=True, slots=True)
class Tallied:
    """What one box says about the question that feeds a figure; a box of a campaign has no session and no day."""

    tally: Mapping[str, Any]
    campaign: int
    starts_at: datetime | None = None
    lowest: int = 0
    highest: int = 0


def tallied(filters: Filters, figure: str) -> list[Tallied]:
    """Of the sessions held; and of the campaigns themselves, where nothing narrower is asked for than whole ones."""
    own = AnswerBox.objects.filter(held(filters, "session__"), in_cities(filters, "session"))
    found = [*_read(own.values_list("survey", "tallies", "session__campaign", "session__starts_at"), figure)]
    if filters.cities is None and not filters.kind:
        gathered = AnswerBox.objects.filter(campaign__in=_whole_campaigns(filters))
        rows = gathered.values_list("survey", "tallies", "campaign")
        found += _read(((*row, None) for row in rows), figure)
    return found


def in_cities(filters: Filters, to: str = "pk") -> Q:
    """`to` leads from a row to its session."""
    if filters.cities is None:
        return Q()
    through = Session.cities.through.objects.filter(session=OuterRef(to), city__in=filters.cities)
    return Q(Exists(through))


def _whole_campaigns(filters: Filters) -> QuerySet[Campaign]:
    found = Campaign.objects.filter(programme=filters.programme, starts_on__lte=filters.as_of.date())
    if filters.campaign is not None:
        found = found.filter(pk=filters.campaign)
    if filters.since:
        found = found.filter(starts_on__gte=filters.since)
    return found.filter(ends_on__lte=filters.until) if filters.until else found


def _read(rows: Iterable[tuple[int, dict[str, Any], int, datetime | None]], figure: str) -> Iterator[Tallied]:
    listed = [*rows]
    surveys = Survey.objects.in_bulk({row[0] for row in listed})
    questions = {pk: _question(survey, figure) for pk, survey in surveys.items()}
    for pk, tallies, campaign, starts_at in listed:
        question = questions[pk]
        if question and question["code"] in tallies:
            scale = question.get("scale") or {"min": 0, "max": 0}
            yield Tallied(tallies[question["code"]], campaign, starts_at, scale["min"], scale["max"])


def _question(survey: Survey, figure: str) -> dict[str, Any] | None:
    return next((one for one in survey.definition["questions"] if one.get("feeds") == figure), None)


def whole(figure: str, compute: Compute) -> Callable[[Filters], Value]:
    def computed(filters: Filters) -> Value:
        found = compute(tallied(filters, figure))
        is_whole = filters.cities is None and not (filters.since or filters.until)
        return found if is_whole else replace(found, note=LEFT_OUT)

    return computed


def parts(figure: str, compute: Compute) -> Callable[[Filters, str], Mapping[Any, Value] | None]:
    """By month, quarter and campaign from the same rows; others are computed part by part."""

    def split(filters: Filters, by: str) -> Mapping[Any, Value] | None:
        if by not in KEYS:
            return None
        found: dict[Any, list[Tallied]] = {}
        for each in tallied(filters, figure):
            key = KEYS[by](each)
            if key is not None:
                found.setdefault(key, []).append(each)
        return {key: compute(those) for key, those in found.items()}

    return split


def _month(each: Tallied) -> date | None:
    return timezone.localdate(each.starts_at).replace(day=1) if each.starts_at else None


def _quarter(each: Tallied) -> date | None:
    month = _month(each)
    return month.replace(month=(month.month - 1) // 3 * 3 + 1) if month else None


KEYS: Mapping[str, Callable[[Tallied], Any]] = {
    "month": _month,
    "quarter": _quarter,
    "campaign": lambda each: each.campaign,
}


def measured_with(figure: str) -> Callable[[Filters], frozenset[str]]:
    """The question as it was asked: where its words or choices differ, numbers are not comparable."""

    def asked(filters: Filters) -> frozenset[str]:
        boxes = AnswerBox.objects.filter(held(filters, "session__"), in_cities(filters, "session"))
        surveys = Survey.objects.filter(pk__in=boxes.values("survey"))
        return frozenset(_digest(_question(survey, figure)) for survey in surveys)

    return asked


def _digest(question: dict[str, Any] | None) -> str:
    return sha256(dumps(question, sort_keys=True).encode()).hexdigest()[:12]
