"""The content of a release: what was gathered as it is, and what the protected counts show of its subject, in its order."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from businesses.models import Family
from figures.disclosure import answers_floor
from reports.attributes import FUNNEL, SCORE, WANTING
from reports.beside import Beside, ByPlace, Shown, beside, places_of, shown_in
from reports.gathering import OF_SLIPS, Gathered
from reports.models import Protected
from reports.plain import HELD_BACK, Cells, Column, Json, Line, called, in_languages, table
from reports.registry import defined
from reports.still_open import StillOpen
from reports.subjects import Subject
from trainings.models import Topic

FORMAT = 2
TOPICS_NAMED = 10
PARTS = [Column("shops", "COUNT"), Column("share", "SHARE")]

type Names = Mapping[str, Json]


def compose(subject: Subject, gathered: Gathered, counts: Protected, as_of: datetime) -> dict[str, Any]:
    period = subject.period
    return {
        "format": FORMAT,
        "programme": {"code": subject.programme.code, "names": subject.programme.names},
        "subject": {"code": subject.code, "names": subject.names},
        "period": {
            "kind": period.kind.value,
            "code": period.code,
            "names": in_languages(subject, lambda: str(period.name)),
            "since": period.since.isoformat(),
            "until": period.until.isoformat(),
        },
        "as_of": as_of.isoformat(),
        "floor": answers_floor(),
        "shops": subject.city.shops if subject.city else None,
        "first_training": gathered.first_training.isoformat() if gathered.first_training else None,
        "open_surveys": _open_surveys(gathered.open_surveys),
        "figures": gathered.figures,
        "tables": {**gathered.tables, **_protected(subject, counts, as_of)},
        "words": gathered.words,
    }


def _open_surveys(found: StillOpen | None) -> Json:
    return {"surveys": found.surveys, "until": found.until.isoformat()} if found else None


def _protected(subject: Subject, counts: Protected, as_of: datetime) -> dict[str, Json]:
    """Each says whose it is, where it is not the subject's own, and as of when it was counted, where that is another day."""
    places = places_of(subject, counts.content)
    found = {code: beside(places, by_place) for code, by_place in counts.content["tables"].items()}
    made = {
        "families": _families(found["families"]),
        "scores": _scores(found["scores"]),
        "topics": _topics(found["topics"], counts.content["tables"]["scores"]),
    }
    if not subject.city:
        made |= {"funnel": _funnel(found["funnel"])}
        made |= {code: _reasons(found[code], f"slips-{code}") for code in ("stopped", "declining")}
    day = None if counts.as_of_on == timezone.localdate(as_of) else counts.as_of_on.isoformat()
    return {code: {**each, **found[code].said, "as_of": day} for code, each in made.items()}


def _families(found: Beside) -> Json:
    families = Family.objects.filter(programme=found.subject.programme).order_by("order")
    names = dict(families.values_list("code", "names"))
    return table(found.columns(PARTS), _lines(found, names, lambda code: lambda each: each.part(code, each.total)))


def _lines(found: Beside, names: Names, cells_of: Callable[[str], Callable[[Shown], Cells]]) -> list[Line]:
    """In the order of the names, then what has none any more; without what there is nothing of."""
    codes = [code for code in (*names, *sorted(found.codes - names.keys())) if code in found.codes]
    return [(code, names.get(code, {}), found.cells(cells_of(code))) for code in codes]


def _scores(found: Beside) -> Json:
    """The score first, then its dimensions, in the order of the questionnaire."""
    names = {SCORE: {}, **_dimension_names(found.subject)}
    columns = found.columns([Column("mean", "POINTS"), Column("shops", "COUNT")])
    return table(columns, _lines(found, names, lambda code: lambda each: each.mean(code)))


def _dimension_names(subject: Subject) -> Names:
    questionnaire = subject.programme.questionnaire
    latest = questionnaire.versions.first() if questionnaire else None
    return {one["code"]: one["title"] for one in latest.dimensions} if latest else {}


def _topics(found: Beside, scores: ByPlace) -> Json:
    """Those recommended most, by the first who may be shown; shares are of the shops that have a result."""
    names = {topic.code: topic.data["title"] for topic in Topic.objects.filter(programme=found.subject.programme)}
    results = {each.place: shown_in(scores, each.place).number(SCORE) for each in found.shown}
    lines = _lines(found, names, lambda code: lambda each: each.part(code, results[each.place]))
    told = [line for line in lines if any(cell != HELD_BACK for cell in line[2])]
    return table(found.columns(PARTS), _ranked(told)[:TOPICS_NAMED])


def _funnel(found: Beside) -> Json:
    """Of those who asked for a training: how many they are, and how far they got."""
    lines = [
        (code, called(found.subject, definition.name), found.cells(_reached(code)))
        for code, definition in zip(OF_SLIPS, defined(OF_SLIPS), strict=True)
        if found.codes
    ]
    return table(found.columns([Column("value", "VALUE"), Column("answers", "COUNT")]), lines)


def _reached(code: str) -> Callable[[Shown], Cells]:
    return lambda each: each.mean(code, WANTING) if code in FUNNEL else each.count(WANTING) * 2


def _reasons(found: Beside, figure: str) -> Json:
    [definition] = defined([figure])
    names = {code: called(found.subject, words) for code, words in definition.kinds}
    return table(
        found.columns([Column("slips", "COUNT")]), _lines(found, names, lambda code: lambda each: each.count(code))
    )


def _ranked(lines: Iterable[Line]) -> list[Line]:
    """Most shops first; what is held back counts as nothing, so that the order does not tell it."""
    return sorted(lines, key=lambda line: (*(-_size(cell) for cell in line[2][::2]), line[0]))


def _size(cell: Json) -> int:
    return 0 if cell in (HELD_BACK, None) else int(cell)
