"""The content of a release out of what was gathered: the counts of few are held back, and everything is put in its order."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from figures.disclosure import answers_floor, may_publish
from reports import gathering
from reports.crossing import NO_MEAN, SCORE, City, Mean, numbers
from reports.gathering import HELD_BACK, Column, Gathered, Json, beside, number, table
from reports.holding import held_back
from reports.subjects import Subject

FORMAT = 1
# No key of a city is below 1.
OWN = 0


def compose(subject: Subject, gathered: Gathered, as_of: datetime) -> dict[str, Any]:
    period = subject.period
    return {
        "format": FORMAT,
        "programme": {"code": subject.programme.code, "names": subject.programme.names},
        "subject": {"code": subject.code, "names": subject.names},
        "period": {
            "kind": period.kind.value,
            "code": period.code,
            "names": gathering.in_languages(subject, lambda: str(period.name)),
            "since": period.since.isoformat(),
            "until": period.until.isoformat(),
        },
        "as_of": as_of.isoformat(),
        "floor": answers_floor(),
        "shops": subject.city.shops if subject.city else None,
        "figures": gathered.figures,
        "tables": {**gathered.tables, **_crossed(subject, gathered)},
        "words": gathered.words,
    }


def _crossed(subject: Subject, gathered: Gathered) -> dict[str, Json]:
    return {
        "families": _families(subject, gathered.families),
        "scores": _scores(subject, gathered.scores),
        "topics": _topics(subject, gathered),
    }


def _own[Count](subject: Subject, counts: Mapping[City, Count], nothing: Count) -> Count:
    found = [count for city, count in counts.items() if subject.cities is None or city in subject.cities]
    return sum(found, nothing)  # type: ignore[call-overload,no-any-return]  # numbers, or means, which add up


def _by_place(subject: Subject, counts: Mapping[str, Mapping[City, int]]) -> dict[str, dict[City, int]]:
    """The subject's cities together, under OWN; the others each by itself."""
    found: dict[str, dict[City, int]] = {}
    for code, by_city in counts.items():
        cells = found.setdefault(code, {})
        for city, n in by_city.items():
            place = OWN if _belongs(subject, city) else city
            cells[place] = cells.get(place, 0) + n
    return found


def _is_held_back(subject: Subject, counts: Mapping[City, int]) -> bool:
    """Whether the subject's own number must not be shown, beside the whole and all other cities."""
    return ("", OWN) in held_back(_by_place(subject, {"": counts}))


def _belongs(subject: Subject, city: City) -> bool:
    return subject.cities is None or city in subject.cities


def _families(subject: Subject, counts: Mapping[str, Mapping[City, int]]) -> Json:
    names = gathering.family_names(subject)
    whole = {code: sum(by_city.values()) for code, by_city in counts.items()}
    mine = {code: _own(subject, by_city, 0) for code, by_city in counts.items()}
    columns = beside(subject, [Column("shops", "COUNT"), Column("share", "SHARE")])
    hidden, lines = held_back(_by_place(subject, counts)), []
    hidden_in_sum = held_back({code: {"": n} for code, n in whole.items()})
    for code in (*names, *(counts.keys() - names.keys())):
        if not whole.get(code):
            continue
        own_cells = _part(mine[code], sum(mine.values()), is_held_back=(code, OWN) in hidden)
        whole_cells = _part(whole[code], sum(whole.values()), is_held_back=(code, "") in hidden_in_sum)
        lines.append((code, names.get(code, {}), own_cells + (whole_cells if subject.cities is not None else [])))
    return table(columns, lines)


def _part(n: int, of: int, *, is_held_back: bool) -> list[Json]:
    if is_held_back:
        return [HELD_BACK, HELD_BACK]
    return [str(n), number(Fraction(n, of)) if of else None]


def _scores(subject: Subject, means: Mapping[str, Mapping[City, Mean]]) -> Json:
    """The score first, then its dimensions, in the order of the questionnaire."""
    names = {SCORE: {}, **gathering.dimension_names(subject)}
    columns = beside(subject, [Column("mean", "POINTS"), Column("shops", "COUNT")])
    lines = []
    for code, called in names.items():
        by_city = means.get(code, {})
        mine, whole = _own(subject, by_city, NO_MEAN), sum(by_city.values(), NO_MEAN)
        if not whole.n:
            continue
        own_cells = _mean(mine, is_held_back=_is_held_back(subject, numbers(by_city)))
        whole_cells = _mean(whole, is_held_back=not may_publish(whole.n))
        lines.append((code, called, own_cells + (whole_cells if subject.cities is not None else [])))
    return table(columns, lines)


def _mean(mean: Mean, *, is_held_back: bool) -> list[Json]:
    return [HELD_BACK, HELD_BACK] if is_held_back else [number(mean.value), str(mean.n)]


def _topics(subject: Subject, gathered: Gathered) -> Json:
    """Those recommended most, by the subject's own shops where they may be shown, else by the whole's."""
    results = gathered.scores.get(SCORE, {})
    mine_of, whole_of = _own(subject, results, NO_MEAN).n, sum(results.values(), NO_MEAN).n
    names, lines = gathering.topic_names(subject), []
    columns = beside(subject, [Column("shops", "COUNT"), Column("share", "SHARE")])
    is_hidden = _is_held_back(subject, numbers(results))
    for code, by_city in gathered.topics.items():
        mine, whole = _own(subject, by_city, 0), sum(by_city.values())
        own_cells = _part(mine, mine_of, is_held_back=is_hidden or _is_held_back(subject, by_city))
        whole_cells = _part(whole, whole_of, is_held_back=not may_publish(whole))
        cells = own_cells + (whole_cells if subject.cities is not None else [])
        if any(cell != HELD_BACK for cell in cells):
            lines.append((code, names.get(code, {}), cells))
    return table(columns, _ranked(lines)[: gathering.TOPICS_NAMED])


def _ranked(lines: Iterable[tuple[str, Json, list[Json]]]) -> list[tuple[str, Json, list[Json]]]:
    """Most shops first; what is held back counts as nothing, so that the order does not tell it."""
    return sorted(lines, key=lambda line: (*(-_size(cell) for cell in line[2][::2]), line[0]))


def _size(cell: Json) -> int:
    return 0 if cell in (HELD_BACK, None) else int(cell)
