from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import lcm
from typing import NamedTuple

from questionnaires.engine.answers import UNRESOLVED, Answers, Chosen, State, read_chosen, states_of
from questionnaires.engine.definition import Dimension, Kind, Question, Questionnaire, SubSector

TENTHS = 1000  # a hundred points, in tenths of a point


@dataclass(frozen=True, slots=True)
class Level:
    """A level from 0 to 100: exact, rounded half up once, and how far it may reach if the unknowns are all full."""

    exact: Fraction
    score: int
    high: int


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What one question brought and what it still could, in tenths of a point out of 100."""

    question: str
    state: State
    gained: int
    missed: int

    @property
    def is_unknown(self) -> bool:
        """Whether the points missed may in truth be there."""
        return self.state in UNRESOLVED


@dataclass(frozen=True, slots=True)
class Score:
    """The result of one set of answers.

    `level` is None when no question applies. `dimensions` holds None for a dimension without any applicable question.
    `ledger` is in code order. `cells` holds the applicable questions, by code, as parts of `whole`, which stands for 100 points.
    """

    level: Level | None
    band: str | None
    dimensions: Mapping[str, Level | None]
    ledger: tuple[LedgerLine, ...]
    cells: Mapping[str, "Cell"]
    whole: int
    chosen: Mapping[str, Chosen]

    def missing(self, question: str) -> Fraction:
        """The exact number of points out of 100 still to gain on an applicable question."""
        return Fraction(100 * self.cells[question].missed, self.whole)

    def answer_to(self, question: str) -> Chosen:
        """What counted as the answer: nothing for a question that an earlier answer closed since it was given."""
        is_counted = self.cells[question].state in (State.ANSWERED, State.UNKNOWN)
        return self.chosen[question] if is_counted else ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One applicable question, in whole parts of a common denominator."""

    question: str
    state: State
    full: int
    gained: int

    @property
    def missed(self) -> int:
        return self.full - self.gained


@dataclass(frozen=True, slots=True)
class _Part:
    """A question with whole numbers for weight and points."""

    code: str
    kind: Kind
    weight: int
    points: Mapping[str, int]
    highest: int

    def points_for(self, chosen: Chosen) -> int:
        """Points of what was chosen, held to [0, highest]."""
        total = sum([self.points[code] for code in chosen])
        return min(max(total, 0), self.highest)


