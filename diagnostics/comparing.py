"""The comparison with shops of the same trade, and with the shop's own last result: made once, at completion, and stored."""

from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from asking.statements import Given, GivenKeys, Statement
from diagnostics.figures import profile_in, summed
from diagnostics.models import Diagnostic, DiagnosticQuerySet
from questionnaires.engine.definition import Questionnaire
from questionnaires.engine.scoring import Scorer, half_up

# Whom one is compared with, from near to far.
CIRCLES = {
    "sub_sector": Q(sub_sector=Given("sub_sector")),
    "family": Q(sub_sector__family=Given("family")),
    "all": Q(),
}


def peers_data(diagnostic: Diagnostic, at: datetime) -> dict[str, Any] | None:
    """The mean profile of the same sub-sector, else of its family, else of all: the first that reaches the floor.

    `among` says which, `n` over how many shops, `since` when the first of them completed. None when even all are too few.
    """
    codes = tuple(dimension.code for dimension in diagnostic.version.diagnoser.questionnaire.dimensions)
    asked = {
        "programme": diagnostic.programme_id,
        "sub_sector": diagnostic.sub_sector_id,
        "family": diagnostic.sub_sector.family_id,
        "at": at,
        "own": _own_line(diagnostic),
        "own_shop": diagnostic.business_id if _is_of_a_member(diagnostic) else None,
    }
    for among in CIRCLES:
        [row] = _summed(among, codes).rows(**asked)
        if profile := profile_in(row, codes):
            return {
                "among": among,
                "n": profile.n,
                "since": profile.since and profile.since.isoformat(),
                "until": localdate(at).isoformat(),
                "dimensions": {
                    code: None if figure.value is None else half_up(figure.value.numerator, figure.value.denominator)
                    for code, figure in profile.dimensions.items()
                },
            }
    return None


@cache
def _summed(among: str, codes: tuple[str, ...]) -> Statement[Diagnostic]:
    return Statement(lambda: summed(_others().filter(CIRCLES[among]), codes))


def _others() -> DiagnosticQuerySet:
    """Those that may be compared with: the shop itself is not among its peers."""
    others = Diagnostic.objects.filter(programme=Given("programme"), completed_at__lte=Given("at"))
    own = GivenKeys("own")
    others = others.exclude(pk__in=own).exclude(previous__in=own)
    return others.exclude(pk__in=Diagnostic.objects.of_a_member().filter(business=Given("own_shop")))


def _own_line(diagnostic: Diagnostic) -> list[int]:
    """This one, the one that it was started from, and so on back."""
    line, earlier = [diagnostic.pk], diagnostic.previous_id
    while earlier:
        line.append(earlier)
        earlier = Diagnostic.objects.values_list("previous", flat=True).get(pk=earlier)
    return line


def _is_of_a_member(diagnostic: Diagnostic) -> bool:
    """Whether its person was let into the shop, and may see what else belongs to it."""
    return bool(diagnostic.business_id) and Diagnostic.objects.of_a_member().filter(pk=diagnostic.pk).exists()


def previous_data(diagnostic: Diagnostic) -> dict[str, Any] | None:
    """What moved since the shop's last result, on the questions that both versions share; None when there is none.

    `dimensions` holds [then, now] out of 100. Both are scored anew on the shared questions alone.
    """
    previous = _last_before(diagnostic)
    if previous is None or previous.completed_at is None:
        return None
    then = previous.version.diagnoser.questionnaire
    now = diagnostic.version.diagnoser.questionnaire
    shared = {question.code for question in then.questions()} & {question.code for question in now.questions()}
    before = _levels(then, previous, shared)
    after = _levels(now, diagnostic, shared)
    return {
        "public_id": str(previous.public_id),
        "on": localdate(previous.completed_at).isoformat(),
        "questions": len(shared),
        "score": [before.pop(""), after.pop("")],
        "dimensions": {code: [before[code], level] for code, level in after.items() if code in before},
    }


def _last_before(diagnostic: Diagnostic) -> Diagnostic | None:
    """The latest completed one of the same shop: of its business, else the one it was started from."""
    known = Diagnostic.objects.completed().exclude(pk=diagnostic.pk).with_labels()
    if _is_of_a_member(diagnostic):
        return known.of_a_member().filter(business=diagnostic.business_id).latest_first().first()
    return known.filter(pk=diagnostic.previous_id).first() if diagnostic.previous_id else None


def _levels(questionnaire: Questionnaire, diagnostic: Diagnostic, codes: set[str]) -> dict[str, int | None]:
    """The scores on these questions alone, by dimension, and under "" the whole."""
    restricted = questionnaire.restricted_to(codes)
    answers = {code: answer for code, answer in diagnostic.answers.items() if code in codes}
    score = Scorer(restricted).score(answers, questionnaire.sub_sectors.get(diagnostic.sub_sector.code))
    levels = {**score.dimensions, "": score.level}
    return {code: level.score if level else None for code, level in levels.items()}
