"""The boxes of answers behind a figure, by their tallies: no answer is read one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from figures.definition import Filters, Value
from figures.once import once
from programmes.models import Campaign
from surveys.models import AnswerBox, Survey
from trainings.figures.per_session import PerSession
from trainings.figures.sessions import held, in_cities

LEFT_OUT = _("Sessions with fewer than five answers count in the whole of their campaign alone.")

type Compute = Callable[[Sequence["Tallied"]], Value]


@dataclass(frozen=True, slots=True)
class Tallied:
    """What one box says about the question that feeds a figure; a box of a campaign has no session."""

    tally: Mapping[str, Any]
    campaign: int
    session: int | None = None
    kind: str = ""
    starts_at: datetime | None = None
    lowest: int = 0
    highest: int = 0


@once
def tallied(filters: Filters, figure: str) -> list[Tallied]:
    """Of the sessions held; and of the campaigns themselves, where nothing narrower is asked for than whole ones."""
    own = AnswerBox.objects.filter(held(filters, "session__"), in_cities(filters, "session"))
    of_a_session = ("session__campaign", "session", "session__kind", "session__starts_at")
    found = [*_read(own, of_a_session, filters, figure)]
    if filters.cities is None and not filters.kind:
        gathered = AnswerBox.objects.filter(campaign__in=_whole_campaigns(filters))
        found += _read(gathered, ("campaign",), filters, figure)
    return found


def _whole_campaigns(filters: Filters) -> QuerySet[Campaign]:
    found = Campaign.objects.filter(programme=filters.programme, starts_on__lte=filters.as_of.date())
    if filters.campaign is not None:
        found = found.filter(pk=filters.campaign)
    if filters.since:
        found = found.filter(starts_on__gte=filters.since)
    return found.filter(ends_on__lte=filters.until) if filters.until else found


def _read(boxes: QuerySet[AnswerBox], paths: Sequence[str], filters: Filters, figure: str) -> Iterator[Tallied]:
    """Of each box only what it says about this one question."""
    for survey in _surveys_of(filters.programme):
        if question := _question(survey, figure):
            scale = question.get("scale") or {"min": 0, "max": 0}
            told = boxes.filter(survey=survey).annotate(told=KeyTransform(question["code"], "tallies"))
            for tally, *where in told.values_list("told", *paths):
                if tally is not None and tally["n"] >= filters.least:
                    yield replace(Tallied(tally, *where), lowest=scale["min"], highest=scale["max"])


@once
def _surveys_of(programme: int) -> Sequence[Survey]:
    return [*Survey.objects.filter(programme=programme)]


def _question(survey: Survey, figure: str) -> dict[str, Any] | None:
    return next((one for one in survey.definition["questions"] if one.get("feeds") == figure), None)


def whole(figure: str, compute: Compute) -> Callable[[Filters], Value]:
    def computed(filters: Filters) -> Value:
        found = compute(tallied(filters, figure))
        is_whole = filters.cities is None and not (filters.since or filters.until)
        return found if is_whole else replace(found, note=LEFT_OUT)

    return computed


def parts(figure: str, compute: Compute) -> Callable[[Filters, str], Mapping[Any, Value] | None]:
    return PerSession(lambda filters: tallied(filters, figure), compute).parts


def measured_with(figure: str) -> Callable[[Filters], frozenset[str]]:
    """The question as it was asked: where its words or choices differ, numbers are not comparable."""

    def asked(filters: Filters) -> frozenset[str]:
        boxes = AnswerBox.objects.filter(held(filters, "session__"), in_cities(filters, "session"))
        surveys = Survey.objects.filter(pk__in=boxes.values("survey"))
        return frozenset(_digest(_question(survey, figure)) for survey in surveys)

    return asked


def _digest(question: dict[str, Any] | None) -> str:
    return sha256(dumps(question, sort_keys=True).encode()).hexdigest()[:12]
