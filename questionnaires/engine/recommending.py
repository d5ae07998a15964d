from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from questionnaires.engine.answers import Chosen
from questionnaires.engine.definition import Mark, Questionnaire, Subject, SubSector, Topic
from questionnaires.engine.scoring import Score, whole

PROPOSED = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """Which answer calls for the topic: the points out of 100 still missing there, and how much of them it raises."""

    question: str
    answer: Chosen
    missing: Fraction
    effect: Fraction


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A proposed topic: its `need` in points out of 100, the `weight` of the sub-sector, what to take first (`after`)."""

    code: str
    rank: int
    need: Fraction
    weight: Fraction
    reasons: tuple[Reason, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Weights:
    """The weights of the topics for one sub-sector, as whole parts of `unit`."""

    parts: Sequence[int]
    unit: int


class _Ready(NamedTuple):
    """A mark whose share is a pair of whole numbers."""

    subject: Subject
    code: str
    numerator: int
    denominator: int

    @classmethod
    def of(cls, mark: Mark) -> "_Ready":
        return cls(mark.subject, mark.code, mark.at_least.numerator, mark.at_least.denominator)


class Recommender:
    """The topics of a questionnaire made ready to be weighed for many scores: all numbers whole, over common denominators."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.topics = questionnaire.topics
        self.by_code = {topic.code: topic for topic in self.topics}
        flat = whole([Fraction(1), *(effect for topic in self.topics for effect in topic.raises.values())])
        self.effect_unit, *parts = flat
        remaining = iter(parts)
        self.effects = {topic.code: [(code, next(remaining)) for code in topic.raises] for topic in self.topics}
        self.goals = {topic.code: [_Ready.of(mark) for mark in topic.goal] for topic in self.topics}
        self.after = {topic.code: [_Ready.of(mark) for mark in topic.after] for topic in self.topics}
        self._weights: dict[str, _Weights] = {}

    def recommend(
        self, score: Score, sub_sector: SubSector | None = None, count: int = PROPOSED
    ) -> tuple[Recommendation, ...]:
        """At most `count` topics, the most needed first; fewer when fewer are useful and within reach.

        A topic remains when its need is above 0, its goal is not reached and its prerequisites are. When too few remain,
        topics follow whose only open prerequisite is a topic already chosen, after it.
        """
        case = _Case(self, score, sub_sector, self._needs(score, sub_sector))
        useful = [topic for topic in self.topics if not case.is_pointless(topic)]
        useful.sort(key=lambda topic: case.needs[topic.code], reverse=True)  # stable: ties stay in the topics' order
        marks = {topic.code: case.open_among(self.after[topic.code]) for topic in useful}
        chosen = [topic for topic in useful if not marks[topic.code]][:count]
        while len(chosen) < count and (following := _following(useful, marks, {topic.code for topic in chosen})):
            chosen.append(following)
        return tuple(
            self._recommendation(case, topic, rank, tuple(mark.code for mark in marks[topic.code]))
            for rank, topic in enumerate(chosen, start=1)
        )

    def useful(self, score: Score, sub_sector: SubSector | None = None) -> frozenset[str]:
        """The topics that still have something to give, whether or not their prerequisites are met."""
        case = _Case(self, score, sub_sector, self._needs(score, sub_sector))
        return frozenset(topic.code for topic in self.topics if not case.is_pointless(topic))

    def _needs(self, score: Score, sub_sector: SubSector | None) -> dict[str, int]:
        """By topic: points still missing x effect, summed, x weight; all in the same unit."""
        missed = {code: cell.missed for code, cell in score.cells.items()}
        return {
            topic.code: weight
            * sum([missed[code] * effect for code, effect in self.effects[topic.code] if code in missed])
            for topic, weight in zip(self.topics, self._weights_for(sub_sector).parts, strict=True)
        }

    def _weights_for(self, sub_sector: SubSector | None) -> _Weights:
        code = sub_sector.code if sub_sector else ""
        if code not in self._weights:
            weights = sub_sector.weights if sub_sector else {}
            unit, *parts = whole([Fraction(1), *(weights.get(topic.code, Fraction(1)) for topic in self.topics)])
            self._weights[code] = _Weights(parts, unit)
        return self._weights[code]

    def _recommendation(self, case: "_Case", topic: Topic, rank: int, after: tuple[str, ...]) -> Recommendation:
        score = case.score
        weights = self._weights_for(case.sub_sector)
        reasons = [
            (-score.cells[code].missed * part, code, topic.raises[code])
            for code, part in self.effects[topic.code]
            if code in score.cells and score.cells[code].missed
        ]
        return Recommendation(
            code=topic.code,
            rank=rank,
            need=Fraction(100 * case.needs[topic.code], score.whole * self.effect_unit * weights.unit),
            weight=case.sub_sector.weights.get(topic.code, Fraction(1)) if case.sub_sector else Fraction(1),
            reasons=tuple(
                Reason(code, score.answer_to(code), score.missing(code), effect) for _, code, effect in sorted(reasons)
            ),
            after=after,
        )


@dataclass(slots=True)
class _Case:
    """One diagnostic, while its topics are weighed."""

    recommender: Recommender
    score: Score
    sub_sector: SubSector | None
    needs: Mapping[str, int]
    pointless: dict[str, bool] = field(default_factory=dict)

    def is_pointless(self, topic: Topic) -> bool:
        """Not for this trade, nothing to gain, or the goal is reached."""
        if topic.code not in self.pointless:
            self.pointless[topic.code] = (
                not self.needs[topic.code]
                or not self._is_for(topic)
                or (bool(topic.goal) and not self.open_among(self.recommender.goals[topic.code], 1))
            )
        return self.pointless[topic.code]

    def _is_for(self, topic: Topic) -> bool:
        return not topic.not_for or not self.sub_sector or self.sub_sector.names.isdisjoint(topic.not_for)

    def is_reached(self, mark: _Ready) -> bool:
        """What does not apply to the shop can't be asked of it: it counts as reached."""
        if mark.subject == Subject.QUESTION:
            cell = self.score.cells.get(mark.code)
            return cell is None or cell.gained * mark.denominator >= cell.full * mark.numerator
        if mark.subject == Subject.TOPIC:
            return self.is_pointless(self.recommender.by_code[mark.code])
        level = self.score.dimensions.get(mark.code)
        return level is None or level.exact * mark.denominator >= 100 * mark.numerator

    def open_among(self, marks: Iterable[_Ready], enough: int | None = None) -> list[_Ready]:
        """The marks that are not reached; the search may end when there are `enough`."""
        found = []
        for mark in marks:
            if not self.is_reached(mark):
                found.append(mark)
                if len(found) == enough:
                    break
        return found


def _following(useful: Iterable[Topic], marks: Mapping[str, list[_Ready]], chosen: set[str]) -> Topic | None:
    """The most needed topic that waits only for one already chosen."""
    for topic in useful:
        only = marks[topic.code][0] if len(marks[topic.code]) == 1 else None
        if topic.code not in chosen and only and only.subject == Subject.TOPIC and only.code in chosen:
            return topic
    return None