class Scorer:
    """A questionnaire made ready to score many answers: all numbers whole, over common denominators."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.questions = {question.code: question for question in questionnaire.questions()}
        weights = whole([dimension.weight for dimension in questionnaire.dimensions])
        self._dimensions = [
            (dimension.code, weight, _parts(dimension))
            for dimension, weight in zip(questionnaire.dimensions, weights, strict=True)
        ]
        self._worths = lru_cache(maxsize=256)(self._worths_without)

    @cached_property
    def in_code_order(self) -> tuple[str, ...]:
        return tuple(sorted(question.code for question in self.questionnaire.questions()))

    def score(self, answers: Answers, sub_sector: SubSector | None = None) -> Score:
        """Scores stored answers for a sub-sector. Raises BadAnswers, naming each question, before anything is scored."""
        chosen = read_chosen(self.questionnaire.code, self.questions, answers)
        states = states_of(self.questionnaire, chosen, sub_sector)
        worths = self._worths(frozenset([code for code, state in states.items() if state == State.NOT_APPLICABLE]))
        cells = {
            code: [_cell(part, full, chosen, states[part.code]) for part, full in own] for code, own in worths.items()
        }
        sums = {code: _sum(own) for code, own in sorted(cells.items())}
        total = _sum([cell for own in cells.values() for cell in own])
        by_question = {cell.question: cell for own in cells.values() for cell in own}
        level = total.level
        return Score(
            level=level,
            band=self._band(level),
            dimensions={code: own.level for code, own in sums.items()},
            ledger=self._ledger(by_question, states, level),
            cells=by_question,
            whole=total.full,
            chosen=chosen,
        )

    def _worths_without(self, not_applicable: frozenset[str]) -> dict[str, list[tuple[_Part, int]]]:
        """By dimension, its other questions with what each is worth, as parts of one whole."""
        applicable = {
            code: [part for part in parts if part.code not in not_applicable] for code, _, parts in self._dimensions
        }
        own_weight = {code: sum(part.weight for part in parts) for code, parts in applicable.items()}
        common = lcm(
            *(own_weight[code] * lcm(*(p.highest for p in parts)) for code, parts in applicable.items() if parts)
        )
        return {
            code: [(part, weight * part.weight * common // own_weight[code]) for part in applicable[code]]
            for code, weight, _ in self._dimensions
        }

    def _band(self, level: Level | None) -> str | None:
        if level is None:
            return None
        reached = [band.code for band in self.questionnaire.bands if band.start <= level.score]
        return reached[-1] if reached else None

    def _ledger(
        self, cells: Mapping[str, Cell], states: Mapping[str, State], level: Level | None
    ) -> tuple[LedgerLine, ...]:
        """Gained adds up to the score shown and all of it to 100: the remainders go to the largest, ties by code."""
        shown = 10 * level.score if level else 0
        gained = apportion({code: cell.gained for code, cell in cells.items()}, shown)
        missed = apportion({code: cell.missed for code, cell in cells.items()}, TENTHS - shown)
        return tuple(
            LedgerLine(code, states[code], gained.get(code, 0), missed.get(code, 0)) for code in self.in_code_order
        )


def _parts(dimension: Dimension) -> list[_Part]:
    weights = whole([question.weight for question in dimension.questions])
    return [_part(question, weight) for question, weight in zip(dimension.questions, weights, strict=True)]


def _part(question: Question, weight: int) -> _Part:
    *points, highest = whole([*question.points.values(), question.highest])
    return _Part(question.code, question.kind, weight, dict(zip(question.points, points, strict=True)), highest)


def _cell(part: _Part, full: int, chosen: Mapping[str, Chosen], state: State) -> Cell:
    points = part.points_for(chosen[part.code]) if state == State.ANSWERED else 0
    return Cell(part.code, state, full, full // part.highest * points)


class _Sum(NamedTuple):
    """What questions are worth together, what they gained, and what is not known, as parts of one whole."""

    full: int
    gained: int
    unresolved: int

    @property
    def level(self) -> Level | None:
        if not self.full:
            return None
        high = half_up(100 * (self.gained + self.unresolved), self.full)
        return Level(Fraction(100 * self.gained, self.full), half_up(100 * self.gained, self.full), high)


def _sum(cells: Iterable[Cell]) -> _Sum:
    full = gained = unresolved = 0
    for cell in cells:
        full += cell.full
        gained += cell.gained
        if cell.state in UNRESOLVED:
            unresolved += cell.full
    return _Sum(full, gained, unresolved)


def half_up(numerator: int, denominator: int) -> int:
    """The whole number nearest to numerator / denominator, halves upwards; neither is negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def whole(numbers: list[Fraction]) -> list[int]:
    """The same numbers times their least common denominator."""
    common = lcm(*(number.denominator for number in numbers))
    return [number.numerator * (common // number.denominator) for number in numbers]


def apportion(cells: Mapping[str, int], total: int) -> dict[str, int]:
    """Divides `total` in proportion to the cells, in whole units, by largest remainder; ties go by code.

    Hamilton's method: Balinski and Young, Fair Representation, 1982. Cells that are all 0 get nothing.
    """
    weight = sum(cells.values())
    if not weight:
        return dict.fromkeys(cells, 0)
    shares = {code: divmod(cell * total, weight) for code, cell in cells.items()}
    left = total - sum(share for share, _ in shares.values())
    first = set(sorted(shares, key=lambda code: (-shares[code][1], code))[:left])
    return {code: share + (code in first) for code, (share, _) in shares.items()}
